from hypothesis import given
from hypothesis import strategies as st

from parknlp.fold import codes_of, fold, lower_codes, text_of

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_fold_keeps_the_length_and_is_idempotent(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(ANY_TEXT)
def test_codes_and_text_are_inverse(text):
    assert text_of(codes_of(text)) == text
    assert len(lower_codes(codes_of(text))) == len(text)


def test_folds():
    assert fold("ＡＢＢ（中國）１，０００㎡") == "ABB(中国)1,000㎡"
    assert fold("−5‐6　x\u00a0y") == "-5-6 x y"


def test_simplified_characters_stay():
    assert fold("乾坤著名瞭望徵羽") == "乾坤著名瞭望徵羽"


def test_controls_become_blanks_but_line_breaks_stay():
    assert fold("a\x00b\x1fc\td\re\n") == "a b c\td\re\n"


def test_lower_keeps_length():
    assert text_of(lower_codes(codes_of("İABß𐐀"))) == "iabß𐐀"
