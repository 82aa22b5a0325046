"""The invariants of the pipeline, on any text."""

from __future__ import annotations

import datetime as dt
import gc
import json
import pickle
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parknlp
from parknlp.doc import Doc
from parknlp.errors import DataError, OptionError

PIECES = (
    "镇江高新区 江苏瑞尔隆鼎实业有限公司 (以下简称“瑞尔隆鼎”) 孚能科技（镇江）有限公司 有限公司 集团 产业园 位于 落户 "
    "和 、 ， 。 ： “ ” （ ） 《 》 \n 1104.7 亿元 ５ 0 . , -  ~ — % 百分之 三 十 万 亿 个 家 吨 同比 增长 下降 "
    "上半年 2025年 1月 至 6月 去年 第 约 以上 市发改委 大学 光伏 芯片 电池 船舶 \ud800 \0 \u202e 🚀 ﷺ à A股 C919 "
    "http://x.cn/ 400-0123 < & > [ ] ⟦ ⟧ \r\n \t 鎮江 萬 億"
).split(" ")
TEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(st.characters(codec=None), max_size=60),
)
EXAMPLE = "上半年，镇江高新区实现产值52亿元，同比增长20%。位于镇江高新区的江苏瑞尔隆鼎实业有限公司生产光伏组件。"


def check(doc: Doc, text: str) -> None:
    assert doc.text == text
    at = 0
    for span in doc.ents:
        assert at <= span.start < span.end <= len(text)
        assert span.text == text[span.start : span.end]
        assert span.source
        at = span.end
    start, end = doc.body
    assert 0 <= start <= end <= len(text)
    for chain in doc.chains:
        assert 0 <= chain.score <= 1
        for piece in chain.evidence:
            assert piece.text == text[piece.start : piece.end]
    surfaces = {span.text for span in doc.ents}
    assert all(company in surfaces and park in surfaces for company, park in doc.located)
    for fact in doc.facts:
        assert fact.value is not None or fact.change is not None
        for start, end in fact.spans.values():
            assert 0 <= start < end <= len(text)
    assert Doc.from_dict(json.loads(json.dumps(doc.to_dict()))) == doc


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_any_text_gives_a_valid_document(nlp, text):
    check(nlp(text), text)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, max_size=6), st.integers(1, 4))
def test_a_document_does_not_depend_on_its_batch(nlp, texts, batch_size):
    assert list(nlp.pipe(texts, batch_size=batch_size)) == [nlp(text) for text in texts]


def test_short_documents_are_tagged_more_at_a_time_and_long_ones_fewer(nlp):
    def read_for_the_first(text, batch_size):
        stream = iter([text] * 5000)
        next(nlp.pipe(stream, batch_size=batch_size))
        return 5000 - len(list(stream))

    assert [read_for_the_first(text, 1) for text in ("", "产值5亿元", "产值5亿元" * 2000)] == [1, 1, 1]
    assert 3 < read_for_the_first("", 3) < 100
    assert 3 < read_for_the_first("产值5亿元", 3) <= read_for_the_first("", 3)
    assert read_for_the_first("产值5亿元" * 300, 3) == 3
    assert read_for_the_first("产值5亿元" * 2000, 2) == 1


def test_processes_give_the_same_in_the_same_order(nlp):
    texts = [f"{EXAMPLE}第{number}季度签约{number}个项目。" for number in range(30)]
    assert list(nlp.pipe(texts, n_process=2, batch_size=4)) == [nlp(text) for text in texts]


def test_pairs_and_errors(nlp):
    items = [
        ("产值5亿元", "a"),
        (None, "b"),
        ({"text": "产值6亿元", "published": "never"}, "c"),
        ({"text": "7亿元", "title": "题"}, "d"),
    ]
    found = list(nlp.pipe(items, as_tuples=True, errors="empty"))
    assert [key for _, key in found] == ["a", "b", "c", "d"]
    assert [doc.error is None for doc, _ in found] == [True, False, False, True]
    assert found[3][0].title == "题"
    with pytest.raises(DataError, match="NoneType"):
        list(nlp.pipe(items, as_tuples=True))


def test_processes_carry_what_cannot_be_sent_and_report_bad_items_in_their_place(nlp):
    lock = threading.Lock()
    items = [{"text": EXAMPLE, "meta": lock}, {"text": lock}, {"text": EXAMPLE, "published": "soon"}, EXAMPLE]
    docs = list(nlp.pipe(items, n_process=2, batch_size=2, errors="empty"))
    assert docs[0].meta is lock and len(docs[0].ents) == len(docs[3].ents) > 0
    assert "lock" in docs[1].error and "soon" in docs[2].error
    stream = nlp.pipe(items, n_process=2, batch_size=1)
    assert next(stream).meta is lock  # what stands before a bad item is not lost
    with pytest.raises(DataError, match="lock"):
        next(stream)


def test_tagging_leaves_no_cycles_and_the_collector_as_it_was(nlp):
    nlp(EXAMPLE)
    gc.collect()
    nlp(EXAMPLE * 20)
    assert gc.isenabled() and gc.collect() < 100
    with pytest.raises(DataError):
        nlp(5)
    assert gc.isenabled()
    gc.disable()
    try:
        nlp(EXAMPLE)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_text_is_no_mapping_and_an_empty_date_is_none(nlp):
    with pytest.raises(DataError, match="dict"):
        nlp({"text": {"text": EXAMPLE}})
    assert nlp({"text": EXAMPLE, "published": ""}).published is None


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"n_process": -1}, {"errors": "ignore"}, {"batch_size": "x"}])
def test_senseless_options_are_refused_at_once(nlp, options):
    with pytest.raises(OptionError, match=next(iter(options))):
        nlp.pipe([], **options)


def test_published(nlp):
    day = nlp("上半年", published=dt.date(2025, 7, 20))
    assert day.published == "2025-07-20" and day.times[0].value.start == "2025-01-01"
    assert nlp("上半年").times[0].value.start is None
    assert nlp("题目\n2025-07-20 来源：某网\n上半年，产值达到5亿元。").published == "2025-07-20"
    with pytest.raises(OptionError, match="published"):
        nlp("x", published="20/7/2025")


def test_threads_share_a_pipeline(nlp):
    want, seen = nlp(EXAMPLE), []
    threads = [threading.Thread(target=lambda: seen.append((nlp(EXAMPLE), nlp(EXAMPLE).tokens))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [doc for doc, _ in seen] == [want] * 4
    assert len({tokens for _, tokens in seen}) == 1


def test_a_pipeline_is_immutable_and_can_be_pickled(nlp):
    with pytest.raises(AttributeError):
        nlp.names = None
    assert pickle.loads(pickle.dumps(nlp))(EXAMPLE) == nlp(EXAMPLE)  # noqa: S301 - our own bytes


def test_tokens_and_sentences_on_demand(nlp):
    doc = nlp("孚能科技落户镇江。好！")
    assert "".join(token.text for token in doc.tokens) == doc.text
    assert all(token.text == doc.text[token.start : token.end] for token in doc.tokens)
    assert [doc.text[s:e] for s, e in doc.sents] == ["孚能科技落户镇江。", "好！"]


def test_parts_outside_of_the_body_give_no_facts(nlp):
    noise = "相关文章\n镇江高新区上半年光伏产值99亿元，同比增长33%。光伏组件、逆变器、风电..."
    doc = nlp(f"镇江高新区举办书画展\n本次书画展由社区举办，展出书画作品，市民纷纷前来参观，现场十分热闹。\n{noise}")
    assert [span.text for span in doc.percents] == ["33%"]
    assert doc.facts == () and doc.chains == ()


HOSTILE = {
    "digits": "1" * 10_000,
    "dots": "1." * 5_000,
    "commas": "1," * 5_000,
    "hans": "一二三" * 3_000,
    "ten-thousands": "万" * 10_000,
    "legal forms": "有限公司" * 10_000,
    "groups": "集团" * 10_000,
    "parks": "产业园" * 10_000,
    "zones": "镇江高新区" * 5_000,
    "brackets": "（" * 10_000,
    "quotes": "“" * 10_000,
    "alias": "（以下简称" * 5_000,
    "list": "华为、" * 5_000,
    "percent": "%" * 10_000,
    "percent of": "百分之" * 5_000,
    "dashes": "-" * 10_000,
    "ranges": "1-" * 5_000,
    "years": "2025年" * 3_000,
    "months": "1月至" * 3_000,
    "places": "江苏省镇江市" * 3_000,
    "blanks": " " * 20_000,
    "lines": "\n" * 20_000,
    "growth": "同比增长" * 5_000,
    "facts": "产值5亿元，增长5%，" * 2_000,
    "one sentence": "园" * 20_000,
    "latin": "A" * 20_000,
    "surrogates": "\ud800" * 10_000,
    "nuls": "\0" * 10_000,
}


def seconds(nlp, text):
    start = time.process_time()  # on a busy machine the wall says nothing
    doc = nlp(text)
    spent = time.process_time() - start
    check(doc, text)
    return spent


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_cost_linear_time(nlp, name):
    text = HOSTILE[name]
    once, fourfold = min(seconds(nlp, text) for _ in range(2)), seconds(nlp, text * 4)
    assert fourfold < max(8 * once, 1.0), f"{once:.3f} s for {len(text)}, {fourfold:.3f} s for four times as much"


def test_a_page_of_five_megabytes(nlp):
    line = EXAMPLE + "\n"
    text = line * (5_000_000 // len(line.encode()))
    assert len(nlp(text).figures) == text.count("52亿元")


def test_reference_page(nlp, seed):
    text, gold = seed
    doc = nlp(text)
    check(doc, text)
    assert list(doc.body) == gold["body"]
    core = {"COMPANY", "PARK", "FIGURE", "PERCENT"}
    want = {(s, e, label) for s, e, label, _ in gold["spans"] if label in core}
    got = {(span.start, span.end, span.label) for span in doc.ents if span.label in core}
    assert 2 * len(want & got) / (len(want) + len(got)) >= 0.97
    chains, right = {chain.id for chain in doc.chains}, set(gold["chains"])
    assert 2 * len(chains & right) / (len(chains) + len(right)) >= 0.8


def test_user_names_and_user_taxonomy(tmp_path):
    taxonomy = tmp_path / "mine.toml"
    taxonomy.write_text(
        'title = "我的"\n[[clusters]]\nid = "food"\nname = "食品"\n[[chains]]\nid = "vinegar"\nname = "香醋"\ncluster = "food"\n'
        '[[chains.keywords]]\nweight = 3\nwords = ["香醋", "酿造"]\n',
        encoding="utf-8",
    )
    names = parknlp.Lexicon.from_tsv(write(tmp_path / "names.tsv", "name\tlabel\tkb_id\n恒顺\tCOMPANY\tmine:1\n"))
    doc = parknlp.load(lexicons=[names], taxonomy=taxonomy)("恒顺的香醋酿造技艺传承至今，香醋年产30万吨。")
    assert [(s.text, s.kb_id, s.source) for s in doc.companies] == [("恒顺", "mine:1", "lexicon:names")]
    assert [(c.id, c.cluster) for c in doc.chains] == [("vinegar", "food")]
    assert set(doc.cats) == {"vinegar"}


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path
