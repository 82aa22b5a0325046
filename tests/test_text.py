from hypothesis import given
from hypothesis import strategies as st

from parknlp.text import SEPARATOR, Candidate, TextBatch


@given(st.lists(st.text(st.characters(codec=None)), max_size=5))
def test_documents_keep_their_places(texts):
    batch = TextBatch(texts)
    assert len(batch) == len(texts)
    assert len(batch.text) == len(batch.raw) == len(batch.codes)
    for index, text in enumerate(texts):
        assert batch.raw[batch.starts[index] : batch.ends[index]] == text
        assert batch.document_of(batch.starts[index]) == index
        assert "\0" not in batch.text[batch.starts[index] : batch.ends[index]]
    assert batch.text.count("\0") == len(texts) + 1


def test_every_document_has_the_same_context():
    batch = TextBatch(["甲", "", "乙"])
    for start, end in zip(batch.starts, batch.ends, strict=True):
        assert batch.text[start - 3 : start] == batch.text[end : end + 3] == SEPARATOR


def test_spans_are_given_back_in_document_coordinates():
    batch = TextBatch(["（５家）", "Ａ公司"])
    first, second = batch.starts
    spans = batch.spans([Candidate(first + 1, first + 3, "FIGURE", "x"), Candidate(second, second + 3, "COMPANY", "y")])
    assert [(s.start, s.end, s.text) for doc in spans for s in doc] == [(1, 3, "５家"), (0, 3, "Ａ公司")]
