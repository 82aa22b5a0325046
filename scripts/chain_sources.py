"""Real texts that nobody has labelled, for weak supervision; they lie outside of the project and are not shipped."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Final

from parknlp.chains import Taxonomy
from parknlp.chains.weak import WeakLabel, Worth, by_class, by_terms, combine, worth
from parknlp.doc import Doc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST: Final = 400
"""So many texts of a source are used, taken at even distances; more change nothing but the time."""

LONGEST: Final = 800
"""Longer texts are cut here: press articles are not longer."""

SECTORS: Final[dict[str, list[str] | None]] = {
    "电气设备": ["power"], "电力设备": ["power"], "汽车": ["auto"], "化工": ["materials"], "基础化工": ["materials"],
    "有色金属": ["materials"], "钢铁": ["materials"], "医药生物": ["medical"], "电子": ["it"], "计算机": ["it"], "通信": ["it"],
    "非银金融": [], "食品饮料": [], "交通运输": [], "建筑装饰": [], "传媒": [], "房地产": [], "纺织服装": [], "商业贸易": [],
    "休闲服务": [], "农林牧渔": [], "轻工制造": [], "家用电器": [],
}  # fmt: skip
"""申万 level 1 -> chains; what is missing (机械设备, 国防军工, 采掘, 公用事业 …) may be several."""

DISCIPLINES: Final[dict[str, list[str] | None]] = {
    "电气工程": ["power"], "船舶与海洋工程": ["marine"], "航空宇航科学与技术": ["aero"], "材料科学与工程": ["materials"],
    "冶金工程": ["materials"], "药学": ["medical"], "口腔医学": ["medical"], "计算机科学与技术": ["it"],
    "电子科学与技术": ["it"], "信息与通信工程": ["it"], "历史学": [], "哲学": [], "法学": [], "社会学": [], "政治学": [],
    "教育学": [], "体育学": [], "艺术学": [], "新闻传播学": [], "应用经济学": [], "公共管理": [], "园艺学": [], "水产": [],
}  # fmt: skip
"""Disciplines of CSLDCP that are one chain or none."""


def _rows(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def texts(data: Path) -> dict[str, list[Doc]]:
    """The texts by source, each with its class where the source has one."""
    return {
        "sector": [
            Doc(row["text"][:LONGEST], meta={"class": row["level1"]})
            for row in _rows(data / "cfbenchmark" / "sector.jsonl.gz")
        ],
        "discipline": [
            Doc(row["text"][:LONGEST], meta={"class": row["label"]})
            for row in _rows(data / "fewclue" / "csldcp.jsonl.gz")
        ],
        "company": [
            Doc(f"{row['company']}。{row['text']}"[:LONGEST])
            for row in _rows(data / "smoothnlp-companies" / "companies.jsonl.gz")
        ],
    }


def weak_labels(
    data: Path, gold: Sequence[Doc], labels: Sequence[Sequence[str]]
) -> tuple[dict[str, Worth], dict[str, list[WeakLabel]]]:
    """How good each labelling function is, and the labels that their votes give each source."""
    taxonomy = Taxonomy.bundled()
    by_words, by_firms = by_terms(taxonomy), by_terms(taxonomy, firms=True, least=2)
    value = {"words": worth(by_words(gold), labels), "firms": worth(by_firms(gold), labels)}
    found = {}
    for name, docs in texts(data).items():
        votes = [(value["words"].precision, by_words(docs)), (value["firms"].precision, by_firms(docs))]
        classes = {"sector": SECTORS, "discipline": DISCIPLINES}.get(name)
        if classes is not None:
            by_source = by_class("class", classes)(docs)
            # no gold article has such a class: where sure words name chains, how often does the class name them too?
            named = [(vote, words) for vote, words in zip(by_source, votes[0][1], strict=True) if words]
            value[name] = worth([vote for vote, _ in named], [words for _, words in named])
            votes.append((value[name].precision, by_source))
        labelled = combine(docs, votes)
        found[name] = labelled[:: -(-len(labelled) // MOST)]
    return value, found
