"""The way of a call through torch's dispatcher, and the devices that it knows, in 80 columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tensorlab.quantity import counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.dispatch.routing.record import DeviceTable, Dispatched, DispatchRoute, DispatchStep, KernelKind
    from tensorlab.scene.record import Element

MOST_ROUTES = 8
_WORDS: dict[KernelKind, str] = {
    "own": "a kernel for this key",
    "autograd": "notes a node for backward",
    "every backend": "a kernel for all backends",
    "composite": "calls other operators only",
    "fallback": "one kernel for all operators",
    "fallthrough": "nothing: goes on",
    "none": "no kernel",
}
_SHARD = re.compile(r"(_\d+)?\.cpp$")


def routes_scene(found: Dispatched) -> Group:
    """The kernels that each operator of the call runs, in order; then the keys of each with what they find."""
    shown = found.routes[:MOST_ROUTES]
    children: list[Element] = []
    if not found.routes:
        children.append(Text((Span("no operator of torch's was called"),)))
    else:
        children.append(_kernels(shown))
    children += [Group((_keys(route),), title=f"{route.operator}{_given(route)}") for route in shown]
    if len(found.routes) > MOST_ROUTES:
        children.append(Text((Span(f"and {counted(len(found.routes) - MOST_ROUTES, 'operator')} more", "dim"),)))
    children.append(Group(tuple(_legend(found))))
    return Group(tuple(children), title=f"{found.call} in torch's dispatcher: {counted(len(found.routes), 'operator')}")


def _kernels(routes: tuple[DispatchRoute, ...]) -> Table:
    """A row for each operator that the call comes to, with the kernels that run, each of which calls the next."""
    rows = tuple(
        (Cell(Span(route.operator, "strong"), route.schema), Cell(Span(", then ".join(step.key for step in route.ran))))
        for route in routes
    )
    return Table(("operator", "runs the kernels of"), rows)


def _given(route: DispatchRoute) -> str:
    return f"({', '.join(name for name, _ in route.given)})"


def _keys(route: DispatchRoute) -> Table:
    rows = tuple(
        (
            Cell(Span(step.key, "strong" if step.runs else "dim")),
            Cell(Span(_WORDS[step.kind], "plain" if step.runs else "dim")),
            Cell(Span("yes" if step.runs else "no", "good" if step.runs else "dim")),
            Cell(Span(short_place(step.file), "dim"), note=_place(step)),
        )
        for step in route.steps
    )
    return Table(("key", "finds", "runs", "in"), rows)


def short_place(file: str) -> str:
    """The name of a file of torch's, without its ending and the number of the piece that it was cut into.

    >>> short_place("/build/aten/src/ATen/RegisterCPU_0.cpp"), short_place("")
    ('RegisterCPU', '')
    """
    return _SHARD.sub("", file.rpartition("/")[2])


def _place(step: DispatchStep) -> str:
    return f"registered in {short_place(step.file)}" if step.file else ""


def _legend(found: Dispatched) -> Iterator[Text]:
    if found.routes:
        thread = found.routes[0]
        yield _line(f"this thread adds to every call: {', '.join(thread.included) or 'nothing'}")
        autocast = [key for key in thread.excluded if key.startswith("Autocast")]
        others = [key for key in thread.excluded if key not in autocast]
        taken = [*others, *([f"{counted(len(autocast), 'key')} of autocast"] if autocast else [])]
        yield _line(f"and takes from it: {', '.join(taken) or 'nothing'}")
    for doubt in found.doubts:
        yield Text((Span("doubt: ", "unknown"), Span(doubt)))


def devices_scene(found: DeviceTable) -> Group:
    """A row for each type of device: its key, how many kernels there are for it, and whether it is there."""
    rows = tuple(
        (
            Cell(Span(one.device, "strong" if one.works else "dim")),
            Cell(Span(one.key)),
            Cell(Span(f"{one.kernels:,}"), right=True),
            Cell(Span(_WORDS[one.add])),
            Cell(Span("yes" if one.works else "no", "good" if one.works else "dim"), note=one.reason),
        )
        for one in found.devices
    )
    told = (
        _line("kernels: operators with one registered for that key itself; add: what aten::add.Tensor finds there;"),
        _line("here: whether this process can make a tensor on it"),
    )
    return Group((Table(("device", "key", "kernels", "add", "here"), rows), Group(told)), title=str(found))


def _line(words: str) -> Text:
    return Text((Span(words, "dim"),))
