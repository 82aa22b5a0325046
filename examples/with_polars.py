"""News in polars: spans as a column of structs, indicators as a table with exact decimals.

Needs polars. Run ``python examples/with_polars.py``.
"""

import polars as pl

import parknlp
from parknlp.tables import COLUMNS, NUMBERS

NEWS = pl.DataFrame(
    {
        "id": ["a", "b"],
        "text": [
            "上半年，镇江高新区实现工业产值52亿元，同比增长20%。江苏省镇江船厂(集团)有限公司交付船舶14艘。",
            "丹阳经济开发区上半年完成工业产值118.6亿元，增长7.5%，眼镜产业园新签约项目12个。",
        ],
    }
)
SPANS = pl.List(pl.Struct({"text": pl.String, "label": pl.String, "start": pl.Int64, "end": pl.Int64}))


def tagged(news: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with a column ``ents``, and a table of the indicator statements in it."""
    items = ({"text": row["text"], "meta": {"id": row["id"]}} for row in news.iter_rows(named=True))
    docs = list(parknlp.load().pipe(items))
    fields = ("text", "label", "start", "end")
    ents = [[{field: getattr(span, field) for field in fields} for span in doc.ents] for doc in docs]
    schema = {column: pl.Decimal(38, 10) if column in NUMBERS else pl.String for column in COLUMNS}
    facts = pl.DataFrame(parknlp.facts_table(docs), schema={**schema, "mentions": pl.Int64})
    return news.with_columns(pl.Series("ents", ents, dtype=SPANS)), facts


def main() -> None:
    """Print how often each name stands in the news, and the indicators."""
    news, facts = tagged(NEWS)
    names = news.explode("ents").unnest("ents", separator=".").filter(pl.col("ents.label").is_in(["COMPANY", "PARK"]))
    print(names.group_by("ents.label", "ents.text").len().sort("ents.text"))
    print(facts.select("document", "subject", "indicator", "value_low", "value_unit", "change_low"))


if __name__ == "__main__":
    main()
