"""parks_forms.tsv: the reduced forms of the names in parks.tsv, by which the linker finds parks that a text calls otherwise."""

from __future__ import annotations

from pathlib import Path

from parknlp.matcher import normalize
from parknlp.names.forms import park_parts, without_zone
from parknlp.names.linking import ALIKE
from parknlp.names.words import rows

HEADER = """\
# Forms of the names of parks. From parks.tsv and the words of names, by scripts/build_data/parks_forms.py.
# form: a name, normalized, or reduced to its short form, without marks and levels of places.
# written: the parks that parks.tsv calls so, as rows of it counted from 0.
# canonical: those that bear the reduced form: with its places, or with the last one but without the zone that the park lies in
#   (镇江|新区|新型功能材料园), or with the other one of 开发区 and 经开区 where no park is called that.
# placeless: the parks that bear it without their places.
# form<TAB>written<TAB>canonical<TAB>placeless
form\twritten\tcanonical\tplaceless
"""

Table = dict[str, dict[int, None]]
"""Form -> rows of parks.tsv."""

CORPS = "新疆生产建设兵团"
"""Texts leave it out before the names of its parks."""


def written() -> Table:
    """The names as parks.tsv has them, normalized."""
    pairs: list[tuple[str, int]] = []
    for row, (_, _, name, _, aliases, spoken, *_) in enumerate(rows("parks.tsv")[1:]):
        forms = [name, *filter(None, (*aliases.split(";"), *spoken.split(";")))]
        pairs += [(form, row) for form in (*forms, *(form.removeprefix(CORPS) for form in forms))]
    found: Table = {}
    for form, (_, row) in zip(normalize([form for form, _ in pairs]), pairs, strict=True):
        found.setdefault(form, {})[row] = None
    return found


def build(_: Path) -> dict[str, str]:
    """The file's content."""
    names = written()
    canonical: Table = {}
    shorter: Table = {}
    placeless: Table = {}
    for form, parks in names.items():
        *heads, rest = park_parts(form)
        inner = without_zone(rest)
        for row in parks:
            canonical.setdefault("".join((*heads, rest)), {})[row] = None
            if heads:
                shorter.setdefault(heads[-1] + inner, {})[row] = None
                placeless.setdefault(inner, {})[row] = None
    canonical = shorter | canonical  # 大丰|常州高新区 is not meant where another one is called 常州高新区
    for form, parks in list(canonical.items()):
        for one, other in ALIKE.items():
            if form.endswith(one):
                canonical.setdefault(form.removesuffix(one) + other, parks)
    lines = [
        "\t".join((form, *(";".join(map(str, table.get(form, ()))) for table in (names, canonical, placeless)))) + "\n"
        for form in sorted({**names, **canonical, **placeless})
    ]
    return {"parks_forms.tsv": HEADER + "".join(lines)}
