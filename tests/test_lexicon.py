"""Lexicons: matching, word borders, ambiguity, reading TSV, size."""

from __future__ import annotations

import time

import pytest

from parknlp.doc import COMPANY, PARK
from parknlp.errors import DataError
from parknlp.lexicon import Entry, Lexicon, LexiconSet
from parknlp.text import TextBatch


def found(lexicon: Lexicon, text: str) -> list[str]:
    batch = TextBatch([text])
    return [batch.raw[match.start : match.end] for match in lexicon.find(batch)]


def test_longest_match_wins():
    lexicon = Lexicon(["镇江", "镇江经开区", "经开区新能源产业园"])
    assert found(lexicon, "在镇江经开区新能源产业园") == ["镇江经开区"]


def test_case_width_and_traditional_characters_do_not_matter():
    lexicon = Lexicon(["ABB(中国)", "华为"])
    assert found(lexicon, "ａｂｂ（中國）、華為") == ["ａｂｂ（中國）", "華為"]


@pytest.mark.parametrize("name", ["SK On", "A-1", "3M", "GE医疗", "Umicore N.V.", "沃尔沃(中国)", "V18基地"])
def test_blanks_hyphens_digits_and_letters(name):
    assert found(Lexicon([name]), f"客户有{name}等") == [name]


@pytest.mark.parametrize("text", ["13M宽", "3MB", "AGE医疗", "XSK On", "SK One"])
def test_latin_words_and_numbers_are_not_cut(text):
    assert found(Lexicon(["3M", "GE医疗", "SK On"]), text) == []


def test_two_characters_beside_longer_names_with_the_same_start():
    assert found(Lexicon(["华为", "华为技术有限公司"]), "华为、华为技术有限公司、华为技术") == [
        "华为",
        "华为技术有限公司",
        "华为",
    ]


def test_names_of_different_identifiers_are_found_but_not_linked():
    lexicon = Lexicon([Entry("高新区", PARK, "a"), Entry("高新区", PARK, "b"), Entry("新区", PARK, "c")])
    batch = TextBatch(["高新区和新区"])
    assert [match.kb_id for match in lexicon.find(batch)] == [None, "c"]
    assert lexicon.candidates("高新区") == ("a", "b")


def test_documents_of_a_batch_are_apart():
    lexicon = Lexicon(["甲乙"])
    batch = TextBatch(["甲", "乙", "甲乙"])
    assert [len(spans) for spans in batch.spans(lexicon.find(batch))] == [0, 0, 1]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("华", "shorter"), ("", "shorter"), ("长" * 101, "longer"), ("甲\n乙", "line break"), (" 甲乙", "blank")],
)
def test_bad_names_are_refused(name, reason):
    with pytest.raises(DataError, match=reason):
        Lexicon([name])


def test_unknown_label_is_refused():
    with pytest.raises(DataError, match="CITY"):
        Lexicon([Entry("镇江", "CITY")])


def test_the_first_lexicon_of_a_set_names_the_match():
    both = LexiconSet(
        [Lexicon([Entry("华为", kb_id="1")], "mine"), Lexicon([Entry("华为", kb_id="2"), "比亚迪"], "other")]
    )
    batch = TextBatch(["华为和比亚迪"])
    matches = both.find(batch.lower, batch.text)
    assert [(match.source, match.kb_id) for match in matches] == [("lexicon:mine", "1"), ("lexicon:other", None)]


def test_reading_tsv(tmp_path):
    path = tmp_path / "my_names.tsv"
    path.write_bytes(
        "\ufeff# a comment\r\nname\tkb_id\tlabel\taliases\r\n\r\n云岭科技\tc1\t\t云岭; YL Tech\r\n云岭园\t\tPARK\r\n".encode()
    )
    lexicon = Lexicon.from_tsv(path)
    batch = TextBatch(["云岭科技即YL TECH，在云岭园"])
    assert [(m.label, m.kb_id, m.source) for m in lexicon.find(batch)] == [
        (COMPANY, "c1", "lexicon:my_names"),
        (COMPANY, "c1", "lexicon:my_names"),
        (PARK, None, "lexicon:my_names"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"name\n\xe5\x8d\x8e\xe4\xb8\xba\n\xff\xfe\n", 3, "not UTF-8"),
        ("名称\n华为\n".encode(), 1, "no column 'name'"),
        ("name\n华为\n华\n".encode(), 3, "shorter"),
        ("name\tlabel\n华为\tFIRM\n".encode(), 2, "FIRM"),
        ("name\n华为\t多余\n".encode(), 2, "more cells"),
        (b"name\tlabel\n\tPARK\n", 2, "no name"),
        ("name\taliases\n华为\t华\n".encode(), 2, "shorter"),
    ],
)
def test_a_bad_row_names_file_and_line(tmp_path, content, line, reason):
    path = tmp_path / "bad.tsv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"bad\.tsv:{line}: .*{reason}"):
        Lexicon.from_tsv(path)


def test_a_missing_and_an_empty_file(tmp_path):
    with pytest.raises(DataError, match=r"absent\.tsv"):
        Lexicon.from_tsv(tmp_path / "absent.tsv")
    (tmp_path / "empty.tsv").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(DataError, match="header"):
        Lexicon.from_tsv(tmp_path / "empty.tsv")


def test_three_hundred_thousand_names(tmp_path):
    path = tmp_path / "large.tsv"
    names = [f"{chr(0x4E00 + n % 5000)}{chr(0x4E00 + n // 5000 * 7)}{n}号企业" for n in range(300_000)]
    path.write_text("name\tkb_id\n" + "".join(f"{name}\t{n}\n" for n, name in enumerate(names)), encoding="utf-8")
    started = time.process_time()
    lexicon = Lexicon.from_tsv(path)
    assert time.process_time() - started < 4  # 1.3 s on an idle machine
    assert len(lexicon) == 300_000
    assert found(lexicon, f"其中{names[123_456]}、{names[7]}等") == [names[123_456], names[7]]
