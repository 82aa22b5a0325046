"""The word lists: what is read at once, and what stays a text, is what the lines of the files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from parknlp.corpus import read_gold
from parknlp.names.words import COMMON, alphanumeric, kinds, ordinary, rows

ARTICLES = Path(__file__).parent.parent / "models" / "corpus" / "dev-a.jsonl"
FILES = (COMMON, "boundary_words.tsv", "company_words.tsv", "institution_words.tsv", "park_words.tsv", "name_rules.tsv")


@pytest.mark.parametrize("file", FILES)
def test_the_words_of_each_kind(file: str) -> None:
    lines = rows(file)
    assert lines
    for kind in {kind for _, kind in lines}:
        assert kinds(file)[kind] == {word for word, of in lines if of == kind}
    with pytest.raises(KeyError):
        kinds(file)["nothing of the kind"]


def test_ordinary_words_are_those_of_the_file() -> None:
    known = {word for word, kind in rows(COMMON) if kind != "name"}
    assert len(ordinary()) == len(known)
    assert set(ordinary()) == known == frozenset() | ordinary()
    text = next(iter(read_gold(ARTICLES))).text + "\n😀\ud800 企"
    for size in range(5):
        for start in range(len(text)):
            word = text[start : start + size]
            assert (word in ordinary()) == (word in known), word
    assert 1 not in ordinary()


def test_letters_and_numbers_of_the_basic_plane() -> None:
    listed = set("①⑳⑴⒈Ⓐⓩ❶➀㈠㊀㋀")  # the numbers and letters of lists, here the first or the last of each row
    known = alphanumeric()
    assert not any(known[ord(character)] for character in listed)
    rows = [*range(0x2460, 0x2500), *range(0x2776, 0x2794), *range(0x3200, 0x3300)]
    assert listed <= set(map(chr, rows))
    assert known.tolist() == [chr(code).isalnum() and code not in rows for code in range(1 << 16)]
