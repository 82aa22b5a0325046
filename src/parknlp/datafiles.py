"""The word lists and tables of the package, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("data")
"""Where they lie. `importlib.resources` finds the same folder, and takes longer to import than most of the files to read."""


def read(name: str) -> str:
    """The content of a data file.

    >>> read("unit_senses.tsv")[0]
    '#'
    """
    return (FOLDER / name).read_bytes().decode().replace("\r\n", "\n")


def rows(name: str) -> list[list[str]]:
    """The cells of each line of a data file, without comments and empty lines.

    >>> rows("chain_contexts.tsv")[0]
    ['side', 'kind', 'word']
    """
    return [line.split("\t") for line in read(name).split("\n") if line and not line.startswith("#")]
