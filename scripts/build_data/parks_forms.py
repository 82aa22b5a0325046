"""parks_forms.tsv: the reduced forms of the names in parks.tsv, by which the linker finds parks that a text calls otherwise."""

from __future__ import annotations

from pathlib import Path

from parknlp.names.forms import park_parts, without_zone
from parknlp.names.linking import ALIKE, parks_by_row, written

HEADER = """\
# Reduced forms of the names of parks. From parks.tsv and the words of names, by scripts/build_data/parks_forms.py.
# form: a name in its short form, without marks and levels of places.
# canonical: the parks that bear it, as rows of parks.tsv counted from 0: with its places, or with the last one but without the zone that
#   the park lies in (镇江|新区|新型功能材料园), or with the other one of 开发区 and 经开区 where no park is called that.
# placeless: the parks that bear it without their places.
# form<TAB>canonical<TAB>placeless
form\tcanonical\tplaceless
"""

Table = dict[str, dict[int, None]]


def build(_: Path) -> dict[str, str]:
    """The file's content."""
    row_of = {park.kb_id: row for row, park in enumerate(parks_by_row())}
    canonical: Table = {}
    shorter: Table = {}
    placeless: Table = {}
    for form, parks in written().items():
        *heads, rest = park_parts(form)
        inner = without_zone(rest)
        for row in (row_of[park.kb_id] for park in parks):
            canonical.setdefault("".join((*heads, rest)), {})[row] = None
            if heads:
                shorter.setdefault(heads[-1] + inner, {})[row] = None
                placeless.setdefault(inner, {})[row] = None
    canonical = shorter | canonical  # 大丰|常州高新区 is not meant where another one is called 常州高新区
    for form, rows in list(canonical.items()):
        for one, other in ALIKE.items():
            if form.endswith(one):
                canonical.setdefault(form.removesuffix(one) + other, rows)
    lines = [
        "\t".join((form, *(";".join(map(str, table.get(form, ()))) for table in (canonical, placeless)))) + "\n"
        for form in sorted({**canonical, **placeless})
    ]
    return {"parks_forms.tsv": HEADER + "".join(lines)}
