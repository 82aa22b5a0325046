"""How well documents were tagged, against gold ones: exact spans by label, chains, facts and located pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .doc import COMPANY, FIGURE, LABELS, PARK, PERCENT, Doc, Fact

CORE: Final = (COMPANY, PARK, FIGURE, PERCENT)
_SAME_INDICATOR: Final = 0.6  # share of characters from which on two indicators name the same thing


@dataclass(slots=True)
class Score:
    """Counts of one kind of thing: right, proposed, wanted.

    >>> Score(3, 4, 6).f1
    0.6
    """

    right: int = 0
    proposed: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        """Share of the proposed that is right."""
        return self.right / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        """Share of the wanted that was found."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.proposed + self.wanted
        return 2 * self.right / total if total else 0.0

    def add(self, wanted: Iterable[Hashable], proposed: Iterable[Hashable]) -> None:
        """Count one document's items, each as often as it occurs."""
        want, got = Counter(wanted), Counter(proposed)
        self.right += (want & got).total()
        self.proposed += got.total()
        self.wanted += want.total()


@dataclass(slots=True)
class Evaluation:
    """What `evaluate` counted.

    Attributes:
        documents: how many were compared.
        spans: label -> `Score` of exact spans; ``CORE`` sums companies, parks, figures and percentages.
        chains: `Score` of accepted chains.
        primary: documents whose primary chain (or none) is right.
        facts: `Score` of facts: value and change equal, indicators alike.
        located: `Score` of (company, park) pairs.
        errors: a line for each wrong or missed span of the core labels.
    """

    documents: int = 0
    spans: dict[str, Score] = field(default_factory=lambda: {label: Score() for label in (*LABELS, "CORE")})
    chains: Score = field(default_factory=Score)
    primary: int = 0
    facts: Score = field(default_factory=Score)
    located: Score = field(default_factory=Score)
    errors: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, Score]]:
        """Every score with its name, in the order of a report."""
        return [*self.spans.items(), ("chains", self.chains), ("facts", self.facts), ("located", self.located)]

    def to_dict(self) -> dict[str, Any]:
        """The figures, rounded to four places."""
        found: dict[str, Any] = {
            name: {
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "f1": round(score.f1, 4),
                "wanted": score.wanted,
                "proposed": score.proposed,
            }
            for name, score in self.rows()
        }
        share = self.primary / self.documents if self.documents else 0.0
        return {"documents": self.documents, **found, "primary_accuracy": round(share, 4)}


def similarity(first: str | None, second: str | None) -> float:
    """Dice coefficient over the characters of two surfaces, 1.0 for two empty ones.

    >>> round(similarity("签约总投资额", "总投资"), 2)
    0.67
    """
    a, b = Counter(first or ""), Counter(second or "")
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def match_facts(wanted: Sequence[Fact], proposed: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    """Pairs of a wanted and a proposed fact that state the same, each used once."""
    rest, pairs = list(proposed), []
    for fact in wanted:
        same = [other for other in rest if (other.value, other.change) == (fact.value, fact.change)]
        best = max(same, key=lambda other: similarity(other.indicator, fact.indicator), default=None)
        if best is not None and similarity(best.indicator, fact.indicator) >= _SAME_INDICATOR:
            rest.remove(best)
            pairs.append((fact, best))
    return pairs


def _span_errors(name: str, gold: Doc, doc: Doc) -> list[str]:
    want = {(span.start, span.end, span.label) for span in gold.ents if span.label in CORE}
    got = {(span.start, span.end, span.label): span.source for span in doc.ents if span.label in CORE}
    lines = []
    for key in sorted(want ^ got.keys()):
        start, end, label = key
        kind = f"wrong  {label} ({got[key]})" if key in got else f"missed {label}"
        context = f"{gold.text[max(0, start - 10) : start]}[{gold.text[start:end]}]{gold.text[end : end + 8]}"
        lines.append(f"{name}: {kind} " + context.replace("\n", "/"))
    return lines


def evaluate(gold: Iterable[Doc], docs: Iterable[Doc]) -> Evaluation:
    """Compare documents with gold ones, pairwise in order.

    >>> from parknlp.corpus import gold_doc
    >>> gold = gold_doc({"text": "⟦P|镇江高新区⟧有企业⟦F|88家⟧", "chains": []})
    >>> evaluate([gold], [gold]).spans["CORE"].f1
    1.0
    """
    found = Evaluation()
    for index, (want, got) in enumerate(zip(gold, docs, strict=True)):
        meta = want.meta if isinstance(want.meta, dict) else {}
        for label, score in found.spans.items():
            labels = CORE if label == "CORE" else (label,)
            score.add(*([(s.start, s.end, s.label) for s in doc.ents if s.label in labels] for doc in (want, got)))
        found.chains.add((chain.id for chain in want.chains), (chain.id for chain in got.chains))
        found.primary += want.primary == got.primary
        found.facts.right += len(match_facts(want.facts, got.facts))
        found.facts.proposed += len(got.facts)
        found.facts.wanted += len(want.facts)
        found.located.add(set(want.located), set(got.located))
        found.errors += _span_errors(str(meta.get("id", index)), want, got)
        found.documents += 1
    return found
