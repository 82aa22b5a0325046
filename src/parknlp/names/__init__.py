"""Who is named: companies, parks and institutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..doc import COMPANY, Doc, Span
from ..fold import text_of
from ..lexicon import Lexicon, LexiconSet
from ..matcher import Hashes
from ..text import Candidate, TextBatch
from . import aliases, branches, companies, gazetteers, grouping, institutions, judging, lists, parks, vocabulary
from .company_name import legal_forms
from .growth import Growth
from .judging import Judge
from .linking import Linker
from .resolve import resolve
from .scene import Scene

__all__ = ["Judge", "NameTagger"]

_CUT_OFF = re.compile(r"\([^()\n]{0,16}(?:\.{3}|…)")
"""Behind a name of which an excerpt shows the beginning only: 金东纸业(江苏..."""


class NameTagger:
    """Finds names by the user's lexicons, bundled gazetteers, rules and each document's own memory.

    Args:
        lexicons: the user's names, the most important first; they win over everything else.
        judge: a trained tagger that decides between the proposals of gazetteers and rules and adds its own; without one they
            all stand. Lists and the documents' memory build on what it leaves.

    >>> from parknlp.names.resolve import resolve
    >>> batch = TextBatch(["位于镇江经开区的江苏序轮科技有限公司投产，序轮科技总经理说"])
    >>> [batch.text[name.start:name.end] for name in resolve(NameTagger().find(batch))]
    ['镇江经开区', '江苏序轮科技有限公司', '序轮科技']
    """

    def __init__(self, lexicons: Sequence[Lexicon] = (), judge: Judge | None = None) -> None:
        self._lexicons = LexiconSet(lexicons) if lexicons else None
        self._judge = judge
        self._linker = Linker(lexicons)

    def find(self, batch: TextBatch, quantities: Sequence[Candidate] = ()) -> list[Candidate]:
        """Every candidate name in the batch; `resolve.resolve` chooses among them and the quantities."""
        text, lower = batch.text, text_of(batch.lower)
        scene, own, proposed = self._propose(batch, lower, quantities)
        judgement = None
        if self._judge is not None:
            judgement = self._judge.read(batch, [*own, *proposed])
            proposed = judging.judged(text, proposed, judgement.names)
        found = [*own, *proposed, *companies.by_letters(text)]
        found += aliases.defined(text, found)
        standing = resolve([*found, *quantities])
        members = list(lists.find(scene, standing))
        if judgement is not None:
            members = list(judging.members(judgement, members, standing))
        found += [*members, *aliases.find(batch, lower, [*standing, *members], gazetteers.load().brands)]
        return list(_completed(text, found))

    def propose(self, batch: TextBatch, quantities: Sequence[Candidate] = ()) -> list[Candidate]:
        """What lexicons, gazetteers and rules say, which is what a judge is told."""
        _, own, proposed = self._propose(batch, text_of(batch.lower), quantities)
        return [*own, *proposed]

    def _propose(
        self, batch: TextBatch, lower: str, quantities: Sequence[Candidate]
    ) -> tuple[Scene, list[Candidate], list[Candidate]]:
        """The scene, the names of the user's lexicons in it, and those of gazetteers and rules."""
        hashes = Hashes.of(batch.lower)
        words = vocabulary.find(batch.lower, lower, hashes)
        known, hints = gazetteers.read(batch.text, lower, words.known)
        own = self._lexicons.find(batch.lower, lower) if self._lexicons else []
        scene = Scene(
            batch.text,
            lower,
            batch.lower,
            quantities=quantities,
            known=[*own, *known],
            hints=hints,
            divisions=words.divisions,
            growth=Growth(batch.text, batch.lower, hashes),
        )
        return scene, own, [*known, *_by_rules(scene, words, known)]

    def identify(self, docs: Sequence[Doc]) -> list[tuple[Span, ...]]:
        """The spans of each document, with the number of their entity and its identifier; see `grouping.group`."""
        return grouping.group(docs, self._linker)

    def surfaces(self) -> list[str]:
        """Every name of the user's lexicons and the bundled gazetteers, normalized."""
        sets = [gazetteers.load().lexicons, *([self._lexicons] if self._lexicons else [])]
        return [surface for each in sets for surface in each.surfaces()]


def _completed(text: str, names: Iterable[Candidate]) -> Iterator[Candidate]:
    """The names with the signs that belong to them, without those that are cut off."""
    signed = "ST" in text
    for name in names:
        opened = text[name[1]] == "("
        if not opened or not _CUT_OFF.match(text, name[1]):
            yield _whole(text, name) if opened or signed else name


def _whole(text: str, name: Candidate) -> Candidate:
    """A firm's name with the sign of a listed firm's status (*ST|博信), and with the legal form of partners (引导基金|(有限合伙))."""
    start, end = name[:2]
    if name[2] != COMPANY:
        return name
    if text[end] == "(" and text.startswith(legal_forms(), end):
        return name._replace(end=text.index(")", end) + 1)
    if "ST" not in (text[start : start + 2], text[start - 2 : start]):
        return name
    if text[start] != "S" or text[start + 1] != "T":
        start -= 2
    if text[start - 1].isalnum():
        return name
    return name._replace(start=start - (text[start - 1] == "*"))


def _by_rules(scene: Scene, words: vocabulary.Found, known: Sequence[Candidate]) -> list[Candidate]:
    """What the rules find: parks first, since institutions are named after them, then institutions, then companies."""
    zones = [*parks.find(scene, words.parks), *parks.around_known(scene, known)]
    scene.add(zones)
    bodies = institutions.find(scene, words.bodies)
    scene.add(bodies)
    return [
        *zones,
        *bodies,
        *companies.find(scene, words.firms),
        *branches.around_known(scene, known),
        *companies.with_place(scene),
    ]
