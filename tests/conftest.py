"""What the tests share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parknlp
from parknlp.pipeline import Pipeline

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def nlp() -> Pipeline:
    return parknlp.load()


@pytest.fixture(scope="session")
def seed() -> tuple[str, dict]:
    """The reference page and its gold."""
    folder = SHARED / "seed"
    if not folder.is_dir():
        pytest.skip("the reference page lies outside of the project")
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return (folder / gold["file"]).read_text(encoding="utf-8"), gold
