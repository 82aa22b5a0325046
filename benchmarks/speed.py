"""Speed and memory of parknlp beside jieba, in one run: ``make bench`` or ``python benchmarks/speed.py [--full] [--out FILE]``.

The text is the articles of models/corpus, which are dense in numbers and names, and ordinary news where ../shared/data has it. Every time
is processor time, the best of some runs (but for two processes: there it is time on the wall). Much is remembered from one text to the
next, so texts are timed once more in a process that has read none before. Machines are noisy: read the ratios to jieba, not the seconds;
the whole pipeline is timed in turn with it, batch by batch.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib.metadata
import json
import os
import platform
import pstats
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from growth import hostile, many_documents, one_document
from timing import best, in_turn, table
from work import BATCH, ROOT, articles, beside_jieba, news, repeated, stages, tokenizer

import parknlp
from parknlp.collector import paused

ONE_OF = 3  # of so many articles one is read alone: that is slow
PEERS = ROOT / ".venv-peers" / "bin" / "python"
PROBE = """
import sys, time
def peak():  # what the kernel says of this program alone: the figure of getrusage begins with that of the one that started it
    try:
        return float(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
    except OSError:
        return float("nan")
started = time.process_time()
import parknlp; imported = time.process_time()
nlp = parknlp.load(); loaded, memory = time.process_time(), peak()
nlp("上半年，镇江高新区实现产值52亿元，同比增长20%。江苏瑞尔隆鼎实业有限公司投产。")
wall, tagged, first = time.time() - float(sys.argv[2]), time.process_time(), peak()
for _ in nlp.pipe(open(sys.argv[1], encoding="utf-8").read().split("\\0")): pass
print(imported - started, loaded - imported, tagged - loaded, tagged, wall, memory, first, peak())
"""


def probe(texts: Sequence[str]) -> list[float]:
    """What `PROBE` prints in fresh processes, the median of five; the first of all writes the bytecode."""
    with written(texts) as file, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        runs = []
        for _ in range(6):
            command = [sys.executable, "-c", PROBE, str(file), str(time.time())]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            runs.append([float(cell) for cell in done.stdout.split()])
    found: list[float] = np.median(np.array(runs[1:]), axis=0).tolist()
    return found


@contextmanager
def written(texts: Sequence[str]) -> Iterator[Path]:
    """The texts in a file, with a zero character between them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts"
        file.write_text("\0".join(texts), encoding="utf-8", newline="")
        yield file


def read_first(texts: Sequence[str]) -> list[float]:
    """Seconds of jieba and of the pipeline in a process that has read nothing before; of three, the one with the median of the ratio."""
    with written(texts) as file:
        command = [sys.executable, str(ROOT / "benchmarks" / "first.py"), str(file)]
        runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(3)]
    return sorted(([float(cell) for cell in run.split()] for run in runs), key=lambda run: run[0] / run[1])[1]


def start_up(medians: Sequence[float], articles: int) -> Iterator[list[str]]:
    """Import, load, first document, and memory after so many articles."""
    names = ("import parknlp", "load()", "first document", "all three, with Python itself", "the same, on the wall")
    for name, seconds in zip(names, medians, strict=False):
        yield [name, f"{seconds * 1000:.0f} ms"]
    for name, memory in zip(
        ("load()", "the first document", f"{articles} articles"), medians[len(names) :], strict=True
    ):
        yield [f"memory after {name}", f"{memory:.0f} MB"]


def peers(texts: Sequence[str]) -> Iterator[list[str]]:
    """The speed of other libraries, where `make bench-peers` has put them."""
    if not PEERS.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(texts), encoding="utf-8")
        command = [str(PEERS), str(ROOT / "benchmarks" / "peers.py"), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    for name, (version, speed, ratio) in json.loads(done.stdout).items():
        yield [f"{name} ({version})", f"{speed / 1e6:.3f}", f"{ratio:.2f}", ""]


class Bench:
    """Times beside that of jieba on the same texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.nlp, self.texts, self.lcut = parknlp.load(), texts, tokenizer()
        self.characters = sum(map(len, texts))
        self.jieba = best(self._cut, 2)

    def _cut(self) -> None:
        for text in self.texts:
            self.lcut(text)

    def row(self, name: str, jieba: float, spent: float, whole: float = 0) -> list[str]:
        """Name, million characters a second, the same over jieba's, share of the whole, given the seconds of jieba and of what is timed."""
        share = f"{spent / whole:.0%}" if whole else ""
        return [name, f"{self.characters / spent / 1e6:.3f}", f"{jieba / spent:.2f}", share]

    def whole(self) -> Iterator[list[str]]:
        """The whole pipeline, in batches and one at a time, each in turn with jieba."""
        nlp, texts = self.nlp, self.texts
        batched = in_turn(beside_jieba(nlp, self.lcut, texts), 4)
        yield self.row("jieba.lcut", batched[0], batched[0])
        yield self.row(f"in batches (batch_size={BATCH})", *batched)
        yield self.row("in batches, each text for the first time", *read_first(texts))
        few = texts[::ONE_OF]
        share = self.characters / sum(map(len, few))
        jieba, one = in_turn(beside_jieba(nlp, self.lcut, few, alone=True), 3)
        yield self.row("one article at a time", share * jieba, share * one)

    def processes(self) -> Iterator[list[str]]:
        """The whole pipeline in two processes."""
        nlp, texts = self.nlp, self.texts
        wall = time.perf_counter
        one = best(lambda: list(nlp.pipe(texts)), 2, wall)
        two = best(lambda: list(nlp.pipe(texts, n_process=2)), 2, wall)
        yield [f"two processes: {one / two:.2f} times as fast as one, on the wall", "", "", ""]

    def stages(self, size: int) -> list[list[str]]:
        """Each stage, with its share of all of them."""
        texts = self.texts if size > 1 else self.texts[::ONE_OF]
        share = self.characters / sum(map(len, texts))
        # the pipeline keeps the garbage collector away too, which else would look at all that the stages before have left
        spent = {name: share * best(paused()(work)) for name, work in stages(self.nlp, texts, size)}
        whole = sum(seconds for name, seconds in spent.items() if ":" not in name)
        return [self.row(name, self.jieba, seconds, whole) for name, seconds in spent.items()]

    def profile(self, most: int) -> Iterator[list[str]]:
        """The functions in which most time goes, over all articles in batches."""
        profiler = cProfile.Profile()
        profiler.runcall(lambda: list(self.nlp.pipe(self.texts)))
        found = pstats.Stats(profiler).get_stats_profile()
        total = sum(entry.tottime for entry in found.func_profiles.values())
        entries = sorted(found.func_profiles.items(), key=lambda item: -item[1].tottime)
        for name, entry in entries[:most]:
            home = Path(entry.file_name)
            where = f"{home.parent.name}/{home.name} " if home.suffix == ".py" else ""
            plain = re.sub(" of type object at 0x[0-9a-f]+", "", name)
            yield [f"`{where}{plain}`", str(entry.ncalls), f"{entry.tottime / total:.1%}"]


def sections(*, full: bool) -> Iterator[tuple[str, str]]:
    """Title and table of each part."""
    texts = articles()
    bench = Bench(repeated(texts, 500_000) if full else texts)
    head = ["", "M characters/s", "x jieba.lcut"]
    probed = probe(texts)
    yield "Start and memory", table(["", "median of five"], list(start_up(probed, len(texts))))
    rows = [row[:3] for row in [*bench.whole(), *bench.processes(), *peers(texts)]]
    yield "The whole pipeline, and others", table(head, rows)
    yield "Stages, in batches", table([*head, "share"], bench.stages(BATCH))
    yield "Stages, one article at a time", table([*head, "share"], bench.stages(1))
    yield (
        "Where the time goes (under the profiler)",
        table(["", "calls", "share"], list(bench.profile(25 if full else 12))),
    )
    if ordinary := news():
        bench_news = Bench(ordinary)
        yield "Financial news and reports of the government", table(head, [row[:3] for row in bench_news.whole()])
        yield "Stages on these, in batches", table([*head, "share"], bench_news.stages(BATCH))
    growth = ["", "us/character", "time for twice as much", "peak MB"]
    sizes = (1_000, 10_000, 100_000, 1_000_000) if full else (1_000, 10_000, 100_000)
    counts = (100, 1_000, 10_000, 100_000) if full else (100, 1_000)
    grown = [*one_document(bench.nlp, texts, sizes), *many_documents(bench.nlp, texts, counts)]
    yield "Growth", table(growth, grown)
    worst = list(hostile(bench.nlp, texts, None if full else 6))
    yield "Hostile texts: a character beside one of ordinary text", table(["", "times"], worst)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="more text, up to a million characters and 100,000 documents"
    )
    parser.add_argument("--out", type=Path, help="a file for the same, as Markdown")
    arguments = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "regex", "jieba"))
    intro = (
        f"`make {'bench-full' if arguments.full else 'bench'}` on {os.cpu_count()} cores, {platform.machine()}: "
        f"Python {platform.python_version()}, {versions}, parknlp {parknlp.__version__};\n"
        "the articles of models/corpus, dense in numbers and names. Processor time, best of some runs. "
        "The machine may be shared, so the ratios count."
    )
    parts = ["# Speed and memory, measured", intro]
    print("\n\n".join(parts), flush=True)
    for title, rows in sections(full=arguments.full):
        parts += [f"## {title}", rows]
        print(f"\n## {title}\n\n{rows}", flush=True)
    if arguments.out:
        arguments.out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
