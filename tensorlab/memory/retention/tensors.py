"""What tensors, modules and optimizers of torch hold: gradients, parameters, buffers, state by parameter."""

from __future__ import annotations

import gc
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.internals import without_overrides
from tensorlab.memory.retention.names import key_piece
from tensorlab.memory.retention.walk import attributes

if TYPE_CHECKING:
    from tensorlab.memory.retention.walk import Children

_FLAT = ("_parameters", "_buffers", "_modules")
"""Dictionaries of a module whose entries are named as if they were its attributes."""
_FACTS: dict[str, Any] = {word: getattr(torch.Tensor, word) for word in ("is_leaf", "requires_grad", "grad")}
"""As torch tells them: a subclass is not asked."""


def held_by(thing: object) -> Children | None:
    """What a tensor, a module or an optimizer holds; None for anything else. Nothing of its class's code is run.

    >>> [piece for piece, _ in held_by(torch.nn.Linear(2, 3))][:2]
    ['.weight', '.bias']
    """
    kind = type(thing)
    if issubclass(kind, torch.Tensor):
        return _of_tensor(thing)
    if issubclass(kind, (torch.UntypedStorage, torch.TypedStorage)):
        return iter(())  # what a typed one wraps is told already
    if issubclass(kind, torch.nn.Module):
        return _of_module(thing)
    if issubclass(kind, torch.optim.Optimizer):
        return _of_optimizer(thing)
    return None


def own(thing: object) -> dict[str, Any]:
    """The attributes of an object by name, as its own dictionary holds them.

    >>> sorted(own(torch.nn.ReLU()))[:2]
    ['_backward_hooks', '_backward_pre_hooks']
    """
    return {piece.lstrip("."): value for piece, value in attributes(thing) or ()}


def gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    """The gradient that a leaf holds; none is made, and nothing warns.

    >>> gradient(torch.ones(2)) is None
    True
    """
    with without_overrides():
        held = all(_FACTS[word].__get__(tensor) for word in ("is_leaf", "requires_grad"))
        return _FACTS["grad"].__get__(tensor) if held else None


def _of_tensor(tensor: Any) -> Children:  # noqa: ANN401 - a tensor, by its type
    found = gradient(tensor)
    if found is not None:
        yield ".grad", found
    yield from attributes(tensor) or ()
    yield from ((".hooks", inner) for inner in gc.get_referents(tensor) if type(inner) is OrderedDict)


def _of_module(module: object) -> Children:
    named = own(module)
    for flat in _FLAT:
        inner = named.pop(flat, None)
        if issubclass(type(inner), dict):
            yield from ((key_piece(key, n), value) for n, (key, value) in enumerate(list(dict.items(inner))))
    yield from ((f".{word}", value) for word, value in named.items())


def _of_optimizer(optimizer: object) -> Children:
    named = own(optimizer)
    groups, state = named.pop("param_groups", None), named.pop("state", None)
    numbers = {id(parameter): n for n, parameter in enumerate(parameters_of(groups))}
    yield ".param_groups", groups
    if issubclass(type(state), dict):
        for n, (key, value) in enumerate(list(dict.items(state))):
            place = numbers.get(id(key))
            yield (f".state{key_piece(key, n)}" if place is None else f".state[{place}]"), value
    yield from ((f".{word}", value) for word, value in named.items())


def parameters_of(groups: Any) -> list[object]:  # noqa: ANN401 - as an optimizer holds them
    """The parameters of an optimizer's groups, in the order of their numbers in its ``state_dict``.

    >>> len(parameters_of(torch.optim.SGD(torch.nn.Linear(2, 3).parameters(), lr=0.1).param_groups))
    2
    """
    found: list[object] = []
    for group in groups if type(groups) is list else ():
        inner = dict.get(group, "params") if issubclass(type(group), dict) else None
        found += inner if type(inner) is list else ()
    return found
