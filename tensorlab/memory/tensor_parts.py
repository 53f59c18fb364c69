"""Where an odd tensor keeps its elements: the tensors that it is made of, by name. Nothing is described here."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import torch

from tensorlab.memory.internals import (
    attribute,
    component_names,
    coordinates,
    transformed,
    without_dispatch,
)
from tensorlab.memory.naming import reason
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_PARTS = 16
"""Of one tensor, that are described."""
_ROWS = ("crow_indices", "col_indices", "values")
_COLUMNS = ("ccol_indices", "row_indices", "values")
_COMPRESSED = {"sparse_csr": _ROWS, "sparse_bsr": _ROWS, "sparse_csc": _COLUMNS, "sparse_bsc": _COLUMNS}


class Parts(NamedTuple):
    """The tensors that one is made of."""

    named: tuple[tuple[str, torch.Tensor], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    traits: frozenset[str] = frozenset()


def sparse_parts(tensor: torch.Tensor, kind: str) -> Parts:
    """Indices and values of a sparse tensor, whatever mode or transform is on.

    >>> [name for name, _ in sparse_parts(torch.eye(3).to_sparse(), "sparse_coo").named]
    ['indices', 'values']
    """
    with without_dispatch(), torch.no_grad():
        try:
            if kind == "sparse_coo":
                indices, values = coordinates(tensor)
                traits = frozenset() if torch.Tensor.is_coalesced(tensor) else frozenset({"uncoalesced"})
                return Parts((("indices", indices), ("values", values)), traits=traits)
            names = _COMPRESSED.get(kind, ())
            return Parts(tuple((name, getattr(torch.Tensor, name)(tensor)) for name in names))
        except Exception as error:  # noqa: BLE001 - a wrapper of a sparse tensor raises what it likes
            return Parts(doubts=(hidden(error),))


def wrapped_parts(tensor: torch.Tensor) -> Parts:
    """What a subclass without bytes of its own, or a transform of ``torch.func``, wraps.

    A subclass tells by ``__tensor_flatten__``, or else its attributes are looked through.

    >>> [(name, part.shape) for name, part in wrapped_parts(torch._to_functional_tensor(torch.zeros(3))).named]
    [('value', torch.Size([3]))]
    """
    try:
        found = transformed(tensor)
        if found is not None:
            return Parts((("value", found[1]),), traits=frozenset({found[0]}))
        held, doubts = _held(tensor)
    except Exception as error:  # noqa: BLE001 - this is code of the user's
        return Parts(doubts=(hidden(error),))
    some = tuple(islice(held, MOST_PARTS))
    if next(held, None) is not None:
        doubts = (*doubts, Doubt("more-parts", f"more than {MOST_PARTS} components: the first of them are described"))
    return Parts(some, doubts)


def hidden(error: Exception) -> Doubt:
    """The doubt that a component could not be reached.

    >>> hidden(ValueError("no")).text
    'a component is not given: ValueError: no'
    """
    return Doubt("hidden", f"a component is not given: {type(error).__name__}: {reason(error)}")


def _held(tensor: torch.Tensor) -> tuple[Iterator[tuple[str, torch.Tensor]], tuple[Doubt, ...]]:
    known = component_names(tensor)
    if known is not None:
        return _tensors((name, attribute(tensor, inner)) for inner, name in known.items()), ()
    flatten = getattr(type(tensor), "__tensor_flatten__", None)
    if flatten is None:
        return _tensors(iter(list((attribute(tensor, "__dict__") or {}).items()))), ()
    return _flattened(tensor, flatten)


def _flattened(
    tensor: torch.Tensor, flatten: Callable[[torch.Tensor], tuple[object, object]]
) -> tuple[Iterator[tuple[str, torch.Tensor]], tuple[Doubt, ...]]:
    named, doubts = [], []
    for name in islice(flatten(tensor)[0], MOST_PARTS + 1):  # type: ignore[call-overload]  # names, if it keeps its word
        try:
            named.append((str(name), getattr(tensor, name)))
        except Exception as error:  # noqa: BLE001 - this is code of the user's
            doubts.append(hidden(error))
    return _tensors(iter(named)), tuple(doubts)


def _tensors(attributes: Iterator[tuple[str, object]]) -> Iterator[tuple[str, torch.Tensor]]:
    return ((name, inner) for name, inner in attributes if issubclass(type(inner), torch.Tensor))  # type: ignore[misc]  # asked
