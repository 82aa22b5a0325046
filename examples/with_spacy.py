"""parknlp in a spaCy pipeline beside a rule of spaCy's own, and its documents drawn by displaCy.

Needs ``pip install 'parknlp[spacy]'``. Run ``python examples/with_spacy.py``; it writes ``out/displacy.html``.
"""

from pathlib import Path

import spacy
from spacy import displacy

OUT = Path("out/displacy.html")
TEXT = "上半年，镇江高新区实现产值52亿元，同比增长20%。副市长到江苏省镇江船厂(集团)有限公司调研。"


def main() -> None:
    """Tag one text, print what was found, write it as a page."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "TITLE", "pattern": "副市长"}])
    nlp.add_pipe("parknlp")
    doc = nlp(TEXT)
    for ent in doc.ents:
        own = ent._.parknlp  # None for what the other component found
        print(ent.text, ent.label_, own.value if own and own.value else "")
    print([(fact.subject, fact.indicator, fact.value) for fact in doc._.parknlp.facts])
    print(max(doc.cats, key=doc.cats.get))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(displacy.render(doc._.parknlp.to_dict(), style="ent", manual=True, page=True), encoding="utf-8")


if __name__ == "__main__":
    main()
