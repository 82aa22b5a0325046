"""Importing and loading is cheap and has no effect on the outside."""

import ast
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "parknlp"

# Imports go one way, down this list; entries with a slash are packages.
ORDER = (
    "errors isolation collector datafiles patterns sentences store doc fold text page htmlpage matcher lexicon tokenizer/ quantity/ "
    "names/ chains/ facts/ processes pipeline tables schema corpus/ batch/ interchange evaluate rendering duplicates "
    "related/ report/ cli/ __main__ spark spacy"
).split()

PROBE = """
import json, sys, socket, logging, os
before = set(sys.modules)
opened = []
def audit(event, args):
    if event == "open" and isinstance(args[1], str) and any(c in args[1] for c in "wax+"):
        opened.append(str(args[0]))
    if event.startswith("socket."):
        opened.append(event)
sys.addaudithook(audit)
import parknlp
loaded = sorted(set(sys.modules) - before)
handlers = len(logging.root.handlers)
nlp = parknlp.load()
doc = nlp("上半年，镇江高新区实现产值52亿元。")
print(json.dumps({"import": loaded, "tag": sorted(set(sys.modules) - before), "opened": opened, "handlers": handlers}))
"""


def probe() -> dict:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-B", "-c", PROBE], capture_output=True, text=True, check=True, cwd=folder
        )
        assert list(Path(folder).iterdir()) == []
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_import_and_load_are_cheap_and_silent():
    seen = probe()
    assert [name for name in seen["import"] if name.split(".")[0] == "parknlp"] == ["parknlp"]
    assert not {"numpy", "regex", "jieba", "sklearn"} & set(seen["import"])
    roots = {name.split(".")[0] for name in seen["tag"]}
    assert not {"jieba", "sklearn", "scipy", "regex", "lxml", "pycrfsuite", "joblib"} & roots
    assert seen["opened"] == []
    assert seen["handlers"] == 0


def place(module: str) -> int:
    """Index in ORDER of a module's name below parknlp."""
    head = module.split(".", maxsplit=1)[0]
    return ORDER.index(f"{head}/" if f"{head}/" in ORDER else head)


def imports_of(path: Path) -> set[str]:
    """Modules below parknlp that a file imports anywhere outside of TYPE_CHECKING blocks."""
    package = path.relative_to(SOURCE).parent.parts
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only:
            assert node.level or (node.module or "").split(".", 1)[0] != "parknlp", f"{path}: use a relative import"
        if isinstance(node, ast.ImportFrom) and node.level and id(node) not in typing_only:
            base = package[: len(package) - node.level + 1]
            for name in [node.module] if node.module else [alias.name for alias in node.names]:
                found.add(".".join([*base, name]))
    return found


def test_imports_go_one_way():
    for path in sorted(SOURCE.rglob("*.py")):
        own = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if own == "__init__":
            continue
        for other in imports_of(path) - {"__version__"}:
            if (own, other) == ("doc", "rendering"):  # a notebook's hook, resolved when it asks
                continue
            same_package = own.split(".")[0] == other.split(".")[0]
            assert same_package or place(other) < place(own), f"{own} imports {other}"


def test_every_module_has_its_place():
    names = {p.stem for p in SOURCE.glob("*.py")} | {f"{p.parent.name}/" for p in SOURCE.glob("*/__init__.py")}
    assert names - {"__init__"} == set(ORDER)
