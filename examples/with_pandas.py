"""A pandas table of news: which companies, parks and chains each article names, and the indicators as numbers.

Needs pandas. Run ``python examples/with_pandas.py``.
"""

from decimal import Decimal

import pandas as pd

import parknlp

NEWS = pd.DataFrame(
    {
        "id": ["a", "b", "c"],
        "day": ["2025-07-20", "2025-07-21", "2025-07-22"],
        "text": [
            "上半年，镇江高新区实现工业产值52亿元，同比增长20%。江苏省镇江船厂(集团)有限公司交付船舶14艘。",
            "丹阳经济开发区上半年完成工业产值118.6亿元，增长7.5%，眼镜产业园新签约项目12个。",
            "句容市天王镇举办草莓文化节，游客很多。",
        ],
    },
)


def tagged(news: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table with new columns, and a table of the indicator statements in it."""
    items = news.rename(columns={"day": "published"}).to_dict("records")
    docs = list(parknlp.load().pipe([{**item, "meta": {"id": item["id"]}} for item in items]))
    columns = {
        "companies": [[span.text for span in doc.companies] for doc in docs],
        "parks": [[span.text for span in doc.parks] for doc in docs],
        "chains": [[chain.name for chain in doc.chains] for doc in docs],
    }
    facts = pd.DataFrame(parknlp.facts_table(docs), columns=parknlp.tables.COLUMNS)
    return news.assign(**columns), facts.astype({"period_start": "datetime64[s]", "period_end": "datetime64[s]"})


def main() -> None:
    """Print both, and the parks by output."""
    news, facts = tagged(NEWS)
    print(news.drop(columns="text").to_string(index=False))
    print(facts[["document", "subject", "indicator", "value", "change", "period_end"]].to_string(index=False))
    output = facts[facts.indicator.str.contains("产值") & (facts.value_unit == "CNY")]
    billions = output.set_index("subject").value_low.map(lambda yuan: yuan / Decimal(10**8))  # exact, in 亿元
    print(billions.sort_values(ascending=False).to_string())


if __name__ == "__main__":
    main()
