"""traditional.tsv: traditional characters with their simplified form, one to one, from OpenCC's character table."""

from __future__ import annotations

from pathlib import Path

HEADER = """\
# Traditional characters and the simplified character that stands for each, one pair a line.
# From OpenCC's character table (Apache-2.0). A character that is itself in use in simplified text (any of GB 2312: 乾, 著, 瞭)
# is left out: folding it would change simplified text.
# traditional<TAB>simplified
"""


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def build(reference: Path) -> dict[str, str]:  # noqa: ARG001 - every builder is called alike
    """The file's content."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    lines = []
    for code in range(0x4E00, 0xA000):
        traditional = chr(code)
        simplified = convert(traditional)
        if (
            simplified != traditional
            and len(simplified) == 1
            and ord(simplified) < 0x10000
            and not _in_gb2312(traditional)
        ):
            lines.append(f"{traditional}\t{simplified}")
    return {"traditional.tsv": HEADER + "\n".join(lines) + "\n"}
