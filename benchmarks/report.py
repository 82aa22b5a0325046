"""The report of a large corpus: ``python benchmarks/report.py [--articles N]``; report.md has the figures of the last run.

Tags articles made of the sentences of models/corpus, one in twenty a repost of the one before, writes their report, and opens it in
headless Chromium (Debian: chromium, chromium-driver). Needs the extra ``report`` and selenium.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import parknlp
from parknlp.corpus import read_gold, write_rows

ROOT = Path(__file__).parent.parent
FILTERS = (("chain", "0"), ("chain", ""), ("text", "镇江"), ("text", ""), ("from", "2025-01-01"), ("from", ""))
SORTS = ("value", "subject", "change", "article")
FILTER = """
const [id, value, done] = arguments; const start = performance.now();
document.getElementById(id).value = value;
update().then(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))));
"""
SORT = (
    "const start = performance.now(); factState.sort = arguments[0]; updateFacts(); return performance.now() - start;"
)
OPEN = "const [at, done] = arguments; const start = performance.now(); openArticle(at).then(() => done(performance.now() - start));"


def items(count: int) -> Iterator[dict[str, Any]]:
    """Articles with a title, a date and sentences of their own and of others."""
    gold = [doc for path in sorted((ROOT / "models" / "corpus").glob("*-*.jsonl")) for doc in read_gold(path)]
    own = [[doc.text[start:end] for start, end in doc.sents] for doc in gold]
    others = [sentence for sentences in own for sentence in sentences]
    chance = random.Random(5)
    text = ""
    for number in range(count):
        at = chance.randrange(len(gold))
        repost = number % 20 == 7
        text = f"{text}来源：转载。" if repost else "".join([*own[at][:3], *chance.sample(others, 6)])
        day = dt.date(2023, 1, 1) + dt.timedelta(chance.randrange(900))
        yield {"text": text, "title": gold[at].title, "published": day.isoformat(), "meta": {"id": number}}


def write(tagged: Path, page: Path) -> tuple[float, int]:
    """Processor seconds and peak memory in megabytes of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "parknlp", "report", str(tagged), "-o", str(page)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss // 1024


def look(page: Path, articles: int) -> Iterator[tuple[str, str]]:
    """What is measured in the browser."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    with webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver"))) as browser:
        browser.set_script_timeout(120)
        start = time.perf_counter()
        browser.get(page.as_uri())
        while browser.execute_script("return document.documentElement.dataset.ready") != "1":
            time.sleep(0.02)
        yield "opened, everything drawn", f"{time.perf_counter() - start:.1f} s"
        times = [browser.execute_async_script(FILTER, *pair) for pair in FILTERS]
        yield "a filter changed, everything drawn again", f"{min(times):.0f} to {max(times):.0f} ms"
        first = [browser.execute_script(SORT, key) for key in SORTS]
        again = [browser.execute_script(SORT, key) for key in SORTS]
        yield "indicators sorted, for the first time", f"{min(first):.0f} to {max(first):.0f} ms"
        yield "… and again", f"{min(again):.0f} to {max(again):.0f} ms"
        times = [browser.execute_async_script(OPEN, at) for at in range(0, articles, articles // 10)]
        yield "an article opened", f"{min(times):.0f} to {max(times):.0f} ms"
        heap = browser.execute_script("return performance.memory.usedJSHeapSize")
        yield "memory of the page's data", f"{heap / 1e6:.0f} MB"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=50_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as name:
        tagged, page = Path(name) / "tagged.jsonl", Path(name) / "report.html"
        with tagged.open("w", encoding="utf-8") as target:
            write_rows((doc.to_dict() for doc in parknlp.load().pipe(items(count))), target)
        with tagged.open(encoding="utf-8") as lines:
            characters = sum(len(json.loads(line)["text"]) for line in lines)
        seconds, memory = write(tagged, page)
        print(f"\n| {count:,} articles of {characters // count} characters | |\n| --- | --- |")
        print(f"| written | {seconds:.0f} s of a processor, {memory} MB |")
        print(f"| size of the page | {page.stat().st_size / 1e6:.0f} MB |")
        for what, figure in look(page, count):
            print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
