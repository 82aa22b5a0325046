"""Articles to Label Studio and doccano for people to correct, and back as gold that ``parknlp evaluate`` reads.

Run ``python examples/annotate.py``; it writes into ``out/annotate/``.
"""

import json
from pathlib import Path

import parknlp
from parknlp.interchange import (
    from_doccano,
    from_label_studio,
    label_studio_config,
    to_doccano,
    to_gold,
    to_label_studio,
)

OUT = Path("out/annotate")
TEXTS = ("😀镇江高新区上半年实现产值52亿元。", "江苏省镇江船厂(集团)有限公司交付船舶14艘。")


def main() -> None:
    """Write what the tools import, and read it as if they had exported it."""
    OUT.mkdir(parents=True, exist_ok=True)
    docs = list(parknlp.load().pipe({"text": text, "meta": {"id": f"n{n}"}} for n, text in enumerate(TEXTS)))
    (OUT / "label-studio.xml").write_text(
        label_studio_config(), encoding="utf-8"
    )  # Settings > Labeling Interface > Code
    tasks = [to_label_studio(doc) for doc in docs]
    (OUT / "label-studio.json").write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = [json.dumps(to_doccano(doc), ensure_ascii=False) for doc in docs]
    (OUT / "doccano.jsonl").write_text("\n".join(lines), encoding="utf-8")

    back = [from_label_studio(task) for task in json.loads((OUT / "label-studio.json").read_text(encoding="utf-8"))]
    again = [
        from_doccano(json.loads(line)) for line in (OUT / "doccano.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for doc, one, other in zip(docs, back, again, strict=True):
        places = [(span.start, span.end, span.label) for span in doc.ents]
        assert places == [(span.start, span.end, span.label) for span in one.ents]  # noqa: S101 - it is what this shows
        assert places == [(span.start, span.end, span.label) for span in other.ents]  # noqa: S101
    gold = "".join(json.dumps(to_gold(doc), ensure_ascii=False) + "\n" for doc in back)
    (OUT / "gold.jsonl").write_text(gold, encoding="utf-8")
    print(gold, end="")


if __name__ == "__main__":
    main()
