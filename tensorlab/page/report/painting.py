"""Plots as SVG, by matplotlib: the one module that imports it.

Raises:
    UnavailableError: On import, where matplotlib is not installed.
"""

from __future__ import annotations

import re
from functools import partial
from io import StringIO
from math import atan2, degrees, floor, log10
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from tensorlab.errors import UnavailableError
from tensorlab.page.report.charts import HUES, Bars, visible

try:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator
except ModuleNotFoundError as error:
    if error.name != "matplotlib":
        raise
    raise UnavailableError(
        "bench report needs the extra plot: matplotlib, which draws the plots, is not installed",
        hint="pip install 'tensorlab-toolkit[plot]'",
    ) from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.page.report.charts import Axis, Bar, Chart, Colour, Curve, Plot

WIDTH, HEIGHT = 6.6, 4.4
"""Inches."""
LEGEND = 76
"""Letters that a line of the legend has room for."""
ROW = 0.27
"""Of a bar."""
SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
INKS = {"ink": "#0b0a01", "soft": "#0b0a02", "grid": "#0b0a03", "line": "#0b0a04", "panel": "#0b0a05"}
"""What matplotlib is told for each variable of the page's style: it is put in its place afterwards."""
HUE_INKS = tuple(f"#0b0b{hue:02x}" for hue in range(HUES))
VARIABLES = {ink: f"var(--{name})" for name, ink in INKS.items()} | {
    ink: f"var(--hue{hue})" for hue, ink in enumerate(HUE_INKS)
}
REFERRING = {"href", "clip-path"}
"""Attributes that name another element."""
SIGNS = "osD^vPX*"
PREFIXES = {-9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}
_INK = re.compile("|".join(VARIABLES))
_USED = re.compile(r"#([\w-]+)")


def painted(plot: Plot) -> str:
    """The plot as an ``svg`` element: text is text, colours are variables of the page, each sign says what it is.

    The same plot gives the same bytes, in every process with the same version of matplotlib.

    >>> from tensorlab.page.report.charts import Axis, Chart, Curve, Point
    >>> curve = Curve("torch", (Point(1, 1, "one"), Point(10, 5, "ten")), 0)
    >>> picture = painted(Chart("add", "add", Axis("elements"), Axis("seconds"), (curve,)))
    >>> picture[:4], "<title>ten</title>" in picture, "var(--hue0)" in picture
    ('<svg', True, True)
    """
    style: Any = _style(plot.key)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style)
        figure = Figure(figsize=(WIDTH, _height(plot)), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        told = _barred(axes, plot) if isinstance(plot, Bars) else _plotted(axes, plot)
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return _finished(text.getvalue(), plot, told)


def _style(key: str) -> dict[str, Any]:
    text = dict.fromkeys(("axes.labelcolor", "xtick.color", "ytick.color", "text.color"), INKS["soft"])
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": key,
        "text.parse_math": False,
        "font.family": "DejaVu Sans",
        "font.size": 10.0,
        "axes.edgecolor": INKS["line"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": INKS["grid"],
        "grid.linewidth": 0.7,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "lines.markersize": 5.5,
        "legend.frameon": False,
        "legend.labelcolor": INKS["ink"],
        "legend.fontsize": 9.5,
        **text,
    }


def _height(plot: Plot) -> float:
    return 1.1 + ROW * len(plot.bars) if isinstance(plot, Bars) else HEIGHT


def _ink(colour: Colour) -> str:
    return HUE_INKS[colour % HUES] if isinstance(colour, int) else INKS[colour]


def _plotted(axes: Any, chart: Chart) -> dict[str, list[str]]:  # noqa: ANN401 - matplotlib's axes carry no types
    """Draws; for each group of signs by its name, what each of them says."""
    told: dict[str, list[str]] = {}
    for number, curve in enumerate(chart.curves):
        points = visible(curve, chart)
        name = f"signs-{number}"
        axes.plot(
            [point.x for point in points],
            [point.y for point in points],
            gid=name,
            **_looks(curve),
        )
        told |= {name: [point.told for point in points]} if curve.marks else {}
    for axis, side in ((chart.x, axes.xaxis), (chart.y, axes.yaxis)):
        _scaled(axes, side, axis)
    if any(curve.name for curve in chart.curves):
        longest = max(len(curve.name) for curve in chart.curves)
        columns = max(1, min(4, LEGEND // (longest + 5)))
        axes.figure.legend(loc="outside upper left", ncols=columns, handlelength=1.6, columnspacing=1.2)
    _written(axes, chart)
    return told


def _scaled(axes: Any, side: Any, axis: Axis) -> None:  # noqa: ANN401 - matplotlib's axes carry no types
    side.set_label_text(axis.label)
    if axis.log:
        (axes.set_xscale if side is axes.xaxis else axes.set_yscale)("log")
        side.set_minor_locator(NullLocator())
        low, high = side.get_view_interval()
        side.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 80 * low else (1,), numticks=9))
    if axis.marks:
        side.set_major_locator(FixedLocator(list(axis.marks)))
    side.set_major_formatter(FuncFormatter(partial(_tick, unit=axis.unit)))


def _written(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - matplotlib's axes carry no types
    """Words along their curves: how steep these are is known when everything else has its place."""
    if not chart.words:
        return
    axes.set_autoscale_on(False)
    axes.figure.draw_without_rendering()
    for word in chart.words:
        ends = axes.transData.transform([(word.x, word.y), (2 * word.x, word.y * 2**word.slope)])
        angle = degrees(atan2(ends[1][1] - ends[0][1], ends[1][0] - ends[0][0]))
        looks = {"color": INKS["ink"], "fontsize": 9, "clip_on": True, "va": "bottom", "rotation_mode": "anchor"}
        axes.text(word.x, word.y, word.text, rotation=angle, **looks)


def _looks(curve: Curve) -> dict[str, Any]:
    ink = _ink(curve.colour)
    sign = SIGNS[curve.colour % len(SIGNS)] if isinstance(curve.colour, int) else "o"
    return {
        "color": ink,
        "linestyle": {"solid": "-", "dashed": (0, (4, 2.5)), "none": ""}[curve.line],
        "linewidth": 1.2 if curve.colour == "soft" else 1.8,
        "marker": sign if curve.marks else "",
        "markeredgecolor": INKS["panel"],
        "markeredgewidth": 0.8,
        "label": curve.name or "_nolegend_",
    }


def _tick(value: float, _place: object = None, *, unit: str = "") -> str:
    """A number in few letters: 1, 10, 1k, 1M; with a unit 1 ms, 10 µs; otherwise below 1 as it is."""
    if value <= 0:
        return f"{value:g}"
    power = min(max(3 * floor(log10(value * 1.0001) / 3), -9 if unit else 0), 12)
    scaled = value / 10.0**power
    if not unit and (value < 1 or (value < 1e6 and abs(scaled - round(scaled, 1)) > 1e-9)):
        return f"{value:,.6g}"
    return f"{scaled:.4g}{' ' if unit else ''}{PREFIXES[power]}{unit}"


def _barred(axes: Any, plot: Bars) -> dict[str, list[str]]:  # noqa: ANN401 - matplotlib's axes carry no types
    places = range(len(plot.bars))
    values = [bar.value for bar in plot.bars]
    drawn = axes.barh(places, values, height=0.68, color=[_ink(bar.colour) for bar in plot.bars], linewidth=0)
    for number, patch in enumerate(drawn):
        patch.set_gid(f"bar-{number}")
    for number, bar in enumerate(plot.bars):
        axes.annotate(bar.text, (bar.value, number), (5, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(places, [bar.name for bar in plot.bars], color=INKS["ink"])
    axes.set_ylim(len(plot.bars) - 0.4, -0.6)
    axes.set_xlim(0, 1.22 * max(values, default=1.0) or 1.0)
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.set_xlabel(plot.label)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    return {f"bar-{number}": [_told(bar)] for number, bar in enumerate(plot.bars)}


def _told(bar: Bar) -> str:
    return bar.told or f"{bar.name}: {bar.text}"


def _finished(text: str, plot: Plot, told: dict[str, list[str]]) -> str:
    """One element, with names of its own and variables for colours."""
    root = ET.fromstring(text)  # noqa: S314 - matplotlib wrote it a moment ago
    for unused in ("metadata", "defs"):
        for child in root.findall(f"{{{SVG}}}{unused}"):
            if unused == "metadata" or child.find(f"{{{SVG}}}style") is not None:
                root.remove(child)
    for group in list(root.iter(f"{{{SVG}}}g")):
        for sign, words in zip(_signs(group), told.get(group.get("id", ""), ()), strict=False):
            if words:
                sign.set("class", "sign")
                ET.SubElement(sign, f"{{{SVG}}}title").text = words
    _named(root, plot.key)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update({"class": "plot", "viewBox": box, "role": "img", "aria-label": plot.title})
    ET.register_namespace("", SVG)
    return _INK.sub(lambda found: VARIABLES[found[0]], ET.tostring(root, encoding="unicode"))


def _signs(group: ET.Element) -> Iterator[ET.Element]:
    """The signs of a curve; the bar itself."""
    if group.get("id", "").startswith("bar-"):
        return iter((group,))
    return group.iter(f"{{{SVG}}}use")


def _named(root: ET.Element, key: str) -> None:
    """Names that something refers to begin with the plot's; others go. Links lose their prefix, which HTML lacks."""
    used = set()
    for element in root.iter():
        target = element.attrib.pop(f"{{{LINK}}}href", None)
        if target is not None:
            element.set("href", target)
        for name in REFERRING & set(element.attrib):
            value = element.attrib[name]
            used |= set(_USED.findall(value))
            element.set(name, value.replace("#", f"#{key}-"))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.set("id", f"{key}-{own}")
