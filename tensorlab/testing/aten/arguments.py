"""Arguments as they come, nested in lists, tuples and dicts: their tensors by name, and others in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def named_tensors(nested: Any, name: str = "") -> Iterator[tuple[str, torch.Tensor]]:  # noqa: ANN401 - anything
    """Each tensor in it, with the way to it.

    >>> [name for name, _ in named_tensors({"x": torch.ones(1), "more": [torch.ones(2), 3]})]
    ['x', 'more[0]']
    """
    if isinstance(nested, torch.Tensor):
        yield name, nested
    elif isinstance(nested, (list, tuple)):
        for number, item in enumerate(nested):
            yield from named_tensors(item, f"{name}[{number}]")
    elif isinstance(nested, dict):
        for key, item in nested.items():
            yield from named_tensors(item, f"{name}[{key!r}]" if name else str(key))


def mapped(nested: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - anything
    """The same nest with what ``change`` gives for each thing in it that is no list, tuple or dict.

    >>> mapped([1, (2, {"a": 3})], lambda leaf: leaf * 10)
    [10, (20, {'a': 30})]
    """
    if isinstance(nested, dict):
        return {key: mapped(item, change) for key, item in nested.items()}
    if not isinstance(nested, (list, tuple)):
        return change(nested)
    items = [mapped(item, change) for item in nested]
    if isinstance(nested, list):
        return items
    return type(nested)(*items) if hasattr(nested, "_fields") else tuple(items)


def with_tensors(nested: Any, tensors: Iterator[torch.Tensor]) -> Any:  # noqa: ANN401 - anything
    """The same nest with these tensors in the places of its own.

    >>> with_tensors([torch.ones(1), 2], iter([torch.zeros(1)]))
    [tensor([0.]), 2]
    """
    return mapped(nested, lambda leaf: next(tensors) if isinstance(leaf, torch.Tensor) else leaf)


def kept(nested: Any) -> Any:  # noqa: ANN401 - anything
    """The same nest with copies of its tensors, so that no later call changes them.

    >>> x = torch.ones(1)
    >>> held = kept((x, 2))
    >>> x.zero_(), held
    (tensor([0.]), (tensor([1.]), 2))
    """
    return mapped(nested, _copied)


def _copied(leaf: Any) -> Any:  # noqa: ANN401 - anything
    return leaf.detach().clone() if isinstance(leaf, torch.Tensor) else leaf
