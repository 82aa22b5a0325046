"""Batch tagging of a whole corpus, measured: memory, processes, and runs that are killed.

    python benchmarks/batch.py make corpus.jsonl --articles 200000    # recombined sentences of true articles
    python benchmarks/batch.py memory corpus.jsonl --n-process 2      # peak of each process, and whether it stays flat
    python benchmarks/batch.py ratio corpus.jsonl --articles 8000     # one process beside two
    python benchmarks/batch.py kills corpus.jsonl --kills 50 --articles 4000

Sentences come from models/corpus, and from ../shared/corpus and ../shared/data where these are beside the checkout. What was measured:
batch.md.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from parknlp.batch import parts_path
from parknlp.corpus import parse_markup, write_rows
from parknlp.sentences import sentence_spans

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
FORMATS = ("jsonl", "parquet", "sqlite")
WARM = 10_000  # articles after which memory must not grow


def texts(path: Path) -> Iterator[str]:
    """The texts of a JSONL file, plain."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line).get("text")
            if isinstance(text, str):
                yield parse_markup(text)[0]


def sentences(paths: Iterable[Path]) -> list[str]:
    return [text[start:end] for path in paths for text in texts(path) for start, end in sentence_spans(text)]


def articles(count: int, seed: int = 8) -> Iterator[dict[str, Any]]:
    """As many articles, each as long as a true one: a half of the sentences is of park news, the others are of anything."""
    gold = sorted((ROOT / "models" / "corpus").glob("*-*.jsonl")) + sorted(SHARED.glob("corpus/dev-*.jsonl"))
    park, chance = sentences(gold), random.Random(seed)
    other = sentences(sorted(SHARED.glob("data/*/*.jsonl*"))) or park
    lengths = [len(sentence_spans(text)) for path in gold for text in texts(path)]
    for number in range(count):
        length = chance.choice(lengths)
        found = chance.choices(park, k=(length + 1) // 2) + chance.choices(other, k=length // 2)
        chance.shuffle(found)
        yield {"id": number, "text": "".join(found)}


def command(source: Path, output: Path, *options: object) -> list[str]:
    return [sys.executable, "-m", "parknlp", "tag", str(source), "-o", str(output), *map(str, options)]


def head(source: Path, count: int, folder: Path) -> Path:
    """The first rows of a file as a file."""
    target = folder / "head.jsonl"
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines(islice(lines, count))
    return target


def loads() -> str:
    return "load " + " ".join(f"{load:.1f}" for load in os.getloadavg())


def family(pid: int) -> list[int]:
    """A process and those below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in family(int(child)))]


def memory_of(pid: int) -> tuple[float, float]:
    """Resident megabytes of a process, now and at most."""
    try:
        rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines())
        return int(rows["VmRSS"].split()[0]) / 1024, int(rows["VmHWM"].split()[0]) / 1024
    except (OSError, KeyError):
        return 0.0, 0.0


def done(output: Path) -> int:
    """Articles in the finished parts."""
    records = sorted(parts_path(output).glob("?????.json"))
    try:
        return int(json.loads(records[-1].read_text(encoding="utf-8"))["documents"]) if records else 0
    except OSError:
        return 0


def memory(options: argparse.Namespace) -> None:
    """Watch a run."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, f"out.{options.format}")
        began, seen = time.monotonic(), [(0, 0.0)]
        peaks: Counter[int] = Counter()
        extra = ["--n-process", options.n_process]
        extra += ["--start-method", options.start_method] if options.start_method else []
        process = subprocess.Popen(command(options.corpus, output, *extra))
        while process.poll() is None:
            time.sleep(0.5)
            now = {pid: memory_of(pid) for pid in family(process.pid)}
            for pid, (_, most) in now.items():
                peaks[pid] = max(peaks[pid], most)
            seen.append((done(output) or seen[-1][0], max((rss for rss, _ in now.values()), default=0.0)))
        size, spent = output.stat().st_size, time.monotonic() - began
    cpu = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    print(
        f"\n{options.format}, {options.n_process} processes: {spent:.0f} s, CPU {cpu:.0f} s, {size / 1e6:.0f} MB written"
    )
    print("peak of each process, MB: " + ", ".join(f"{peak:.0f}" for _, peak in sorted(peaks.items())))
    last = max(number for number, _ in seen)
    steps = [WARM, *range(last // 5, last + 1, max(last // 5, 1)), last]
    for upto in sorted(set(steps)):
        most = max((rss for number, rss in seen if number <= upto), default=0.0)
        print(f"largest process up to {upto:7} articles: {most:.0f} MB")
    print(f"largest process while joining the parts too: {max(rss for _, rss in seen):.0f} MB; {loads()}")


def spent_on(arguments: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a command and its processes."""
    before, start = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), time.perf_counter()
    subprocess.run(arguments, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start, sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before


def ratio(options: argparse.Namespace) -> None:
    """One process beside two, in turn; the start-up is measured with a few articles and taken off."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = head(options.corpus, 64, folder).replace(folder / "few.jsonl")
        many = head(options.corpus, options.articles, folder)
        print(
            f"{options.articles} articles; {loads()}\n{'processes':>9} {'start, s':>9} {'articles, s':>12} {'CPU, s':>7}"
        )
        best: dict[int, tuple[float, float]] = {}
        for _ in range(options.rounds):
            for count in (1, 2):
                output = folder / "out.jsonl"
                start, idle = spent_on(command(few, output, "--n-process", count))
                wall, cpu = spent_on(command(many, output, "--n-process", count))
                print(f"{count:9} {start:9.2f} {wall - start:12.2f} {cpu - idle:7.2f}   {loads()}", flush=True)
                found = (wall - start, cpu - idle)
                best[count] = tuple(map(min, best.get(count, found), found))  # type: ignore[assignment]
    print(f"\nwall time: two processes {best[1][0] / best[2][0]:.2f} times as fast as one")
    print(f"processor time: two take {best[2][1] / best[1][1]:.3f} of what one takes, so two idle cores give at most "
          f"{2 * best[1][1] / best[2][1]:.2f}")  # fmt: skip


def rows(output: Path) -> list[tuple[int, str]]:
    """Identifier and a digest of the text of each document."""
    if output.suffix == ".jsonl":
        with output.open(encoding="utf-8") as lines:
            found = [(row["meta"]["id"], row["text"]) for row in map(json.loads, lines)]
    elif output.suffix == ".parquet":
        import pyarrow.parquet as pq

        table = pq.read_table(output, columns=["id", "text"])
        found = list(zip(map(int, table["id"].to_pylist()), table["text"].to_pylist(), strict=True))
    else:
        base = sqlite3.connect(output)
        found = [(int(key), text) for key, text in base.execute("SELECT id, text FROM documents ORDER BY number")]
        base.close()
    return [(key, hashlib.sha256(text.encode()).hexdigest()) for key, text in found]


def end_by_kills(source: Path, output: Path, most: int, longest: float, chance: random.Random) -> Counter[str]:
    """Run to the end, killed as often on the way; when each kill came."""
    told: Counter[str] = Counter()
    while True:
        before, killed = done(output), sum(told.values())
        how = ["--n-process", chance.choice((1, 2)), "--start-method", chance.choice(("fork", "spawn"))]
        process = subprocess.Popen(command(source, output, "--resume", *how), stderr=subprocess.DEVNULL)
        try:
            code = process.wait(chance.uniform(0, longest) if killed < most else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            joining = output.exists() or output.with_name(output.name + ".new").exists()
            told[
                "while the parts were joined"
                if joining
                else "behind a new part"
                if done(output) > before
                else "before a new part"
            ] += 1
            continue
        if code != 0:
            sys.exit(f"{' '.join(how)}: exit status {code}")
        if killed == most:
            return told
        output.unlink()  # too early: once more


def kills(options: argparse.Namespace) -> None:
    """Kill runs at random moments, go on with each, and compare what is there at the end, for each format in turn."""
    chance, told = random.Random(options.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = head(options.corpus, options.articles, folder)
        subprocess.run(command(source, folder / "whole.jsonl"), check=True, stderr=subprocess.DEVNULL)
        wanted, whole = wanted_rows(source), (folder / "whole.jsonl").read_bytes()
        for number, form in enumerate(FORMATS):
            output = folder / f"out.{form}"
            most = (options.kills + number) // len(FORMATS)
            found = end_by_kills(source, output, most, options.longest, chance)
            told += found
            same = rows(output) == wanted and (form != "jsonl" or output.read_bytes() == whole)
            over = [path.name for path in folder.iterdir() if path.name.startswith(f"{output.name}.")]
            print(
                f"{form:8} {most:3} kills, then {len(wanted)} rows, {'as without kills' if same else 'DIFFERENT'} {over or ''}",
                flush=True,
            )
            if not same or over:
                sys.exit(1)
    print(
        f"{sum(told.values())} kills: " + ", ".join(f"{count} {kind}" for kind, count in told.items()) + f"; {loads()}"
    )


def wanted_rows(source: Path) -> list[tuple[int, str]]:
    with source.open(encoding="utf-8") as lines:
        return [(row["id"], hashlib.sha256(row["text"].encode()).hexdigest()) for row in map(json.loads, lines)]


def make(options: argparse.Namespace) -> None:
    """Write a corpus."""
    with options.corpus.open("w", encoding="utf-8") as out:
        write_rows(articles(options.articles), out)
    print(f"{options.corpus}: {options.articles} articles, {options.corpus.stat().st_size / 1e6:.0f} MB")


def main() -> None:
    """Do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for work, number in ((make, 200_000), (memory, 0), (ratio, 8000), (kills, 4000)):
        one = commands.add_parser(work.__name__, help=work.__doc__)
        one.set_defaults(work=work)
        one.add_argument("corpus", type=Path)
        if number:
            one.add_argument("--articles", type=int, default=number)
        if work is memory:
            one.add_argument("--n-process", type=int, default=2)
            one.add_argument("--start-method")
            one.add_argument("--format", choices=FORMATS, default="jsonl")
        if work is ratio:
            one.add_argument("--rounds", type=int, default=3)
        if work is kills:
            one.add_argument("--kills", type=int, default=50)
            one.add_argument("--seed", type=int, default=8)
            one.add_argument("--longest", type=float, default=8.0, help="seconds until a kill at the latest")
    options = parser.parse_args()
    options.work(options)


if __name__ == "__main__":
    main()
