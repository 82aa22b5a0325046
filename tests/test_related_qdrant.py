"""The index of related articles over Qdrant, in its client's local mode."""

from __future__ import annotations

import warnings

import pytest

from parknlp.doc import Doc
from parknlp.errors import OptionError
from parknlp.related import RelatedIndex
from parknlp.related.qdrant import QdrantIndex
from test_related import STORY, named, synthetic

pytest.importorskip("qdrant_client", reason="qdrant-client is not installed (extra qdrant)")


@pytest.fixture
def index() -> QdrantIndex:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return RelatedIndex.connect(":memory:", fields=["site"])


def test_add_ask_remove(index):
    docs = synthetic(60)
    assert index.add(docs) == 60
    assert len(index) == 60 and set(index) == {doc.meta["id"] for doc in docs}
    assert "s3" in index and "nobody" not in index
    own = RelatedIndex()
    own.add(docs)
    for doc in docs[:5]:
        found = index.similar(doc, 5)
        assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
        assert all(item.reasons for item in found)
        assert doc.meta["id"] not in {item.id for item in found}
        assert [item.id for item in index.similar(doc.meta["id"], 5)] == [item.id for item in found]
        assert len({item.id for item in found} & {item.id for item in own.similar(doc, 5)}) >= 3
    assert index.remove(["s3", "nobody"]) == 1
    assert len(index) == 59 and "s3" not in index
    index.add(docs[:4])
    assert len(index) == 60


def test_filters_dates_and_reasons(index):
    docs = [
        named(n, text, f"2025-0{n}-01")
        for n, text in enumerate(["华为镇江高船厂投产", "美的扬中区船厂投产", "华为扬中区电厂投产"], 1)
    ]
    docs[2].meta["site"] = "电视"
    index.add(docs)

    def ids(**filters):
        found = index.similar(named(9, "华为镇江高船厂投产了"), 9, filters=filters, near_duplicates=True)
        return sorted(item.id for item in found)

    assert ids() == ["n1", "n2", "n3"]
    assert ids(company="华为") == ["n1", "n3"]
    assert ids(company=["华为", "美的"], chain="marine", park=None) == ["n1", "n2"]
    assert ids(since="2025-02-01", until="2025-02-28") == ["n2"]
    assert ids(site="电视", exclude=["n1"]) == ["n3"]
    with pytest.raises(OptionError, match="author"):
        ids(author="x")
    [found] = index.similar(
        named(9, "华为扬中区"), 1, filters={"company": "华为", "park": "扬中区"}, near_duplicates=True
    )
    assert ("company", "华为") in {(reason.kind, reason.text) for reason in found.reasons}
    newest = index.similar(Doc("厂投产"), 3, half_life=1, now="2025-03-01", near_duplicates=True)
    assert newest[0].id == "n3"


def test_near_duplicates_and_diversity(index):
    index.add(
        [Doc(STORY + "来源：本网", meta={"id": "repost"}), *synthetic(20), Doc("船舶动力产业园", meta={"id": "x"})]
    )
    assert [item.id for item in index.similar(Doc(STORY), 3)] == ["x"]
    assert len(index.similar("s1", 5, diversity=0.5)) == 5


def test_unknown_identifier_and_missing_date(index):
    with pytest.raises(OptionError, match="nobody"):
        index.similar("nobody")
    index.add([Doc("园区")])
    with pytest.raises(OptionError, match="date"):
        index.similar(Doc("园区二"), half_life=3)
    with pytest.raises(OptionError, match="ids"):
        index.add([Doc("园区")], ids=[])
    assert index.similar(Doc("")) == []
