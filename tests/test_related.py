"""Related articles: exact for what is there, whatever came and went before; explained, varied, and safe on disk."""

from __future__ import annotations

import math
import random
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parknlp.doc import COMPANY, PARK, ChainScore, Doc, Span
from parknlp.errors import DataError, ModelError, OptionError
from parknlp.related import RelatedIndex, open_or_new
from parknlp.related.features import KINDS, WEIGHTS, extract, kind_of
from parknlp.related.search import FACTORS, POWER
from parknlp.related.variety import Overlaps

SYLLABLES = "镇江高新区船舶动力产业园扬中智能电气丹阳光学眼镜"
WORDS = st.text(st.sampled_from(SYLLABLES + "，a5 "), max_size=30)
DATES = st.sampled_from([None, "2025-01-01", "2025-03-05", "2024-12-31"])


def named(number: int, text: str, published: str | None = None) -> Doc:
    """An article whose first two characters are a company and the next three a park."""
    ents = [Span(0, 2, COMPANY, text[:2])] if len(text) > 1 else []
    ents += [Span(2, 5, PARK, text[2:5], kb_id=text[2:5])] if len(text) > 4 else []
    chains = (ChainScore("marine", "海工", "equipment", 0.8),) if "船" in text else ()
    return Doc(text, title=text[5:9], published=published, meta={"id": f"n{number}"}, ents=tuple(ents), chains=chains)


def brute(docs: dict[str, Doc], query: Doc, half_life: float | None = None) -> dict[str, float]:
    """The score of every article as the definition gives it, in plain Python."""
    bags = {}
    for name, doc in docs.items():
        found = extract([doc])
        bags[name] = dict(zip(found.keys.tolist(), WEIGHTS[found.levels].tolist(), strict=True))
    asked = extract([query])
    own = dict(zip(asked.keys.tolist(), WEIGHTS[asked.levels].tolist(), strict=True))
    kinds = dict(zip(asked.keys.tolist(), kind_of(asked.keys).tolist(), strict=True))
    names = {number: name for name, number in KINDS.items()}
    factors = {}
    for key, weight in own.items():
        df = sum(key in bag for bag in bags.values())
        idf = math.log(1 + (len(bags) - df + 0.5) / (df + 0.5))
        factors[key] = FACTORS.get(names[kinds[key]], 0.0) * idf**POWER * weight
    scale = sum(factor * own[key] for key, factor in factors.items())
    scores = {}
    for name, bag in bags.items():
        score = sum(factor * bag.get(key, 0.0) for key, factor in factors.items())
        if half_life is not None:
            days = [extract([doc]).days[0] for doc in (docs[name], query)]
            score *= (
                0.5
                if docs[name].published is None
                else 0.5 + 0.5 * 2 ** (-abs(int(days[0]) - int(days[1])) / half_life)
            )
        if score > 0:
            scores[name] = score / scale
    return scores


def check(index: RelatedIndex, docs: dict[str, Doc], query: Doc, k: int, half_life: float | None = None) -> None:
    expected = brute(docs, query, half_life)
    found = index.similar(query, k, near_duplicates=True, half_life=half_life)
    best = sorted(expected.values(), reverse=True)[:k]
    assert [item.score for item in found] == pytest.approx(best, rel=1e-9)
    for item in found:
        assert item.score == pytest.approx(expected[item.id], rel=1e-9)
    assert len({item.id for item in found}) == len(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, DATES), min_size=1, max_size=40), WORDS, st.integers(1, 8), st.data())
def test_results_are_those_of_a_brute_force_scorer(texts, query, k, data):
    docs = {f"n{number}": named(number, text, date) for number, (text, date) in enumerate(texts)}
    index = RelatedIndex()
    batch = data.draw(st.integers(1, 40))
    for at in range(0, len(docs), batch):
        index.add(list(docs.values())[at : at + batch])
    gone = data.draw(st.sets(st.sampled_from(sorted(docs))))
    assert index.remove(gone) == len(gone)
    left = {name: doc for name, doc in docs.items() if name not in gone}
    assert sorted(index) == sorted(left)
    asked = named(999, query, "2025-02-01")
    check(index, left, asked, k)
    check(index, left, asked, k, half_life=30)


def synthetic(count: int, seed: int = 1) -> list[Doc]:
    """Articles of a topic each, over a few hundred characters with a skewed distribution."""
    rng = np.random.default_rng(seed)
    alphabet = np.array([chr(code) for code in range(0x4E00, 0x4E00 + 400)])
    docs = []
    for number in range(count):
        topic = int(rng.integers(20)) * 17
        codes = np.where(
            rng.random(120) < 0.4, topic + rng.integers(0, 17, 120), (400 * rng.random(120) ** 3).astype(int)
        )
        docs.append(Doc("".join(alphabet[codes % 400]), meta={"id": f"s{number}"}))
    return docs


def test_pruned_search_is_exact_and_segments_do_not_matter():
    docs = synthetic(3000)
    at_once, in_steps = RelatedIndex(), RelatedIndex()
    at_once.add(docs[:2500])
    for at in range(0, 3000, 130):
        in_steps.add(docs[at : at + 130])
    in_steps.remove([f"s{number}" for number in range(2500, 3000)])
    assert len(at_once) == len(in_steps) == 2500
    known = {doc.meta["id"]: doc for doc in docs[:2500]}
    for query in docs[2990:]:
        assert at_once.similar(query, 10) == in_steps.similar(query, 10)
    check(at_once, known, docs[2999], 10)
    check(in_steps, known, docs[2998], 100)


def test_adding_and_removing_is_the_identity():
    docs = synthetic(300)
    index = RelatedIndex()
    index.add(docs[:200])
    before = [index.similar(doc, 7) for doc in docs[:20]]
    index.add(docs[200:])
    assert [index.similar(doc, 7) for doc in docs[:20]] != before
    assert index.remove(doc.meta["id"] for doc in docs[200:]) == 100
    assert [index.similar(doc, 7) for doc in docs[:20]] == before
    assert index.remove(["s250", "nobody"]) == 0
    assert "s3" in index and "s250" not in index and 3 not in index


def test_an_article_asked_by_identifier_is_the_same_query():
    docs = synthetic(200)
    index = RelatedIndex()
    index.add(docs)
    for doc in docs[:10]:
        assert index.similar(doc, 5) == index.similar(doc.meta["id"], 5)
        assert doc.meta["id"] not in {item.id for item in index.similar(doc, 200)}


def test_same_identifier_takes_the_place():
    index = RelatedIndex()
    assert index.add([Doc("产业高新区"), Doc("今日天气")], ids=["a", "a"]) == 2
    assert list(index) == ["a"]
    assert index.similar(Doc("产业高新区")) == []
    index.add([Doc("产业高新区")], ids=["a"])
    assert len(index) == 1
    assert [item.id for item in index.similar(Doc("高新区"))] == ["a"]
    assert index.similar(Doc("天气")) == []


def test_documents_without_identifier_get_one_from_their_content():
    index = RelatedIndex()
    index.add([Doc("镇江高新区"), Doc("镇江高新区"), Doc("扬中")])
    assert len(index) == 2


def test_reasons_add_up_and_name_what_is_shared():
    text = "华为镇江高新区船舶动力"
    index = RelatedIndex()
    index.add([named(1, text + "，建成投产"), *(named(n, f"某{n}扬中市场天气{n}") for n in range(2, 9))])
    [found] = index.similar(named(99, text + "企业"), 1, reasons=100, near_duplicates=True)
    assert sum(reason.share for reason in found.reasons) == pytest.approx(1)
    shared = {(reason.kind, reason.text) for reason in found.reasons}
    assert {("company", "华为"), ("park", "镇江高"), ("chain", "海工"), ("place", "镇江")} <= shared
    assert any(kind == "term" and "船舶动力" in text for kind, text in shared)
    order = [(reason.kind == "term", -reason.share) for reason in found.reasons]
    assert order == sorted(order)
    assert len(index.similar(named(99, text), 1, reasons=2, near_duplicates=True)[0].reasons) == 2
    [by_id] = [item for item in index.similar("n1", 8) if item.id == "n2"] or [None]
    assert by_id is None or by_id.reasons


def test_filters():
    docs = [
        named(n, text, f"2025-0{n}-01")
        for n, text in enumerate(["华为镇江高船厂投产", "美的扬中区船厂投产", "华为扬中区电厂投产"], 1)
    ]
    docs[2].meta["site"] = "电视"
    index = RelatedIndex(fields=["site"])
    index.add(docs)
    query = Doc("厂投产了")

    def ids(**filters):
        return sorted(item.id for item in index.similar(query, 9, filters=filters, near_duplicates=True))

    assert ids() == ["n1", "n2", "n3"]
    assert ids(company="华为") == ["n1", "n3"]
    assert ids(company=["华为", "美的"], chain="marine") == ["n1", "n2"]
    assert ids(park="扬中区", exclude=["n3"]) == ["n2"]
    assert ids(since="2025-02-01") == ["n2", "n3"]
    assert ids(until="2025-02-01", company=None) == ["n1", "n2"]
    assert ids(site="电视") == ["n3"]
    assert ids(company="无此公司") == []
    with pytest.raises(OptionError, match="since"):
        ids(author="x")


STORY = "镇江高新区船舶动力产业园二期项目昨天开工，总投资12亿元，建成后可年产中速柴油机500台，由中船动力公司负责建设，计划明年六月投产。"


def test_near_duplicates_of_the_article_are_left_out_and_others_collapse():
    other = "扬中智能电气产业园的六家企业昨日签约，船舶动力配套项目也在其中，总投资三亿元，由市发改委牵头推进，年底前全部开工建设。"
    index = RelatedIndex()
    index.add(
        [Doc(STORY + "来源：本网", meta={"id": "repost"}), Doc(other, meta={"id": "one"})]
        + [Doc(other.replace("，", " ") + f"编辑{n}", meta={"id": f"copy{n}"}) for n in "甲乙"]
        + [Doc(f"丹阳光学眼镜{n}产业园发展", meta={"id": f"x{n}"}) for n in "东南西北"]
    )
    found = index.similar(Doc(STORY), 10)
    ids = [item.id for item in found]
    assert "repost" not in ids
    [group] = [item for item in found if {item.id, *item.duplicates} & {"one"}]
    assert {group.id, *group.duplicates} == {"one", "copy甲", "copy乙"}
    everything = {item.id for item in index.similar(Doc(STORY), 10, near_duplicates=True)}
    assert {"repost", "one", "copy甲", "copy乙"} <= everything


def test_diversity_keeps_suggestions_apart():
    docs = synthetic(400)
    index = RelatedIndex()
    index.add(docs)

    def likeness(found):
        overlaps = Overlaps([extract([docs[int(item.id[1:])]]).keys for item in found])
        return sum(overlaps.likeness(at).sum() for at in range(len(found)))

    plain, varied = (index.similar(docs[0], 8, diversity=value) for value in (0.0, 0.7))
    assert plain[0] == varied[0]
    assert likeness(varied) < likeness(plain)


def test_freshness_needs_a_date():
    index = RelatedIndex()
    index.add([Doc("镇江高新区", published=date, meta={"id": date}) for date in ("2024-01-01", "2025-06-30")])
    assert [item.id for item in index.similar(Doc("镇江高新区"), half_life=30, now="2025-07-01")] == [
        "2025-06-30",
        "2024-01-01",
    ]
    assert [item.id for item in index.similar(Doc("镇江高新区"), half_life=30, now="2024-01-01")] == [
        "2024-01-01",
        "2025-06-30",
    ]
    with pytest.raises(OptionError, match="date"):
        index.similar(Doc("镇江高新区"), half_life=30)
    with pytest.raises(DataError, match="published"):
        index.add([Doc("园区", published="gestern")])


def test_wrong_arguments_say_so():
    index = RelatedIndex()
    with pytest.raises(OptionError, match="nobody"):
        index.similar("nobody")
    with pytest.raises(OptionError, match="k must"):
        index.similar(Doc("园区"), 0)
    with pytest.raises(OptionError, match="factors"):
        RelatedIndex(factors={"colour": 1})
    with pytest.raises(OptionError, match="ids"):
        index.add([Doc("园区")], ids=[])
    with pytest.raises(OptionError, match="ids"):
        index.add([Doc("园区")], ids=["a", "b"])


@pytest.mark.parametrize(
    "text", ["", " \n", "\ud800\udfff", "\0" * 50, "😀" * 9, "𠀀𠀁𠀂", "7" * 10_000, "a." * 5000, "有限公司" * 10_000]
)
def test_any_text_can_be_added_and_asked(text):
    index = RelatedIndex()
    index.add([Doc(text, title=text, meta={"id": text[:5] or "x"}), Doc("园区", meta={"id": "y"})])
    assert len(index) == 2
    assert len(index.similar(Doc(text))) <= 1
    assert index.similar(Doc("园区2"))[0].id == "y"


def test_empty_index():
    index = RelatedIndex()
    assert len(index) == 0 and list(index) == [] and index.similar(Doc("园区")) == []
    assert index.remove(["a"]) == 0 and index.add([]) == 0


# on disk


def test_saved_and_loaded_is_the_same(tmp_path):
    docs = synthetic(500)
    index = open_or_new(tmp_path / "index")
    for at in range(0, 500, 90):
        index.add(docs[at : at + 90])
    index.remove(f"s{number}" for number in range(0, 50, 3))
    index.add([named(1, "华为镇江高船厂")])
    index.save(tmp_path / "index")
    again = open_or_new(tmp_path / "index")
    assert list(again) == list(index)
    assert [again.similar(doc, 6) for doc in docs[:20]] == [index.similar(doc, 6) for doc in docs[:20]]
    assert again.similar(named(2, "华为镇江高船厂"), near_duplicates=True) == index.similar(
        named(2, "华为镇江高船厂"), near_duplicates=True
    )
    again.remove(["s100"])
    again.add(docs[:5])
    again.save(tmp_path / "index")
    third = RelatedIndex.load(tmp_path / "index")
    assert sorted(third) == sorted(again)
    assert [third.similar(doc, 6) for doc in docs[:20]] == [again.similar(doc, 6) for doc in docs[:20]]
    again.save(tmp_path / "elsewhere")
    assert sorted(RelatedIndex.load(tmp_path / "elsewhere")) == sorted(again)


def test_options_are_saved(tmp_path):
    index = RelatedIndex(factors={"place": 0}, fields=["site"])
    index.save(tmp_path)
    assert RelatedIndex.load(tmp_path).factors == index.factors
    assert RelatedIndex.load(tmp_path).fields == ("site",)


def test_saving_writes_only_what_is_new_and_clears_away_the_rest(tmp_path):
    docs = synthetic(300)
    index = RelatedIndex()
    index.add(docs[:200])
    index.save(tmp_path)
    [first] = tmp_path.glob("segment-*")
    written = first.stat().st_mtime_ns
    (tmp_path / ".segment-0.npz-left").write_bytes(b"killed")
    index.add(docs[200:220])
    index.save(tmp_path)
    assert first.stat().st_mtime_ns == written
    assert len(list(tmp_path.iterdir())) == 3
    index.add(docs[220:])
    index.add(docs[120:])
    index.save(tmp_path)
    assert not first.exists()


@pytest.mark.parametrize("kind", ["cut", "empty", "flipped", "foreign", "missing", "swapped"])
@pytest.mark.parametrize("which", ["index", "segment"])
def test_damage_is_named(tmp_path, kind, which):
    docs = synthetic(300)
    index = RelatedIndex()
    index.add(docs[:200])
    index.add(docs[200:220])
    index.remove(["s5"])
    index.save(tmp_path)
    file = tmp_path / "index.npz" if which == "index" else min(tmp_path.glob("segment-*"))
    content = file.read_bytes()
    if kind == "missing":
        file.unlink()
    elif kind == "swapped":
        shutil.copy(sorted(tmp_path.glob("segment-*"))[1], file)
    else:
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        file.write_bytes(
            {"cut": content[:middle], "empty": b"", "flipped": flipped, "foreign": b"SQLite format 3\0"}[kind]
        )
    with pytest.raises(ModelError, match=file.name.replace(".", r"\.")):
        RelatedIndex.load(tmp_path)


def test_every_flipped_byte_is_found(tmp_path):
    index = RelatedIndex()
    index.add(synthetic(3))
    index.save(tmp_path)
    before = index.similar("s0")
    rng = random.Random(1)  # noqa: S311
    for file in sorted(tmp_path.iterdir()):
        content = file.read_bytes()
        for at in rng.sample(range(len(content)), 150):
            file.write_bytes(content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :])
            try:
                assert RelatedIndex.load(tmp_path).similar("s0") == before  # a date or a padding of the zip
            except ModelError as error:
                assert file.name in str(error)  # noqa: PT017
        file.write_bytes(content)


WRITER = """
import sys, time
from parknlp.doc import Doc
from parknlp.related import open_or_new
path, start = sys.argv[1], int(sys.argv[2])
index = open_or_new(path)
print("ready", flush=True)
for number in range(start, start + 4000):
    index.add([Doc("镇江高新区船舶动力" * 9 + chr(0x4E00 + number), meta={"id": f"w{number}"})])
    index.save(path)
    if number % 7 == 0:
        index.remove([f"w{number - 3}"])
"""


def test_a_killed_writer_leaves_a_whole_index(tmp_path):
    index = RelatedIndex()
    index.add(synthetic(60))
    index.save(tmp_path)
    rng, size = random.Random(2), 60  # noqa: S311
    for turn in range(50):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(turn * 200)], stdout=subprocess.PIPE, text=True
        )
        writer.stdout.readline()
        time.sleep(rng.random() * 0.06)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        left = RelatedIndex.load(tmp_path)
        ids = set(left)
        assert len(ids) == len(left) >= size - 1 - 200 // 7
        assert {f"s{number}" for number in range(60)} <= ids
        assert left.similar("s0", 3)
        size = len(left)


def test_readers_are_safe_while_one_writes(tmp_path):
    docs = synthetic(1500)
    index = RelatedIndex()
    index.add(docs[:500])
    index.save(tmp_path)
    failed, stop = [], threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                found = index.similar(docs[3], 5)
                assert len(found) == 5 and all(reason.share > 0 for item in found for reason in item.reasons)
                assert len(RelatedIndex.load(tmp_path)) >= 490
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(500, 1500, 20):
        index.add(docs[at : at + 20])
        index.remove([f"s{at - 400}"])
        index.save(tmp_path)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
