"""A backward pass as a whole: run once, with every gradient told in numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.autograd.flow.asking import asked_for, prepared, told
from tensorlab.autograd.flow.measures import measure
from tensorlab.autograd.flow.order import depths, marked
from tensorlab.autograd.flow.places import places_of
from tensorlab.autograd.flow.record import GradientFlow, GradientStat
from tensorlab.autograd.refusals import first_sentence
from tensorlab.autograd.stats import CHECKPOINTS, Watch, is_leaf, run, run_holding
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import torch

    from tensorlab.autograd.flow.asking import Asked, Pass
    from tensorlab.autograd.flow.measures import Measure

_Made = dict[int, tuple[str, str]]
"""Number of a node -> its module and line."""
_HELD = (
    "a reentrant checkpoint runs a backward of its own: gradients of leaves were added up before they were measured, "
    "and those of leaves that only its function uses are told where model= names them"
)


class Seen(NamedTuple):
    """What a pass left behind."""

    found: dict[int, Measure]
    """Number of a node -> its gradients."""
    leaves: dict[int, Measure]
    """``id`` of a leaf -> its gradient, where those had to be added up first."""
    values: dict[int, torch.Tensor | None]
    """``id`` of a leaf -> its gradient, where it was added up and asked for."""


def flow(asked: Asked) -> GradientFlow:
    """The gradients of one backward pass in numbers; ``.grad`` stays as it is, unless it is to be added to.

    Raises:
        UnsupportedError: There is no graph, it was freed, or backward fails.

    >>> import torch
    >>> from tensorlab.autograd.flow.asking import Asked
    >>> from tensorlab.autograd.flow.record import Limits
    >>> x = torch.ones(3, requires_grad=True)
    >>> print(flow(Asked(x.exp().sum(), {"x": x}, None, None, None, False, False, Limits()))["x"])
    x float32 (3,) norm 4.71 max 2.72 zeros 0%
    """
    current = prepared(asked)
    wrt = asked_for(asked.wrt, current)
    places = {name: _place(tensor, current) for name, tensor in wrt}
    watch = Watch({place: None for place in places.values() if place is not None}, asked.accumulate)
    nodes = [current.found.nodes[place] for place in current.found.places]
    made = places_of(nodes, current.roots)
    try:
        seen = _run(nodes, watch, current, asked)
    except RuntimeError as error:
        raise UnsupportedError(
            f"backward cannot run: {first_sentence(error)}",
            hint="rec.check(loss) of a recording tells which line is in its way",
        ) from error
    stats = list(_stats(nodes, seen, current, made))
    return GradientFlow(
        of=told(current.roots),
        nodes=marked((stat for stat in stats if stat.kind == "node"), asked.limits),
        params=marked((stat for stat in stats if stat.kind == "parameter"), asked.limits),
        wrt=tuple(_at(_of_wanted(name, tensor, places[name], (watch, seen)), made) for name, tensor in wrt),
        limits=asked.limits,
        accumulated=asked.accumulate,
        notes=tuple(current.notes),
    )


def _place(tensor: torch.Tensor, current: Pass) -> tuple[int, int] | None:
    """Node and output number at which a tensor's gradient passes; None where it does not lead to the roots."""
    if tensor.grad_fn is None:
        return next(((number, 0) for number, leaf in current.leaves.items() if leaf is tensor), None)
    place = current.found.place_of.get(tensor.grad_fn)
    return None if place is None else (current.found.numbers[place], tensor.output_nr)


def _run(nodes: list[Any], watch: Watch, current: Pass, asked: Asked) -> Seen:
    """Backward; where a node runs one of its own, gradients of leaves are added up in place of what was there."""
    roots = (current.roots, current.given)
    if not any(node.name() in CHECKPOINTS for node in nodes):
        run(dict(enumerate(nodes)), watch, roots, retain_graph=asked.retain_graph)
        return Seen(watch.found, {}, {})
    current.notes.append(_HELD)
    inner = {number: node for number, node in enumerate(nodes) if not is_leaf(node)}
    leaves = [*current.leaves.values(), *(leaf for leaf in current.outside if leaf.requires_grad and leaf.is_leaf)]
    after = run_holding(
        leaves,
        lambda: run(inner, watch, roots, retain_graph=asked.retain_graph),
        accumulate=asked.accumulate,
    )
    came = {id(leaves[place]): gradient for place, gradient in after.items() if gradient is not None}
    return Seen(watch.found, {key: measure(gradient) for key, gradient in came.items()}, dict(came))


def _at(stat: GradientStat, made: _Made) -> GradientStat:
    """With module and line, where they are known."""
    if stat.number not in made:
        return stat
    module, line = made[stat.number]
    return replace(stat, module=module, line=line)


def _stats(nodes: list[Any], seen: Seen, current: Pass, made: _Made) -> Iterator[GradientStat]:
    """Of each node; of each parameter that is named and is not in the graph, too."""
    walk = current.found
    steps = depths(walk.rows, walk.places)
    for number, node in enumerate(nodes):
        leaf = current.leaves.get(number)
        came = seen.found.get(number) or (None if leaf is None else seen.leaves.get(id(leaf)))
        name = node.name() if leaf is None else current.labels.get(id(leaf), f"leaf {told([leaf])}")
        kind = "node" if leaf is None else "parameter"
        known = {"number": number, "depth": steps[walk.places[number]]}
        yield _at(_stat(name, came, {"kind": kind, **known}), made)
    for leaf in current.outside:
        if leaf.requires_grad:
            yield _stat(current.labels[id(leaf)], seen.leaves.get(id(leaf)), {"kind": "parameter"})


def _stat(name: str, came: Measure | None, known: dict[str, Any]) -> GradientStat:
    if came is None:
        return GradientStat(name=name, **known)
    return GradientStat(
        name=name,
        shape=came.shape,
        dtype=came.dtype,
        norm=came.norm,
        largest=came.largest,
        zeros=came.zeros,
        nonfinite=came.nonfinite,
        **known,
    )


def _of_wanted(
    name: str, tensor: torch.Tensor, place: tuple[int, int] | None, found: tuple[Watch, Seen]
) -> GradientStat:
    """A gradient that was asked for, with its value."""
    watch, seen = found
    value = seen.values.get(id(tensor)) if place is None or tensor.is_leaf else None
    if value is None and place is not None:
        value = watch.wanted[place]
    if value is None:
        return GradientStat(name=name, kind="wrt", shape=tuple(tensor.shape), marks=("no gradient",))
    number = None if place is None else place[0]
    return _stat(name, measure(value), {"kind": "wrt", "number": number, "value": value})
