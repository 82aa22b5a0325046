"""Texts read for the first time, in a process of its own: ``python benchmarks/first.py FILE`` prints the seconds of jieba and ours.

The file holds texts with a zero character between them. Batch by batch, jieba cuts the texts and the pipeline tags them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from timing import in_turn
from work import beside_jieba, tokenizer

import parknlp

if __name__ == "__main__":
    texts = Path(sys.argv[1]).read_text(encoding="utf-8").split("\0")
    print(*in_turn(beside_jieba(parknlp.load(), tokenizer(), texts), 1))
