"""Make the files of src/parknlp/data/ from their sources, or check that they are what the sources give.

    python scripts/build_data [--check] [NAME...]

Each module beside this one makes the files it names in ``FILES`` from the sources it names in ``SOURCES``. A module whose
sources are absent (they are not part of the project) is skipped with a word.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TARGET = ROOT / "src" / "parknlp" / "data"
REFERENCE = ROOT.parent / "shared" / "reference"

sys.path[:0] = [str(HERE.parent), str(ROOT / "src")]


def main() -> int:
    """Build or check; exit status 1 when a checked file differs from what its sources give."""
    parser = argparse.ArgumentParser(prog="build_data")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a file differs")
    parser.add_argument("names", nargs="*", help="only these modules")
    arguments = parser.parse_args()
    wrong = 0
    for module_info in pkgutil.iter_modules([str(HERE)]):
        name = module_info.name
        if name.startswith("_") or (arguments.names and name not in arguments.names):
            continue
        module = importlib.import_module(f"build_data.{name}")
        try:
            built = module.build(REFERENCE)
        except (FileNotFoundError, ImportError) as error:
            print(f"{name}: skipped, {error}")
            continue
        for file, content in built.items():
            path = TARGET / file
            same = path.exists() and path.read_text(encoding="utf-8") == content
            if arguments.check and not same:
                wrong += 1
                print(f"{name}: {file} differs from what its sources give; run python scripts/build_data")
            elif not same:
                path.write_text(content, encoding="utf-8")
                print(f"{name}: wrote {file}, {content.count(chr(10))} lines")
            else:
                print(f"{name}: {file} is up to date")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
