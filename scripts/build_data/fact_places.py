"""fact_places.tsv: short names of provinces, cities and districts that may be the subject of a statement."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = """\
# Short names of Chinese divisions that a statistical sentence may be about, one a line, sorted.
# From modood/Administrative-divisions-of-China (WTFPL 2): every province and city; districts and counties whose short name no
# other division shares. Names that are everyday words too are left out.
# short name
"""

EVERYDAY = frozenset(
    "和平 新华 长安 复兴 大同 开平 城区 郊区 矿区 海港 开发 高新 运河 大厂 中原 东方 三河 双桥 南山 兴隆 宝塔 青山 向阳 中心 "
    "前进 胜利 红旗 建设 新建 新城 新兴 新洲 团结 光明 友谊 永新 大安 大方 大通 平安 太平 合作 共和 同心 丰收 东风 先锋 "
    "经济 创新 循化 应用 集美 城关 文化 高明 天心 信都 安定 民生 昌平 正定 成安 丰都 大名 平山 平和".split()
) - {"昌平", "正定", "丰都", "平山"}


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    names: set[str] = set()
    with (reference / "divisions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            short = row["short"]
            wanted = row["level"] in ("province", "city") or (row["level"] == "district" and row["same_short"] == "1")
            if wanted and 2 <= len(short) <= 4 and short not in EVERYDAY:
                names.add(short)
    return {"fact_places.tsv": HEADER + "\n".join(sorted(names)) + "\n"}
