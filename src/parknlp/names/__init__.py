"""Who is named: companies, parks and institutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parknlp.doc import Doc, Span
from parknlp.fold import text_of
from parknlp.lexicon import Lexicon, LexiconSet
from parknlp.text import Candidate, TextBatch

from . import aliases, branches, companies, gazetteers, grouping, institutions, lists, parks
from .linking import Linker
from .resolve import resolve
from .scene import Scene

__all__ = ["NameTagger", "Proposer"]


class Proposer(Protocol):
    """A further finder of names, such as a trained tagger."""

    def find(self, batch: TextBatch, known: Sequence[Candidate]) -> list[Candidate]:
        """Candidates of its own, given those of lexicons, gazetteers and rules."""


class NameTagger:
    """Finds names by the user's lexicons, bundled gazetteers, rules and each document's own memory.

    Args:
        lexicons: the user's names, the most important first; they win over everything else.
        proposers: further finders of names; lists and the documents' memory build on what they find too.

    >>> from parknlp.names.resolve import resolve
    >>> batch = TextBatch(["位于镇江经开区的江苏序轮科技有限公司投产，序轮科技总经理说"])
    >>> [batch.text[name.start:name.end] for name in resolve(NameTagger().find(batch))]
    ['镇江经开区', '江苏序轮科技有限公司', '序轮科技']
    """

    def __init__(self, lexicons: Sequence[Lexicon] = (), proposers: Sequence[Proposer] = ()) -> None:
        self._lexicons = LexiconSet(lexicons) if lexicons else None
        self._proposers = tuple(proposers)
        self._linker = Linker(lexicons)

    def find(self, batch: TextBatch, quantities: Sequence[Candidate] = ()) -> list[Candidate]:
        """Every candidate name in the batch; `resolve.resolve` chooses among them and the quantities."""
        text, codes, lower = batch.text, batch.lower, text_of(batch.lower)
        known, hints = gazetteers.find(text, lower, codes)
        found = [*(self._lexicons.find(codes, lower) if self._lexicons else ()), *known]
        scene = Scene(text, lower, codes, quantities=quantities, known=found, hints=hints)
        found += _by_rules(scene, known)
        for proposer in self._proposers:
            found += proposer.find(batch, found)
        found += aliases.defined(text, found)
        standing = resolve([*found, *quantities])
        members = list(lists.find(scene, standing))
        found += [*members, *aliases.find(batch, lower, [*standing, *members], gazetteers.load().brands)]
        return found

    def identify(self, docs: Sequence[Doc]) -> list[tuple[Span, ...]]:
        """The spans of each document, with the number of their entity and its identifier; see `grouping.group`."""
        return grouping.group(docs, self._linker)

    def surfaces(self) -> list[str]:
        """Every name of the user's lexicons and the bundled gazetteers, normalized."""
        sets = [gazetteers.load().lexicons, *([self._lexicons] if self._lexicons else [])]
        return [surface for each in sets for lexicon in each.lexicons for surface in lexicon.surfaces()]


def _by_rules(scene: Scene, known: Sequence[Candidate]) -> list[Candidate]:
    """What the rules find: parks first, since institutions are named after them, then institutions, then companies."""
    zones = [*parks.find(scene), *parks.around_known(scene, known)]
    scene.add(zones)
    bodies = institutions.find(scene)
    scene.add(bodies)
    return [
        *zones,
        *bodies,
        *companies.find(scene),
        *branches.around_known(scene, known),
        *companies.with_place(scene),
    ]
