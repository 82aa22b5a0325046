"""The charts of a report: Vega-Lite, compiled when the report is built, so that the page only has to draw them.

vl-convert holds Vega and Vega-Lite (both BSD-3-Clause) inside its wheel; nothing is fetched. The data of each chart is a table named
``rows`` that the page fills and fills again when a filter changes.
"""

from __future__ import annotations

import functools
from typing import Any, Final

from ..errors import OptionError

Spec = dict[str, Any]

VEGA_LITE: Final = "6.1"
"""Fixed, so that a new release of vl-convert draws the same charts, as long as it has this version."""

_COUNT: Final[Spec] = {"field": "count", "type": "quantitative", "title": None}
_SAID: Final[Spec] = {"tooltip": [{"field": "label"}], "description": {"field": "label"}}
"""What a mark says to a mouse and to a screen reader."""

_COLOURS: Final = (
    {"name": "ink", "value": "#000"},
    {"name": "bar", "value": "#47a"},
    {"name": "scheme", "value": "tableau10"},
)
"""Colours that the page sets, by its theme and the number of chains."""


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise OptionError("a report needs vl-convert-python: pip install 'parknlp[report]'") from None
    return vl_convert


def _version() -> str:
    """The version of Vega-Lite to use: ours, or the newest."""
    versions: list[str] = _vl_convert().get_vegalite_versions()
    return VEGA_LITE if VEGA_LITE in versions else versions[-1]


@functools.cache
def vega() -> str:
    """The minified Vega libraries as a script that sets ``window.vegaEmbed``; ``data/report/LICENSES.txt`` has their licences.

    Raises:
        OptionError: vl-convert is not installed; the extra ``report`` brings it.
    """
    script: str = _vl_convert().javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_version())
    script = f"(() => {{{script}}})();"  # its many short names are its own
    return script.replace("</script", "<\\/script")


def _count_text(**mark: Any) -> Spec:
    """The number in or beside a mark, which says it already to a screen reader."""
    return {
        "mark": {"type": "text", "color": {"expr": "ink"}, "fontSize": 12, "aria": False, **mark},
        "encoding": {"text": {"field": "count", "type": "quantitative"}},
    }


def _bars(step: int = 22, **more: Any) -> Spec:
    """Names with their counts, in the order of the rows."""
    axis = {
        "labelLimit": {"expr": "width < 420 ? 150 : 240"},
        "labelPadding": 6,
        "ticks": False,
        "domain": False,
        **more,
    }
    return {
        "height": {"step": step},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": axis},
            "x": {**_COUNT, "axis": None},
        },
        "layer": [
            {
                "mark": {"type": "bar", "color": {"expr": "bar"}, "cornerRadiusEnd": 2, "cursor": "pointer"},
                "encoding": _SAID,
            },
            _count_text(align="left", dx=4),
        ],
    }


def _pairs() -> Spec:
    """The two names of a pair stand below one another."""
    return _bars(step=36, labelExpr="split(datum.label, '\\n')", labelOffset=-7)


def _time() -> Spec:
    """How many articles treat each chain, by month (or year, quarter, day: the page decides), stacked."""
    time_axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 12, "labelPadding": 8, "ticks": False}
    # whole numbers only
    count_axis = {
        "tickCount": {"expr": "max(1, min(6, domain('y')[1]))"},
        "format": "d",
        "domain": False,
        "ticks": False,
    }
    legend = {"orient": "bottom", "title": None, "columns": {"expr": "max(1, floor(width / 175))"}, "labelLimit": 150}
    return {
        "height": 240,
        "mark": {"type": "bar", "cursor": "pointer", "width": {"expr": "min(64, bandwidth('x'))"}},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "sort": None, "title": None, "axis": time_axis},
            "y": {**_COUNT, "axis": count_axis},
            "color": {
                "field": "chain",
                "type": "nominal",
                "sort": None,
                "scale": {"scheme": {"expr": "scheme"}},
                "legend": legend,
            },
            "order": {"field": "order", "type": "quantitative"},
            **_SAID,
        },
    }


def _places() -> Spec:
    """Chains by place: the darker a cell, the more articles; its number stands in it."""
    axis: Spec = {"ticks": False, "domain": False, "labelPadding": 6}
    top = {
        **axis,
        "orient": "top",
        "labelAngle": -35,
        "labelAlign": "left",
        "labelLimit": {"expr": "width < 420 ? 60 : 150"},
    }
    shade = {"field": "count", "type": "quantitative", "scale": {"range": [0.12, 0.7]}, "legend": None}
    return {
        "height": {"step": 26},
        "encoding": {
            "y": {"field": "place", "type": "nominal", "sort": None, "title": None, "axis": {**axis, "labelLimit": 90}},
            "x": {
                "field": "chain",
                "type": "nominal",
                "sort": {"field": "order", "op": "min"},
                "title": None,
                "axis": top,
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "color": {"expr": "bar"}, "cursor": "pointer", "cornerRadius": 2},
                "encoding": {"opacity": shade, **_SAID},
            },
            _count_text(),
        ],
    }


CHARTS: Final = {"time": _time, "places": _places, "companies": _bars, "parks": _bars, "pairs": _pairs}
"""Name of each chart, as the page knows it, and what makes its Vega-Lite specification."""


@functools.cache
def compiled() -> dict[str, Spec]:
    """The Vega specification of each chart.

    Raises:
        OptionError: vl-convert is not installed.
    """
    frame = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": list(_COLOURS),
        "data": {"name": "rows"},
        "background": None,
        "config": {"view": {"stroke": None}},
    }
    convert = _vl_convert().vegalite_to_vega
    return {name: convert({**frame, **make()}, vl_version=_version()) for name, make in CHARTS.items()}
