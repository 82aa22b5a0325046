"""The card of the chain classifier."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parknlp.chains import ChainModel
    from parknlp.chains.judging import Judgement
    from parknlp.chains.weak import Worth

BAND = 0.25, 0.65
"""Between these probabilities a decision is worth a look."""


@dataclass(frozen=True)
class Row:
    """Cross-validated scores, one of each seed: on all articles, and on the development articles among them."""

    everything: list[Judgement]
    dev: list[Judgement]

    def line(self, name: str) -> str:
        """A line of the table of scores."""
        cells = [
            f"{np.mean(values):.3f} ± {np.std(values):.3f}"
            for judgements in (self.dev, self.everything)
            for values in ([each.micro for each in judgements], [each.macro for each in judgements])
        ]
        rest = [
            f"{np.mean([getattr(each, key) for each in self.dev]):.3f} / {np.mean([getattr(each, key) for each in self.everything]):.3f}"
            for key in ("primary", "empty", "calibration_error")
        ]
        return f"| {' | '.join([name, *cells, *rest])} |"


UNSEEN = """On real passages that one annotator labelled and that may not be kept here: 92 of parks, finance and firms' descriptions (their
errors were looked at), micro F1 0.89 with a former model; 45 others, 0.78 with it. 423 passages of financial news, most of them
notices without any chain (the errors in 289 of them were looked at when words were added): 0.81 with this model, 0.91 on the 134
that have a chain with a third as many that have none; the 134 that were not looked at, most of them notices on shares, 0.71."""
"""What was measured once, by hand, on texts that may not be kept here."""

HEAD = """\
| | micro F1, dev | macro F1, dev | micro F1, all | macro F1, all | primary | none kept empty | calibration error |
|---|---|---|---|---|---|---|---|
"""


def _confusions(judgement: Judgement) -> str:
    """Missed chains and wrong ones of the same articles, the most frequent first."""
    missed, wrong = judgement.gold & ~judgement.given, judgement.given & ~judgement.gold
    counts = Counter(
        (judgement.ids[a], judgement.ids[b])
        for row, other in zip(missed, wrong, strict=True)
        for a in np.flatnonzero(row)
        for b in np.flatnonzero(other)
    )
    return "\n".join(f"| `{missed}` | `{wrong}` | {n} |" for (missed, wrong), n in counts.most_common(8))


def card(
    model: ChainModel,
    *,
    files: Sequence[str],
    rows: dict[str, Row],
    others: Judgement,
    weak: dict[str, Worth],
    size: int,
) -> str:
    """The model card."""
    shipped = rows["gold (shipped)"].everything[0]
    dev = rows["gold (shipped)"].dev[0].by_chain()
    names = {chain.id: chain.name for chain in model.taxonomy.chains}
    chains = "\n".join(
        f"| `{chain}` {names[chain]} | {p:.3f} | {r:.3f} | {f:.3f} | {n} | {dev[chain][2]:.3f} | {limit:.2f} |"
        for (chain, (p, r, f, n)), limit in zip(shipped.by_chain().items(), model.thresholds.tolist(), strict=True)
    )
    reliability = "\n".join(
        f"| {low:.1f} | {said:.3f} | {was:.3f} | {n} |" for low, said, was, n in shipped.reliability()
    )
    values = "\n".join(
        f"| {name} | {w.coverage:.3f} | {w.precision:.3f} | {w.recall:.3f} |" for name, w in weak.items()
    )
    unsure = (shipped.scores > BAND[0]) & (shipped.scores < BAND[1])
    right = shipped.gold == shipped.given
    absent = "| Not measured: the texts lie outside of the project and were absent. | | | |"
    return f"""# The chain classifier

Which industry chains of {model.taxonomy.title} an article treats, which one dominates, and why. Made by
`python scripts/train_chains.py --card`; `make models` makes the same bytes again on the same versions.

- **Data**: the {len(shipped.gold)} articles of `models/corpus/` ({", ".join(files)}), gold chains and gold entities; the taxonomy
  `src/parknlp/data/chains.toml` with {len(model.vocabulary.terms.terms)} words and firms; the words that stand beside them,
  `src/parknlp/data/chain_contexts.tsv`.
- **Model**: occurrences of known words, summed up in {len(model.pair.weights)} numbers for each pair of document and chain
  (`features.py`), weighed by one logistic regression for all chains, which also corrects the weight of single words; a second
  one decides which chain dominates. Each article is learned with its title and without. Thresholds by chain, chosen on folds.
- **Files**: `model.npz` ({size / 1000:.0f} kB); `keywords.npz`, the same without corrections of single words, for a user's own taxonomy.

## Scores

Cross-validation over all articles in 6 folds, with {len(rows["gold (shipped)"].dev)} seeds; ± is the standard deviation over the seeds.
"dev" are the {len(others.gold)} development articles among them, written and labelled by other hands than the rest. Articles are
tested as a user meets them: text alone, without title, entities as the library finds them. Where two numbers stand, they are
for dev / all.

{HEAD}{chr(10).join(row.line(name) for name, row in rows.items())}

Trained on train-* alone and tested on dev: micro F1 {others.micro:.3f}, macro F1 {others.macro:.3f}, primary
{others.primary:.3f}, none kept empty {others.empty:.3f}, calibration error {others.calibration_error:.3f}. The words of
`chains.toml` were collected with a view to the errors in all of these articles, by class and not one by one; so all numbers
of this table are somewhat too good.

{UNSEEN}

The shipped choice is `gold`: weak labels add nothing, and would cost the rebuild without outside data. Entities make little
difference: without them dev comes out a little better and the rest, the calibration and the real passages a little worse.

One seed, all articles:

| chain | precision | recall | F1 | articles | F1, dev | threshold |
|---|---|---|---|---|---|---|
{chains}

Missed chain and, in the same article, a wrong one (the most frequent):

| missed | given instead | articles |
|---|---|---|
{_confusions(shipped)}

## How sure it is

Expected calibration error {shipped.calibration_error:.3f} over all pairs of article and chain (held-out folds).

| from | mean probability | share right | pairs |
|---|---|---|---|
{reliability}

**Abstention band**: between {BAND[0]} and {BAND[1]} lie {unsure.mean():.1%} of the pairs; the decision is right in
{right[unsure].mean():.1%} of them, outside of the band in {right[~unsure].mean():.1%}. Have these looked at by a person.

## Labelling functions

What each is worth (`weak.py`): on gold articles for words and firms; for sectors and disciplines, how often
the class names the chains that sure words name. A function with a precision under 0.8 is not heard.

| function | coverage | precision | recall |
|---|---|---|---|
{values or absent}

## Limits

- Side mentions decide most errors: whether a carbon-fibre part of an aircraft makes an article one on `materials` too is a
  matter of degree, and annotators differ.
- A firm or product that the taxonomy does not know is seen only by the words around it.
- A survey that names a chain once, inside the name of a park or in a list of products, is often denied that chain.
- Very short texts (a headline) hold too little evidence; their probabilities stay low.
- The articles are written after public facts, not scraped; pages of other styles score a little lower.
"""
