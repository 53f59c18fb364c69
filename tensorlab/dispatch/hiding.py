"""What operators save in nodes that show nothing of it: writes through views, operators on lists of tensors (foreach).

Such an operator is remembered with its arguments, its tensors as numbers. When somebody asks, it runs again on tensors
without elements, under hooks that see what it saves: what the user's own call did is neither changed nor held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.dispatch.internals import NO_FUNCTIONS, is_view
from tensorlab.memory.internals import storage_key
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.dispatch.identities import Look
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.memory.record import MemoryMap

_STORAGE = 1
"""Its place in a look."""
_FOREACH = "aten::_foreach_"
NEVER: set[int] = set()
"""Identities of operators that hide nothing; a tracer keeps each operator that it saw."""


class Hidden(NamedTuple):
    """One tensor that a hiding node keeps."""

    memory: MemoryMap
    """Its layout; where it lies only where that storage is known."""
    storage: int | None
    """Number of its storage in the recording; None for one that the operator made for itself."""
    made: bool
    """Whether it was computed on the way: by the operator itself, or by one that autograd recorded."""


class Remembered(NamedTuple):
    """One call that may have made a hiding node."""

    sequence: int
    """Of that node."""
    func: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    looks: tuple[Look, ...]
    needs: tuple[bool, ...]
    """Whether each of its tensors required a gradient; what it looked like when it was made does not tell."""


class _Given(NamedTuple):
    """In the place of a tensor: which of the looks it is."""

    place: int


def remembered(
    func: Any,  # noqa: ANN401 - an operator
    args: tuple[Any, ...],
    kwargs: dict[str, Any] | None,
    looks: Sequence[Look],
    count: int,
) -> Remembered | None:
    """The call, where it makes a node that hides what it saves; None for nearly all.

    ``count`` is autograd's count of nodes when the operator reaches its kernel: of a foreach the node is there, the
    one of a write through a view comes next.
    """
    listed = _lists(func)
    if listed is None:
        NEVER.add(id(func))
        return None
    if not torch.is_grad_enabled():
        return None
    if not listed and not (args and isinstance(args[0], torch.Tensor) and is_view(args[0])):
        return None
    needs: list[bool] = []
    given = tuple(_without_tensors(thing, needs) for thing in args)
    named = {key: _without_tensors(thing, needs) for key, thing in (kwargs or {}).items()}
    if not any(needs) or len(needs) != len(looks):
        return None
    return Remembered(count - 1 if listed else count, func, given, named, tuple(looks), tuple(needs))


def _lists(func: Any) -> bool | None:  # noqa: ANN401 - an operator
    """Whether it takes lists of tensors, or writes; None for any other."""
    schema = getattr(func, "_schema", None)
    if schema is None:
        return None
    if schema.name.startswith(_FOREACH):
        return None if schema.is_mutable else True
    return False if schema.is_mutable else None


def _without_tensors(thing: Any, needs: list[bool]) -> Any:  # noqa: ANN401 - any argument
    if isinstance(thing, torch.Tensor):
        needs.append(thing.requires_grad)
        return _Given(len(needs) - 1)
    if type(thing) in {list, tuple}:
        return type(thing)(_without_tensors(item, needs) for item in thing)
    return thing


def by_node(tracer: Tracer) -> dict[int, Remembered]:
    """The calls that a tracer remembers, by the sequence numbers of their nodes; of several the last."""
    return {call.sequence: call for call in tracer.hiding}


def hidden(tracer: Tracer, sequence: int, calls: Mapping[int, Remembered] | None = None) -> tuple[Hidden, ...] | None:
    """What the node of a sequence number keeps, where it hides that; None where it is not known.

    ``calls`` are those of ``by_node``, for who asks for several.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> x = torch.ones(3, 4, requires_grad=True).clone()
    >>> with Tracer() as tracer:
    ...     _ = x[1:].mul_(torch.full((2, 4), 2.0))
    >>> [found.memory.shape for found in hidden(tracer, x.grad_fn._sequence_nr())]
    [(2, 4)]
    """
    call = (by_node(tracer) if calls is None else calls).get(sequence)
    if call is None:
        return None
    try:
        with NO_FUNCTIONS(), torch.random.fork_rng(devices=[]), tracer.quiet():
            return _again(call, tracer)
    except Exception:  # noqa: BLE001 - an operator that needs elements, or a tensor that is none of torch's own
        return None


def _again(call: Remembered, tracer: Tracer) -> tuple[Hidden, ...]:
    """Run it on tensors without elements, and see what it saves."""
    bases: dict[tuple[int, Any], torch.Tensor] = {}
    grad = {look[_STORAGE] for look, needs in zip(call.looks, call.needs, strict=True) if needs}
    stand_ins = [_stand_in(look, tracer, bases, needs=look[_STORAGE] in grad) for look in call.looks]
    seen: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        seen.append(tensor)
        return tensor

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(pack, pack):
        args = [_with_tensors(thing, stand_ins) for thing in call.args]
        call.func(*args, **{key: _with_tensors(thing, stand_ins) for key, thing in call.kwargs.items()})
    homes = {storage_key(base.untyped_storage()): number for (number, _), base in bases.items()}
    found = []
    for tensor in seen:
        number = homes.get(storage_key(tensor.untyped_storage()))
        found.append(Hidden(describe(tensor), number, number is None or number in grad))
    return tuple(found)


def _stand_in(look: Look, tracer: Tracer, bases: dict[tuple[int, Any], torch.Tensor], *, needs: bool) -> torch.Tensor:
    """A tensor without elements that lies in its storage as the user's did."""
    memory = tracer.identities.map(look)
    if memory.layout is None or memory.storage is None or memory.storage.nbytes is None or memory.dtype is None:
        raise RuntimeError
    size, dtype = memory.layout.itemsize, getattr(torch, memory.dtype.name)
    key = look[_STORAGE], dtype
    if key not in bases:
        base = torch.empty(memory.storage.nbytes // size, dtype=dtype, device="meta")
        bases[key] = base.requires_grad_().clone() if needs else base
    strides = tuple(stride // size for stride in memory.layout.strides)
    return bases[key].as_strided(memory.layout.shape, strides, memory.layout.offset // size)


def _with_tensors(thing: Any, stand_ins: Sequence[torch.Tensor]) -> Any:  # noqa: ANN401 - any argument
    if isinstance(thing, _Given):
        return stand_ins[thing.place]
    if type(thing) in {list, tuple}:
        return type(thing)(_with_tensors(item, stand_ins) for item in thing)
    return torch.device("meta") if isinstance(thing, torch.device) else thing
