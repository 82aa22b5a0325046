"""The tokenizer gives jieba's words, whatever the text, the user's words and the size of the batch."""

import gc
import gzip
import itertools
import json
import pickle
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jieba import finalseg

from conftest import ROOT, SHARED
from parknlp.doc import Token
from parknlp.errors import DataError, OptionError
from parknlp.tokenizer import CharTokenizer, JiebaTokenizer, Tokenizer, Tokens, route, segment
from parknlp.tokenizer.dictionary import HAN, Dictionary

WAYS = [(mode, hmm) for mode in ("default", "search") for hmm in (True, False)]
NAMES = ["瑞尔隆鼎", "镇江经开区", "中国科学院", "高新", "T100芯片", "园区公司abc", "云计算C++", "𠀀𠀀𠀀"]


def reference() -> jieba.Tokenizer:
    """jieba's tokenizer without its cache file."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


@pytest.fixture(scope="module")
def plain() -> jieba.Tokenizer:
    return reference()


@pytest.fixture(scope="module")
def named() -> jieba.Tokenizer:
    tokenizer = reference()
    for name in NAMES:
        if len(name) > 2 and not tokenizer.FREQ.get(name):
            tokenizer.add_word(name, 200)
    return tokenizer


def expected(tokenizer: jieba.Tokenizer, text: str, mode: str, hmm: bool) -> list[tuple[str, int, int]]:
    return [each for each in tokenizer.tokenize(text, mode=mode, HMM=hmm) if not each[0].isspace()]


def columns(tokens: Tokens) -> list[tuple[str, int, int]]:
    return list(zip(tokens.words, tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


def assert_same(ours: JiebaTokenizer, theirs: jieba.Tokenizer, texts: list[str], mode: str, hmm: bool) -> None:
    for text, tokens in zip(texts, ours.pipe(texts), strict=True):
        assert columns(tokens) == expected(theirs, text, mode, hmm), text


def reloaded(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def corpus_texts() -> list[str]:
    files = sorted((ROOT / "models" / "corpus").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [row["text"] for row in rows if "text" in row]


def data_texts() -> list[str]:
    """Every thirtieth row of the real data beside the project."""
    texts = []
    for file in sorted((SHARED / "data").rglob("*.jsonl*")):
        with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
            for line in itertools.islice(lines, 0, None, 30):
                row = json.loads(line)
                texts += [value for value in (row.values() if isinstance(row, dict) else row) if isinstance(value, str)]
    return texts


# ---- the same words


@pytest.mark.parametrize(("mode", "hmm"), WAYS)
def test_articles_are_cut_as_by_jieba(plain: jieba.Tokenizer, mode: str, hmm: bool):
    assert_same(JiebaTokenizer(hmm=hmm, mode=mode), plain, corpus_texts(), mode, hmm)


def test_real_text_is_cut_as_by_jieba(plain: jieba.Tokenizer):
    texts = data_texts()
    if not texts:
        pytest.skip("the data lies outside of the project")
    assert_same(JiebaTokenizer(), plain, texts, "default", True)


HAN_TEXT = st.text(st.characters(min_codepoint=HAN[0], max_codepoint=HAN[1] + 2), max_size=8)
FREQUENT = st.text(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会镇江园区产业高新技术企业亿元", max_size=12
)
LATIN = st.text("abcXYZ0123456789+#&._%-", max_size=8)
ODD = st.text(" \t\r\n\x1c\u2028，。（·￥Ⅱ〇々㎡\u3000γéー가𠀀😀\0\ud800\udfff\uffff", max_size=4)
MIXED = st.lists(st.one_of(HAN_TEXT, FREQUENT, LATIN, ODD, st.sampled_from(NAMES)), max_size=8).map("".join)


@pytest.mark.parametrize("few", [0, 10**9], ids=["in numpy", "in Python"])
@settings(max_examples=50, deadline=None)
@given(texts=st.lists(MIXED, min_size=15, max_size=25))
def test_any_text_is_cut_as_by_jieba(plain: jieba.Tokenizer, named: jieba.Tokenizer, few: int, texts: list[str]):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(route, "_FEW", few)
        for mode, hmm in WAYS:
            assert_same(TOKENIZERS[mode, hmm, ()], plain, texts, mode, hmm)
            assert_same(TOKENIZERS[mode, hmm, tuple(NAMES)], named, texts, mode, hmm)


TOKENIZERS = {
    (mode, hmm, names): JiebaTokenizer(names, hmm=hmm, mode=mode) for mode, hmm in WAYS for names in ((), tuple(NAMES))
}


@pytest.mark.parametrize("seed", range(4))
def test_ties_fall_as_in_jieba(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int):
    """Frequencies that are powers of two make many routes equally good, up to rounding."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    words = ["".join(letters) for size in range(1, 5) for letters in itertools.product("甲乙丙", repeat=size)]
    file = tmp_path / "words.txt"
    file.write_text("\n".join(f"{word} {2 ** chance.randint(0, 26)}" for word in words), encoding="utf-8")
    theirs = reference()
    with file.open("rb") as lines:
        theirs.load_userdict(lines)
    pieces = ["".join(chance.choices("甲乙丙", k=chance.randint(1, 12))) for _ in range(2000)]
    texts = ["龘".join(pieces[at : at + 8]) for at in range(0, len(pieces), 8)]  # no word crosses 龘
    monkeypatch.setattr(route, "_FEW", 0)
    assert_same(JiebaTokenizer(userdict=file), theirs, texts, "default", True)


def test_a_long_block_is_cut_as_by_jieba(plain: jieba.Tokenizer):
    text = "".join(text for text in corpus_texts() if text)[:20_000]
    blocks = "".join(character for character in text if HAN[0] <= ord(character) <= HAN[1])
    assert_same(JiebaTokenizer(), plain, [blocks, "龘" * 300, "有限公司" * 500, "一" * 400], "default", True)


def test_words_that_begin_alike_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Also where jieba has words as long as the longer one in the text and none as long as the shorter."""
    monkeypatch.setattr(route, "_FEW", 0)
    file = tmp_path / "words.txt"
    file.write_text("甲龘丙龘戊 100\n甲龘丙龘戊己龘庚 50\n", encoding="utf-8")
    tokens = JiebaTokenizer(userdict=file)("全国人民代表大会甲龘丙龘戊己龘庚甲龘丙龘戊")
    assert [token.text for token in tokens] == ["全国人民代表大会", "甲龘丙龘戊己龘庚", "甲龘丙龘戊"]


def test_a_run_that_starts_inside_a_word_is_cut_as_by_jieba(plain: jieba.Tokenizer):
    """The characters lack the states begin and single, so the best path starts with middle."""
    assert_same(JiebaTokenizer(), plain, ["寝不成寐苠懨鲝蕬", "苠懨", *["的苠懨"] * 800], "default", True)


def test_stretches_end_between_blocks(plain: jieba.Tokenizer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(segment, "_WINDOW", 50)
    assert_same(JiebaTokenizer(), plain, corpus_texts()[:20], "default", True)


# ---- the user's words


def test_a_user_dictionary_is_read_as_by_jieba(tmp_path: Path):
    """With and without frequency and tag, known and unknown words, frequency 0, blanks and signs in words, a BOM."""
    lines = ["\ufeff镇江高新区 5 ns", "产业 1", "高新技术产业 n", "落户", "香山集团", "  ", "江北 0", "龘龘 0"]
    lines += ["C++ 11", "e 3 x y", "中 99999999", "\u4e00\u9fd6 7", "龘 3"]
    file = tmp_path / "words.txt"
    file.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    theirs = reference()
    known = set(finalseg.Force_Split_Words)
    try:
        with file.open("rb") as opened:
            theirs.load_userdict(opened)
        texts = [
            "香山集团落户镇江高新区的高新技术产业园",
            "江北和龘龘用C++ 11写中文",
            "落户江北新区，中国e 3",
            *corpus_texts()[:40],
        ]
        for mode, hmm in WAYS:
            assert_same(JiebaTokenizer(userdict=file, hmm=hmm, mode=mode), theirs, texts, mode, hmm)
    finally:
        finalseg.Force_Split_Words.intersection_update(known)  # jieba's are global


def test_suggested_frequencies_are_jiebas(plain: jieba.Tokenizer):
    dictionary = Dictionary.load()
    for word in ["香山集团", "镇江", "数字经济产业园", "T100芯片", "你好，世界", "a b\r\nc", "龘", "𠀀", "有限公司"]:
        assert dictionary.suggest(word) == plain.suggest_freq(word), word


def test_names_of_the_user_are_words():
    names = iter(["瑞尔隆鼎", "区里", "𠀀𠀀𠀀"])
    tokenizer = JiebaTokenizer(lambda: names)
    assert next(names) == "瑞尔隆鼎"  # nothing is read before the first text
    names = itertools.chain(["瑞尔隆鼎"], names)
    assert [token.text for token in tokenizer("瑞尔隆鼎在区里")] == ["瑞尔隆鼎", "在", "区里"]
    assert [token.text for token in JiebaTokenizer()("瑞尔隆鼎")] != ["瑞尔隆鼎"]


# ---- the dictionary


def test_the_model_holds_jiebas_tables(plain: jieba.Tokenizer):
    dictionary = Dictionary.load()
    assert dictionary.total == plain.total
    words = list(plain.FREQ)[::40]
    assert [dictionary.count(word) for word in words] == [plain.FREQ[word] for word in words]
    assert [dictionary.count(word) for word in ("", "镇江镇江", "𠀀", "〇", "\ud800")] == [None] * 5
    for row, state in enumerate("BEMS"):
        table = dictionary.arrays["emission"][row]
        assert all(table[ord(c) - HAN[0]] == p for c, p in finalseg.emit_P[state].items() if HAN[0] <= ord(c) <= HAN[1])


# ---- the interface


def test_tokens_carry_offsets_and_no_white_space():
    text = " 镇江\r\n高新区\u3000有 3.5%😀\ud800"
    for tokenizer in (JiebaTokenizer(), CharTokenizer()):
        assert isinstance(tokenizer, Tokenizer)
        tokens = tokenizer(text)
        assert all(text[token.start : token.end] == token.text for token in tokens)
        assert "".join(token.text for token in tokens) == "".join(text.split())
        assert list(tokenizer.pipe([text, "", text])) == [tokens, (), tokens]


def test_tokens_are_a_sequence_equal_to_a_tuple():
    (tokens,) = JiebaTokenizer().pipe(["镇江高新区"])
    made = tuple(tokens)
    assert all(isinstance(token, Token) for token in made)
    assert tokens == made and made == tokens and hash(tokens) == hash(made)
    assert tokens != made[1:] and tokens != list(made)
    assert (tokens[0], tokens[-1], tokens[1:]) == (made[0], made[-1], made[1:])
    assert made[0] in tokens and repr(tokens) == "Tokens(['镇江', '高新区'])"
    assert reloaded(tokens) == made


def test_texts_stream():
    endless = ("镇江高新区" * 1000 for _ in itertools.count())
    assert len(list(itertools.islice(JiebaTokenizer().pipe(endless), 3))) == 3


def test_a_pickled_tokenizer_cuts_alike(tmp_path: Path):
    file = tmp_path / "words.txt"
    file.write_text("香山集团 9\n", encoding="utf-8")
    tokenizer = JiebaTokenizer(["瑞尔隆鼎"], hmm=False, mode="search", userdict=file)
    copies = [reloaded(tokenizer)]
    text = "瑞尔隆鼎与香山集团落户高新技术产业开发区"
    tokens = tokenizer(text)
    file.unlink()
    copies.append(reloaded(tokenizer))  # after it was loaded, and without its file
    assert [copy(text) for copy in copies] == [tokens, tokens]


def test_threads_load_one_dictionary():
    loaded = []

    def names() -> list[str]:
        loaded.append(1)
        time.sleep(0.05)
        return ["瑞尔隆鼎"]

    tokenizer = JiebaTokenizer(names)
    threads = [threading.Thread(target=tokenizer, args=("瑞尔隆鼎",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [1]


def test_wrong_arguments_are_named(tmp_path: Path):
    with pytest.raises(OptionError, match="mode must be"):
        JiebaTokenizer(mode="full")
    with pytest.raises(DataError, match=r"missing\.txt"):
        JiebaTokenizer(userdict=tmp_path / "missing.txt")
    (tmp_path / "latin.txt").write_bytes("词\n".encode() + b"\xff\n")
    with pytest.raises(DataError, match="line 2"):
        JiebaTokenizer(userdict=tmp_path / "latin.txt")


def test_jieba_is_not_imported_and_nothing_is_written(tmp_path: Path):
    code = "import sys; from parknlp import JiebaTokenizer; JiebaTokenizer()('镇江'); print('jieba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=None
    )
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("False\n", "", [])


@pytest.mark.parametrize("piece", ["1", "有限公司", "一", "龘", "中国国中", "（", "a.1%", "\n", "一千四百万零二千"])
def test_time_is_linear(piece: str):
    tokenizer = JiebaTokenizer()
    tokenizer("镇江")
    spent = []
    gc.disable()  # the collector walks all tokens made so far, again and again
    for size in (50_000, 200_000):
        text = piece * (size // len(piece))
        best = np.inf
        for _ in range(4):
            start = time.process_time()
            tokenizer(text)
            best = min(best, time.process_time() - start)
        spent.append(best)
    gc.enable()
    assert spent[1] < 4 * 2.5 * spent[0] + 0.1
