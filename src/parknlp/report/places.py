"""The place that an article is about."""

from __future__ import annotations

import functools
from collections import Counter

from ..doc import Doc
from ..fold import codes_of
from ..matcher import Matcher, normalize
from ..names.words import places

_TITLE_WEIGHT = 3


@functools.cache
def _known() -> tuple[Matcher, dict[str, tuple[str, bool]]]:
    """A matcher of the forms that name one division without doubt; form -> its city or province, and whether it is a city."""
    table = places()
    found = {form: facts[0] for form, facts in table.districts.items() if len(facts) == 1 and form in table.names}
    forms = normalize(list(found))
    return Matcher(forms), {
        form: (city or province, bool(city)) for form, (_, city, province) in zip(forms, found.values(), strict=True)
    }


def place_of(doc: Doc) -> str | None:
    """The city that title and body name most often, with its districts; a province where no city is named; None without either.

    >>> place_of(Doc("丹阳眼镜产业园开园，镇江市领导出席，南京客商到场。", body=(0, 25)))
    '镇江市'
    >>> place_of(Doc("江苏全省增长6%")), place_of(Doc("增长6%"))
    ('江苏省', None)
    """
    matcher, known = _known()
    start, end = doc.body if doc.body[1] > doc.body[0] else (0, len(doc.text))
    cities: Counter[str] = Counter()
    provinces: Counter[str] = Counter()
    for part, weight in ((doc.title or "", _TITLE_WEIGHT), (doc.text[start:end], 1)):
        text = normalize([part.replace("\n", " ")])[0]
        for first, last in matcher.find(codes_of(text), text):
            place, is_city = known.get(text[first:last], ("", False))
            (cities if is_city else provinces)[place] += weight
    named = cities or provinces
    return max(named, key=named.__getitem__) or None if named else None
