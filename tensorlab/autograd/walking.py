"""From tensors to the nodes behind them, without recursion; a deep graph gets its brakes before anybody may free it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.autograd.guard import put_brakes
from tensorlab.autograd.internals import leaf_node
from tensorlab.autograd.order import numbers_of, ordered
from tensorlab.errors import UnsupportedError
from tensorlab.memory.internals import without_overrides
from tensorlab.memory.naming import type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tensorlab.autograd.order import Row

_HINT = "give the loss: a tensor, or tensors in lists, tuples, dicts and dataclasses"
_NODE: Any = torch.autograd.graph.Node
_MAKER: Any = torch.Tensor.grad_fn
"""A descriptor, which no subclass overrides."""


class Walk(NamedTuple):
    """Every node behind some tensors."""

    nodes: list[Any]
    """As they were found."""
    rows: list[Row]
    """The edges of each: output, target, input, by place."""
    places: list[int]
    """Places in the order of their numbers."""
    numbers: list[int]
    """Of each place, its number."""
    place_of: dict[Any, int]
    """Of each node, its place."""
    roots: tuple[tuple[int, int], ...]
    """Number of the node, and which of its outputs, of each tensor that has one."""


def tensors_in(outputs: object) -> dict[str, torch.Tensor]:
    """Tensors in nested lists, tuples, mappings and dataclasses, by what one calls them; once each.

    Raises:
        UnsupportedError: There is none.

    >>> list(tensors_in({"logits": torch.ones(2), "parts": [torch.ones(1), None]}))
    ['logits', 'parts[0]']
    >>> list(tensors_in([torch.ones(2), torch.ones(1)]))
    ['output 0', 'output 1']
    """
    if isinstance(outputs, torch.Tensor):
        return {"loss": outputs}
    found: dict[str, torch.Tensor] = {}
    seen: dict[int, object] = {}
    waiting: list[tuple[str, object]] = [("", outputs)]
    while waiting:
        path, thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, torch.Tensor):
            found[path] = thing
        else:
            waiting += reversed([*_members(path, thing)])
    if not found:
        inside = " without a tensor in it" if isinstance(outputs, (list, tuple, dict, set, frozenset)) else ""
        raise UnsupportedError(f"a graph is that of a loss; got {type_name(outputs)}{inside}", hint=_HINT)
    return found


def _members(path: str, thing: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - anything
    if isinstance(thing, Mapping):
        yield from ((f"{path}[{key!r}]" if path else str(key), item) for key, item in thing.items())
    elif isinstance(thing, (list, tuple, set, frozenset)):
        yield from ((f"{path}[{place}]" if path else f"output {place}", item) for place, item in enumerate(thing))
    elif is_dataclass(thing) and not isinstance(thing, type):
        names = [field.name for field in fields(thing)]
        yield from ((f"{path}.{name}" if path else name, getattr(thing, name, None)) for name in names)


def walk(tensors: Iterable[torch.Tensor]) -> Walk:
    """All nodes behind the tensors; those without a graph are passed over.

    >>> x = torch.ones(3, requires_grad=True)
    >>> found = walk([x * x])
    >>> [node.name() for node in found.nodes], found.rows, found.roots
    (['MulBackward0', 'torch::autograd::AccumulateGrad'], [(0, 1, 0, 1, 1, 0), ()], ((1, 0),))
    """
    with without_overrides():
        starts = [start for tensor in tensors if (start := _start(tensor)) is not None]
        return walk_from(starts)


def walk_from(starts: Sequence[tuple[Any, int]]) -> Walk:
    """All nodes behind these nodes; with each comes the number of one of its outputs."""
    nodes: list[Any] = []
    rows: list[Row] = []
    try:
        index = _explore([node for node, _ in starts], nodes, rows)
    except BaseException:  # what was looked at is unsafe to free without brakes: look at all of it, then go
        nodes.clear()
        rows.clear()
        _explore([node for node, _ in starts], nodes, rows)
        put_brakes(nodes, rows, ordered(rows, range(len(nodes))).heights)
        raise
    order = ordered(rows, [*dict.fromkeys(index[node] for node, _ in starts)])
    put_brakes(nodes, rows, order.heights)
    numbers = numbers_of(order.places)
    roots = tuple((numbers[index[node]], output) for node, output in starts)
    return Walk(nodes, rows, order.places, numbers, index, roots)


def _start(tensor: torch.Tensor) -> tuple[Any, int] | None:
    """Its node and which output of that it is; None where it has no graph."""
    try:
        node = _MAKER.__get__(tensor)
    except RuntimeError:  # a view made under no_grad, whose base was written in place since
        return None
    if node is not None:
        return node, torch.Tensor.output_nr.__get__(tensor)  # type: ignore[attr-defined]  # a descriptor
    return (leaf_node(tensor), 0) if torch.Tensor.requires_grad.__get__(tensor) else None  # type: ignore[attr-defined]  # a descriptor


def _explore(starts: Iterable[Any], nodes: list[Any], rows: list[Row]) -> dict[Any, int]:
    """Fill in the nodes, breadth first, and their edges. The first look at a node is what costs the most."""
    nodes += dict.fromkeys(starts)
    index: dict[Any, int] = {node: place for place, node in enumerate(nodes)}
    place_of = index.get
    for node in nodes:
        row: Row = ()
        output = 0
        for target, at in node.next_functions:
            if target is not None:
                place = place_of(target)
                if place is None:
                    index[target] = place = len(nodes)
                    nodes.append(target)
                row += (output, place, at)
            output += 1  # noqa: SIM113 - enumerate costs a tenth more
        rows.append(row)
    return index
