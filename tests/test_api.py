"""The public names and signatures: a change of the API is a visible change of tests/cases/api.txt.

To accept one, run ``python tests/test_api.py`` and look at the difference.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import parknlp

SNAPSHOT = Path(__file__).parent / "cases" / "api.txt"


def signature(value: object) -> str:
    try:
        # How a forward reference is shown differs between versions of Python.
        return re.sub(r"ForwardRef\(('[^']*')[^)]*\)", r"\1", str(inspect.signature(value)))
    except (TypeError, ValueError):
        return ""


def members(cls: type) -> list[str]:
    lines = []
    for name in sorted(vars(cls)):
        value = vars(cls)[name]
        if name.startswith("_") and name != "__call__":
            continue
        if isinstance(value, (classmethod, staticmethod)):
            lines.append(f"  {name}{signature(value.__func__)}")
        elif inspect.isfunction(value):
            lines.append(f"  {name}{signature(value)}")
        elif isinstance(value, property):
            lines.append(f"  {name}: {value.fget.__annotations__.get('return', '')}")
    return lines


def api() -> str:
    lines = []
    for name in sorted(parknlp.__all__):
        value = getattr(parknlp, name)
        if inspect.isclass(value):
            lines.append(f"class {name}{signature(value) if not issubclass(value, Exception) else ''}")
            lines += members(value) if not issubclass(value, Exception) else []
        else:
            lines.append(f"{name}{signature(value)}")
    return "\n".join(lines) + "\n"


def test_public_names_and_signatures():
    assert api() == SNAPSHOT.read_text(encoding="utf-8"), "accept with: python tests/test_api.py"


def test_every_public_name_is_documented_and_listed():
    for name in parknlp.__all__:
        assert name in dir(parknlp)
        assert inspect.getdoc(getattr(parknlp, name)), name


def test_no_public_name_is_hidden_by_a_module_of_the_same_name():
    files = {path.stem for path in Path(parknlp.__file__).parent.iterdir()}
    assert not files & set(parknlp.__all__)


if __name__ == "__main__":
    SNAPSHOT.write_text(api(), encoding="utf-8")
