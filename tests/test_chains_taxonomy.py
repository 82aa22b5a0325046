"""Taxonomy files: what is read, and the line that is named when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parknlp.chains import Taxonomy
from parknlp.chains.vocabulary import Vocabulary
from parknlp.errors import DataError

EXAMPLES = sorted((Path(__file__).parent.parent / "examples" / "taxonomies").glob("*.toml"))

GOOD = (Path(__file__).parent / "cases" / "tea.toml").read_text(encoding="utf-8")

WRONG = [
    ("title = ", "title = =", 1, "TOML"),
    ('id = "food"', 'id = ""', 4, "id must be a text"),
    ('name = "茶产业"', "name = 3", 9, "name must be a text"),
    ('cluster = "food"\nfirms', 'cluster = "drinks"\nfirms', 10, "no cluster: 'drinks'"),
    ('["大益茶业"]', '"大益茶业"', 11, "firms must be a list"),
    ("weight = 3", "weight = 0", 14, "weight must be a number"),
    ("weight = 3", 'weight = "3"', 14, "weight must be a number"),
    ("weight = 3", "weight = nan", 14, "weight must be a number"),
    ("weight = -1", "", 17, "weight must be a number"),
    ('"ＴＥＡ"', '"茶"', 15, "two characters or more: '茶'"),
    ('"ＴＥＡ"', "7", 15, "two characters or more: 7"),
    ('["茶话会"]', '["绿茶"]', 19, "'绿茶' stands twice"),
    ('id = "rice"', 'id = "tea"', 22, "second chain 'tea'"),
    ('["稻米加工"]', '["米"]', 28, "two characters"),
    ('["演唱会"]', '["会"]', 32, "two characters"),
]


def test_good_file(tmp_path: Path) -> None:
    file = tmp_path / "tea.toml"
    file.write_text(GOOD, encoding="utf-8")
    taxonomy = Taxonomy.from_toml(file)
    assert taxonomy.ids == ("tea", "rice")
    assert taxonomy.chains[0].words() == {"茶产业": 3.0, "绿茶": 3.0, "tea": 3.0, "茶话会": -1.0}
    assert taxonomy.against == (("演唱会", 2.0),)
    assert Taxonomy.from_dict(taxonomy.to_dict()) == taxonomy


@pytest.mark.parametrize(("old", "new", "line", "reason"), WRONG, ids=[f"{row[2]}: {row[3]}" for row in WRONG])
def test_error_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert GOOD.count(old) >= 1
    file = tmp_path / "tea.toml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(f"tea.toml:{line}: ") + ".*" + re.escape(reason)):
        Taxonomy.from_toml(file)


@pytest.mark.parametrize("text", ["", "title = 'x'", "chains = 3", "clusters = ['a']", "[chains]\nid = 'a'"])
def test_no_taxonomy_at_all(text: str) -> None:
    with pytest.raises(DataError, match=r"^taxonomy:1: "):
        Taxonomy.from_text(text)


def test_missing_file_and_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.toml"):
        Taxonomy.from_toml(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(DataError, match=r"gbk\.toml"):
        Taxonomy.from_toml(tmp_path / "gbk.toml")


def test_inline_tables_are_read_too() -> None:
    text = 'clusters = [{id = "a", name = "甲"}]\nchains = [{id = "b", name = "乙链", cluster = "a"}]'
    assert Taxonomy.from_text(text).ids == ("b",)


def test_bundled_taxonomy() -> None:
    taxonomy = Taxonomy.bundled()
    assert {chain.cluster for chain in taxonomy.chains} == {cluster.id for cluster in taxonomy.clusters}
    assert len(taxonomy.chains) == 8
    vocabulary = Vocabulary.of(taxonomy)
    assert not (vocabulary.firm & (vocabulary.against > 0)).any()
    assert (vocabulary.weights.any(1) | (vocabulary.against != 0)).all()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_example_taxonomies(file: Path) -> None:
    taxonomy = Taxonomy.from_toml(file)
    assert len(taxonomy.chains) > 8
    assert {chain.cluster for chain in taxonomy.chains} <= {cluster.id for cluster in taxonomy.clusters}
