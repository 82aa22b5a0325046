"""Tag the sample pages, show the result, and leave it as JSONL and HTML beside them: ``make demo``."""

import os
import sys
from pathlib import Path

import parknlp
from parknlp.corpus import find_files, read_bytes, write_rows
from parknlp.rendering import html_fragment, html_page

HERE = Path(__file__).parent


def main() -> None:
    """Tag, print, write."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    articles = [
        a for file in find_files(HERE / "pages") for a in read_bytes(file.read_bytes(), str(file.relative_to(HERE)))
    ]
    items = [{"text": a.text, "title": a.title, "published": a.published, "meta": a.meta} for a in articles]
    docs = list(parknlp.load().pipe(items))
    for doc in docs:
        print(f"\n━━ {doc.meta['id']} ━━\n")
        print(parknlp.render(doc, style="ansi" if colour else "table"))
    with (HERE / "tagged.jsonl").open("w", encoding="utf-8") as target:
        write_rows((doc.to_dict() for doc in docs), target)
    with (HERE / "tagged.html").open("w", encoding="utf-8") as target:
        target.writelines(html_page((html_fragment(doc) for doc in docs), "parknlp demo"))
    print(f"\n{len(docs)} pages. The same as data: examples/tagged.jsonl, in a browser: examples/tagged.html")


if __name__ == "__main__":
    main()
