"""Scores of a chain classifier, and the model card that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parknlp.chains import ChainModel, Classification, Taxonomy
from parknlp.chains.examples import indicator
from parknlp.chains.train import f1

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from parknlp.chains.weak import Worth

BINS = np.linspace(0, 1, 11)


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores on documents whose chains are known; ``spread`` is the standard deviation of micro F1 over the folds."""

    micro: float
    spread: float
    macro: float
    primary: float
    none: float
    error: float
    by_chain: dict[str, tuple[float, float, float, int]]
    reliability: list[tuple[float, float, float, int]]
    confusions: list[tuple[str, str, int]]
    band: tuple[float, float, float]

    def row(self, name: str) -> str:
        """A row of the table of scores."""
        numbers = f"{self.micro:.3f} ± {self.spread:.3f} | {self.macro:.3f} | {self.primary:.3f} | {self.none:.3f}"
        return f"| {name} | {numbers} | {self.error:.3f} |"


def measure(
    found: Sequence[Classification],
    labels: Sequence[Sequence[str]],
    primary: Sequence[str | None],
    fold: npt.NDArray[Any],
) -> Measured:
    """The scores of classifications."""
    ids = tuple(found[0].cats)
    gold = indicator(labels, ids)
    given = indicator([[chain.id for chain in each.chains] for each in found], ids)
    scores = np.array([list(each.cats.values()) for each in found])
    none = ~gold.any(1)
    by_chain = {}
    for index, chain in enumerate(ids):
        right, named, wanted = (gold & given)[:, index].sum(), given[:, index].sum(), gold[:, index].sum()
        by_chain[chain] = (
            right / max(named, 1),
            right / max(wanted, 1),
            f1(gold[:, index], given[:, index]),
            int(wanted),
        )
    place = np.clip(np.digitize(scores, BINS) - 1, 0, 9)
    bins = [
        (BINS[k], scores[place == k].mean(), gold[place == k].mean(), int((place == k).sum())) for k in np.unique(place)
    ]
    confusions = [
        (ids[missed], ids[wrong], int((gold[:, missed] & ~given[:, missed] & given[:, wrong] & ~gold[:, wrong]).sum()))
        for missed in range(len(ids))
        for wrong in range(len(ids))
    ]
    unsure = (scores > 0.25) & (scores < 0.65)
    return Measured(
        f1(gold, given),
        float(np.std([f1(gold[fold == k], given[fold == k]) for k in np.unique(fold)])),
        float(np.mean([row[2] for row in by_chain.values()])),
        float(np.mean([each.primary == want for each, want in zip(found, primary, strict=True)])),
        float((~given[none].any(1)).mean()) if none.any() else 1.0,
        float(sum(number * abs(said - was) for _, said, was, number in bins) / scores.size),
        by_chain,
        bins,
        sorted((row for row in confusions if row[2]), key=lambda row: -row[2])[:8],
        (float(unsure.mean()), float((gold == given)[unsure].mean()), float((gold == given)[~unsure].mean())),
    )


HEAD = "| | micro F1 | macro F1 | primary | none kept empty | calibration error |\n|---|---|---|---|---|---|\n"


def card(
    model: ChainModel,
    *,
    files: Sequence[str],
    number: int,
    scores: dict[str, Measured],
    others: dict[str, Measured],
    weak: dict[str, Worth],
    size: int,
) -> str:
    """The model card."""
    shipped = scores["gold (shipped)"]
    taxonomy: Taxonomy = model.taxonomy
    names = {chain.id: chain.name for chain in taxonomy.chains}
    chains = "\n".join(
        f"| `{chain}` {names[chain]} | {p:.3f} | {r:.3f} | {f:.3f} | {n} | {limit:.2f} |"
        for (chain, (p, r, f, n)), limit in zip(shipped.by_chain.items(), model.thresholds.tolist(), strict=True)
    )
    reliability = "\n".join(
        f"| {low:.1f} | {said:.3f} | {was:.3f} | {n} |" for low, said, was, n in shipped.reliability
    )
    confusions = "\n".join(f"| `{missed}` | `{wrong}` | {n} |" for missed, wrong, n in shipped.confusions)
    values = "\n".join(
        f"| {name} | {w.coverage:.3f} | {w.precision:.3f} | {w.recall:.3f} |" for name, w in weak.items()
    )
    absent = "Not measured: the texts lie outside of the project and were absent."
    return f"""# The chain classifier

Which industry chains of {taxonomy.title} an article treats, which one dominates, and why. Made by
`python scripts/train_chains.py --card`; `make models` makes the same bytes again on the same versions.

- **Data**: {number} articles of `models/corpus/` ({", ".join(files)}), gold chains and gold entities; the taxonomy
  `src/parknlp/data/chains.toml` with {len(model.vocabulary.terms.terms)} words and firms.
- **Model**: occurrences of known words, summed up in 23 numbers for each pair of document and chain (`features.py`), weighed by
  one logistic regression for all chains, which also corrects the weight of single words; a second one decides which chain
  dominates. Each article is learned with its title and without. Thresholds by chain, chosen on folds.
- **Files**: `model.npz` ({size / 1000:.0f} kB); `keywords.npz`, the same without corrections of single words, for a user's own taxonomy.

## Scores

Cross-validation over the training articles in 5 folds; ± is the standard deviation over the folds.

{HEAD}{chr(10).join(each.row(name) for name, each in scores.items())}

Articles that the model was not trained on (± between their two halves; errors on the first half were looked at while the words
of `chains.toml` were collected):

{HEAD}{chr(10).join(each.row(name) for name, each in others.items()) or "| " + absent + " | | | | | |"}

The shipped choice is `gold`: weak labels add nothing that exceeds the spread, and would cost the rebuild without outside data.
Correcting single words changes little in cross-validation and helps on the development articles.

| chain | precision | recall | F1 | articles | threshold |
|---|---|---|---|---|---|
{chains}

Missed chain and, in the same article, a wrong one (the most frequent):

| missed | given instead | articles |
|---|---|---|
{confusions}

## How sure it is

Expected calibration error {shipped.error:.3f} over all pairs of article and chain (held-out folds).

| from | mean probability | share right | pairs |
|---|---|---|---|
{reliability}

**Abstention band**: between 0.25 and 0.65 lie {shipped.band[0]:.1%} of the pairs; the decision is right in
{shipped.band[1]:.1%} of them, outside of the band in {shipped.band[2]:.1%}. Have these looked at by a person.

## Labelling functions

What each is worth (`weak.py`): on gold articles for words and firms; for sectors and disciplines, how often
the class names the chains that sure words name. A function with a precision under 0.8 is not heard.

| function | coverage | precision | recall |
|---|---|---|---|
{values or "| " + absent + " | | | |"}

## Limits

- Side mentions decide most errors: whether a carbon-fibre part of an aircraft makes an article one on `materials` too is a
  matter of degree, and annotators differ.
- A firm or product that the taxonomy does not know is seen only by the words around it.
- Very short texts (a headline) hold too little evidence; their probabilities stay low.
- The training articles are written after public facts, not scraped; pages of other styles score a little lower.
"""
