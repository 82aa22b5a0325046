from hypothesis import given
from hypothesis import strategies as st

from parknlp.sentences import paragraph_spans, sentence_spans


@given(st.text())
def test_sentences_are_ordered_disjoint_and_cover_everything_visible(text):
    at = 0
    for start, end in sentence_spans(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_semicolons_do_not_end_a_sentence():
    text = "A增长5%；B下降3%。C"
    assert [text[s:e] for s, e in sentence_spans(text)] == ["A增长5%；B下降3%。", "C"]


def test_paragraphs():
    text = "一\n\n 二 \r\n三"
    assert [text[s:e] for s, e in paragraph_spans(text)] == ["一", "二", "三"]
