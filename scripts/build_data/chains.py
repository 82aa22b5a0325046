"""chains.toml: 镇江“四群八链”, from the reference compilation of clusters, chains, keywords and firms."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = """\
# The industry chains of 镇江“四群八链”: four clusters, eight chains. Made by scripts/build_data/chains.py from a compilation of
# public pages (local press and government sites, see SOURCES.md); the weights of keywords are a judgement.
#
# This is also the format of your own taxonomy. Every word needs two characters or more; letter case and character width do
# not matter.
#   title                 shown to people
#   [[clusters]]          id, name; aliases: other names
#   [[chains]]            id, name, cluster (the id of one); aliases: other names of the chain, as strong as a keyword of weight 3
#     firms               names of firms that belong to it; they count where the text names them
#     [[chains.keywords]] weight (3 decides almost alone, 2 speaks for it, 1 needs company), words; a negative weight speaks against
#   [[against]]           weight, words that speak against every chain
"""


def _array(words: Iterable[str]) -> str:
    lines, line = [], " "
    for word in words:
        piece = f' "{word}",'
        if len(line) + 2 * len(piece) - piece.count(" ") > 130:
            lines.append(line)
            line = " "
        line += piece
    return "[\n" + "\n".join([*lines, line]) + "\n]"


def _by_weight(rows: Iterable[dict[str, Any]], header: str) -> list[str]:
    groups: dict[int, list[str]] = {}
    for row in rows:
        groups.setdefault(row["weight"], []).append(row["word"])
    return [
        f"\n[[{header}]]\nweight = {weight}\nwords = {_array(dict.fromkeys(groups[weight]))}"
        for weight in sorted(groups, reverse=True)
    ]


def _words_of(key: str) -> dict[str, str]:
    """The table of chain_words.toml under this key."""
    table = tomllib.loads((Path(__file__).parent / "chain_words.toml").read_text(encoding="utf-8"))[key]
    return dict(table)


def _own_words(key: str) -> list[dict[str, Any]]:
    """The words of chain_words.toml under this key, as rows of word and weight."""
    return [{"word": word, "weight": int(weight)} for weight, words in _words_of(key).items() for word in words.split()]


def _usable(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each word once, as first given, without those of weight 0; one character stands in too many words."""
    first = {}
    for row in rows:
        if len(row["word"]) > 1:
            first.setdefault(row["word"], row)
    return [row for row in first.values() if row["weight"]]


def _listed(reference: Path) -> dict[str, list[str]]:
    """The short names of the listed companies whose industry belongs to a chain, by chain."""
    by_chain: dict[str, list[str]] = {}
    with (reference / "listed_companies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["short_name"].replace(" ", "").removeprefix("*").removeprefix("ST")
            for chain in [row["chain"], *row["chain_alt"].split(";")]:
                if chain and len(name) > 2:  # two characters are too often a word
                    by_chain.setdefault(chain, []).append(name)
    return {chain: sorted(names) for chain, names in by_chain.items()}


def _chain(chain: dict[str, Any], listed: list[str], all_words: set[str]) -> list[str]:
    keywords = _usable(_own_words(chain["id"]) + chain["keywords"])
    known_firms = _words_of("firms")[chain["id"]].split()
    known = {row["word"] for row in keywords}
    named = [word for word in dict.fromkeys(chain["segments"] + chain["products"]) if word not in known]
    keywords += [{"word": word, "weight": 2} for word in named]
    firms = [row["name"].partition("(")[0] for row in chain["firms"] if not row["name"].endswith("(院校)")]
    firms = list(dict.fromkeys(word for word in [*firms, *known_firms, *listed] if word not in all_words))
    names = dict.fromkeys([*chain["aliases"], *_words_of("names")[chain["id"]].split()])
    return [
        f'\n[[chains]]\nid = "{chain["id"]}"\nname = "{chain["name"]}"\ncluster = "{chain["cluster"]}"',
        f"aliases = {_array(names)}\nfirms = {_array(firms)}",
        *_by_weight(keywords, "chains.keywords"),
    ]


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    source = json.loads((reference / "chains.json").read_text(encoding="utf-8"))
    words = {row["word"] for chain in source["chains"] for row in chain["keywords"] + _own_words(chain["id"])}
    lines = [HEADER, 'title = "镇江市“四群八链”"']
    for cluster in source["clusters"]:
        aliases = ", ".join(f'"{alias}"' for alias in cluster["aliases"])
        lines.append(f'\n[[clusters]]\nid = "{cluster["id"]}"\nname = "{cluster["name"]}"\naliases = [{aliases}]')
    listed = _listed(reference)
    for chain in source["chains"]:
        lines += _chain(chain, listed.get(chain["id"], []), words)
    lines += _by_weight(_usable(source["none_words"] + _own_words("against")), "against")
    return {"chains.toml": "\n".join(lines) + "\n"}
