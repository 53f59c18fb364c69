"""What a layout touches, as lines and as pictures: from integers, whoever has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.cells import grid, ruler, strip
from tensorlab.layout.address import address, axis_names, formula
from tensorlab.layout.facts import contiguous_orders
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.reports.words import overlap_words, stride_words, used_words
from tensorlab.layout.window import visible_indices, window, windows
from tensorlab.scene.record import Group, Span, Text

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout
    from tensorlab.layout.reports.record import LayoutReport
    from tensorlab.layout.window import Window
    from tensorlab.scene.record import Element

_LIMITS = (1, 2, 3, 8, 16)
_FLAT_LIMIT = 64


def bare_layout_scene(layout: Layout) -> Group:
    """The picture of a layout in a storage that ends with its last byte."""
    return layout_scene(report(layout))


def layout_scene(report: LayoutReport) -> Group:
    """The picture of a layout: address formula, what is touched and how often, C order, overlap, strip, grid."""
    layout = report.layout
    lines = [Text((Span(formula(layout, "elements" if _unit(report) == "elements" else "bytes"), "strong"),))]
    lines += [Text((Span(words),)) for words in _facts(report)]
    drawing: list[Element] = []
    if report.lowest is not None:
        unit = ruler(layout, report.nbytes)
        axes = _axes(layout)
        per = unit.bytes if unit.unit == "elements" else 1
        words = tuple(str(address(layout, index) // per) for index in visible_indices(axes))
        title = f"element at each index, by its position in the storage ({unit.unit})"
        drawing = [strip(layout, unit), grid(axes, words, title=title, layout=layout)]
    return Group((Group(tuple(lines)), *drawing), title=_title(report))


def _unit(report: LayoutReport) -> str:
    return "elements" if report.unit == report.layout.itemsize else "bytes"


def _title(report: LayoutReport) -> str:
    kind = f"{report.layout.itemsize} B an element" if report.dtype is None else report.dtype.name
    return f"layout {report.layout.shape} of {kind}, counted in {_unit(report)}"


def _facts(report: LayoutReport) -> list[str]:
    layout = report.layout
    touched = "nothing" if report.lowest is None else f"{report.lowest}..{report.highest}"
    cells = report.nbytes // report.unit
    words = [
        f"touches {touched} of {f'0..{cells - 1}' if cells else 'nothing'}",
        used_words(report),
        f"span {report.span}, holes {_bound(report)}{report.holes}, reuse {_reuse(report)}",
        _order_words(report),
        f"overlap: {overlap_words(layout, report.overlap)}",
    ]
    if any(stride < 0 for stride in layout.strides):
        words.append("negative strides: NumPy has them, torch refuses them")
    return words


def _bound(report: LayoutReport) -> str:
    return "" if report.exact else "at least "


def _reuse(report: LayoutReport) -> str:
    words = f"{report.reuse:.1f}" if report.reuse < 1e6 else f"{report.reuse:.3g}"
    return f"{_bound(report)}{words}"


def _order_words(report: LayoutReport) -> str:
    layout, found = report.layout, report.c_break
    if found is None:
        return "C-contiguous"
    name = axis_names(len(layout.shape))[found.axis]
    stride, needed = stride_words(layout, found.stride), stride_words(layout, found.needed)
    words = f"not C-contiguous: axis {found.axis} ({name}) has stride {stride}, needs {needed}"
    others = contiguous_orders(layout)
    return f"{words}; contiguous in {' and '.join(others)} order" if others else words


def _axes(layout: Layout) -> tuple[Window, ...]:
    if len(layout.shape) == 1:
        return (window(layout.shape[0], _FLAT_LIMIT),)
    return windows(layout, _LIMITS)
