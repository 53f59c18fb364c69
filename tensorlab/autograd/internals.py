"""The only file of this package with torch's private names. Each has a fallback, so that a torch without it works."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import repeat
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.internals import without_dispatch, without_overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_RAW = "_raw_saved_"
_PLAIN = "_saved_"
FUNCTION_SLOTS = "tensors"
"""The slot in which a Python Function keeps what it gave to ``save_for_backward``."""
GENERIC = "CppFunction"
"""The type of nodes of torch's C++ code that have none of their own: all that they save is hidden."""
_LEAF_SEQUENCE = 2**63
"""From here on autograd does not count: a leaf has the largest number that there is."""

SAVED: object = getattr(getattr(torch._C, "_autograd", None), "SavedTensor", None)  # noqa: SLF001 - this file is for that
"""The type of what a slot gives."""
version: Callable[[torch.Tensor], int] = attrgetter("_version")
"""How often a tensor's memory was written; an inference tensor raises."""
_metadata: Callable[[object], Any] = attrgetter("_input_metadata")
_sequence: Callable[[object], int] = methodcaller("_sequence_nr")
_key: Callable[[torch.UntypedStorage], int] = attrgetter("_cdata")
_storage: Callable[[torch.Tensor], torch.UntypedStorage] = torch.Tensor.untyped_storage


def slot_readers(node: object) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The slots that nodes of this type have, by torch's names, and what reads each without firing a hook.

    >>> [name for name, _ in slot_readers(torch.ones(3, requires_grad=True).sigmoid().grad_fn)]
    ['result']
    """
    names = (name for name in dir(type(node)) if name.startswith(_RAW))
    return tuple((name.removeprefix(_RAW), attrgetter(name)) for name in sorted(names))


def is_gone(node: object, slot: str) -> bool:
    """Whether a slot without data and without hooks was freed; otherwise nothing was ever saved in it.

    >>> made = torch.ones(3, requires_grad=True).sigmoid()
    >>> made.sum().backward()
    >>> is_gone(made.grad_fn, "result")
    True
    """
    try:
        getattr(node, _PLAIN + slot, None)
    except RuntimeError:
        return True
    return False


def addresses(tensors: Sequence[torch.Tensor]) -> list[int]:
    """Where the storages of tensors lie; asking makes no copy of one whose bytes are another's until it is written.

    >>> base = torch.ones(3)
    >>> addresses([base[1:]]) == [base.untyped_storage().data_ptr()]
    True
    """
    ask = getattr(torch._C, "_data_address", None)  # noqa: SLF001 - this file is for that
    return list(map(ask, tensors)) if ask is not None else [tensor.untyped_storage().data_ptr() for tensor in tensors]


def storage_keys(tensors: Sequence[torch.Tensor]) -> list[int]:
    """Of each tensor, what tells its storage from all others while that lives.

    >>> base, other = torch.ones(3), torch.ones(3)
    >>> one, same, another = storage_keys([base, base[1:], other])
    >>> one == same, one == another
    (True, False)
    """
    ask = getattr(torch._C, "_storage_address", None)  # noqa: SLF001 - this file is for that
    return list(map(ask, tensors)) if ask is not None else list(map(_key, map(_storage, tensors)))


def likeness(tensor: torch.Tensor, count: int) -> Callable[..., bool]:
    """What tells whether so many different tensors surely have this one's type, dtype, device, shape and strides.

    Lazy signs count, too. False where one stands there twice, and with a torch that cannot compare many at once.

    >>> alike = likeness(torch.ones(3), 2)
    >>> alike(torch.ones(3), torch.zeros(3)), alike(torch.ones(3), torch.ones(6)[::2])
    (True, False)
    """
    guards: Any = getattr(getattr(getattr(torch._C, "_dynamo", None), "guards", None), "TensorGuards", None)  # noqa: SLF001 - this file is for that
    if guards is None:
        return _unlike
    sizes, strides = [[*tensor.shape]] * count, [[*tensor.stride()]] * count
    made = guards(*repeat(tensor, count), dynamic_dims_sizes=sizes, dynamic_dims_strides=strides)
    check: Callable[..., bool] = made.check
    return check


def _unlike(*_: torch.Tensor) -> bool:
    return False


def metadata_reader(node: object) -> Callable[[Any], Any]:
    """What gives shapes and dtypes of the outputs of such a node's operation, or nothing where torch tells nothing."""
    return _metadata if hasattr(node, "_input_metadata") else _nothing


_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OWN = re.compile(r"(\w+?)Backward\d+")


def gives_one(name: str) -> bool:
    """Whether the operation of nodes of this name gives one tensor, as its schemas say; False where unsure.

    >>> gives_one("AddmmBackward0"), gives_one("UnbindBackward0"), gives_one("MaxBackward0"), gives_one("Mine")
    (True, False, False, False)
    """
    found = _OWN.fullmatch(name)
    if found is None:
        return False
    try:
        operator: Any = getattr(torch.ops.aten, _CAPITAL.sub("_", found[1]).lower())
        schemas = [getattr(operator, overload)._schema for overload in operator.overloads()]  # noqa: SLF001 - this file is for that
    except AttributeError:
        return False
    gives = {tuple(str(given.type) for given in schema.returns) for schema in schemas}
    return {kinds for kinds in gives if any("Tensor" in kind for kind in kinds)} == {("Tensor",)}


def sequence_reader(node: object) -> Callable[[Any], int]:
    """What gives autograd's own count of such a node: -1 for a leaf, or where torch tells nothing."""
    known = hasattr(node, "_sequence_nr") and _sequence(node) < _LEAF_SEQUENCE
    return getattr(type(node), "_sequence_nr", _sequence) if known else _uncounted


def _nothing(_: object) -> tuple[()]:
    return ()


def _uncounted(_: object) -> int:
    return -1


def leaf_node(tensor: torch.Tensor) -> Any:  # noqa: ANN401 - nodes have no public type with all of this
    """The node at which a leaf's gradient is added up. No mode sees how it is found.

    >>> leaf_node(torch.ones(3, requires_grad=True)).name()
    'torch::autograd::AccumulateGrad'
    """
    with without_overrides(), without_dispatch(), torch.enable_grad():
        made: Any = torch.Tensor.view_as(tensor, tensor).grad_fn
    return made.next_functions[0][0]


@contextmanager
def quiet_leaves(leaves: Iterable[object]) -> Iterator[None]:
    """A context in which the hooks of leaves that run once a gradient was added are set aside; some step an optimizer.

    >>> x = torch.ones(2, requires_grad=True)
    >>> ran = x.register_post_accumulate_grad_hook(lambda leaf: print("added"))
    >>> with quiet_leaves([x]):
    ...     x.sum().backward()
    >>> x.sum().backward()
    added
    """
    aside: list[tuple[Any, dict[Any, Any]]] = []
    for leaf in leaves:
        hooks: Any = getattr(leaf, "_post_accumulate_grad_hooks", None)
        if hooks:
            aside.append((hooks, dict(hooks)))
            hooks.clear()
    try:
        yield
    finally:
        for hooks, kept in aside:
            hooks.update(kept)
