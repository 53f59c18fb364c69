"""Where what was computed from a tensor loses its way back to it: the cut, among the calls that ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.dispatch.record import OpCall

JOINED: Literal["joined"] = "joined"
EXITS = ("item", "tolist", "numpy", "__array__", "__float__", "__int__", "__bool__", "_local_scalar_dense", "__index__")
"""Calls that take values out of torch: what is made of them in Python, torch does not see."""
ENTRANCES = ("tensor", "as_tensor", "from_numpy", "full", "fill_", "scalar_tensor", "asarray", "lift_fresh")
"""Calls that make tensors of values from outside torch."""

_SETTERS = ("requires_grad", "requires_grad_")


class Cut(NamedTuple):
    """What became of the way from a tensor to the loss."""

    used: bool
    """Whether any call was given the tensor."""
    joined: bool
    """Whether gradients find their way from the loss to it, as far as the calls tell."""
    call: OpCall | None = None
    """The call that cut it off, on the way to the loss."""
    left: OpCall | None = None
    """No way leads to the loss, but this call took values out of torch."""
    entered: OpCall | None = None
    """The call that may have brought them back."""
    last: OpCall | None = None
    """Of a tensor from which no way leads to the loss, the last call that used it or what was made of it."""
    late: bool = False
    """It was used before it was told to require grad."""
    twin: OpCall | None = None
    """A call that was given another tensor over the same memory, which no call made: a Parameter of it."""


def follow(
    calls: Sequence[OpCall], tensor: int | None, loss: int | None, home: int | None = None, *, ends: bool = True
) -> Cut:
    """Follow a tensor through the calls to the loss.

    Args:
        calls: All that ran.
        tensor: Number of the tensor in them; None where no call had it.
        loss: Number of the loss.
        home: Number of the storage that the tensor lies in.
        ends: Whether the loss has a graph.

    >>> follow((), None, 7)
    Cut(used=False, joined=False, call=None, left=None, entered=None, last=None, late=False, twin=None)
    """
    if tensor is None:
        return Cut(used=False, joined=False)
    trail = _Trail(calls, tensor, loss, home, ends=ends)
    for call in calls:
        if call.phase == "forward":
            trail.pass_through(call)
    return trail.cut()


class _Trail:
    """The tensors that were computed from one, and the state of each."""

    def __init__(self, calls: Sequence[OpCall], tensor: int, loss: int | None, home: int | None, *, ends: bool) -> None:
        self._loss, self._ends = loss, ends
        self._tensor = tensor
        self._states: dict[int, OpCall | Literal["joined"]] = {tensor: JOINED}
        self._flags = _flags(calls)
        self._later = _later_flags(calls, self._flags)
        self._members: dict[int, set[int]] = {}
        self._left: OpCall | None = None
        self._entered: OpCall | None = None
        self._last: OpCall | None = None
        self._twin: OpCall | None = None
        self._home: int | None = home
        self._used = self._late = False

    def pass_through(self, call: OpCall) -> None:
        """What one call makes of what it was given."""
        self._look_for_twins(call)
        given = [number for number in call.tensors[0] if number in self._states]
        self._remember(call)
        short = plain_name(call)
        if self._left is not None and not given and not {short, user_name(call)}.isdisjoint(ENTRANCES):
            self._entered = call
        if not given:
            return
        if given == [self._tensor] and _is_no_use(call):
            return
        self._last = call
        if self._tensor in given:
            self._late = self._late or (self._used and short in _SETTERS)
            self._used = self._used or short not in _SETTERS
        if self._left is None and not {short, user_name(call)}.isdisjoint(EXITS):
            states = {self._states[number] for number in given}
            cut = next((state for state in states if state != JOINED), None)
            self._left = call if JOINED in states or cut is None else cut
        if short not in _SETTERS:
            self._spread(call, [self._states[number] for number in given])

    def _look_for_twins(self, call: OpCall) -> None:
        """A tensor that appears over the memory of one that is followed, and that no call made, is cut off from it."""
        for number, storage in zip(call.tensors[0], call.storages[0], strict=False):
            here = self._members.get(storage, set())
            if number not in here and any(self._states.get(other) == JOINED for other in here):
                self._twin = self._twin or call
            if number not in here and storage == self._home and number != self._tensor:
                self._twin = self._twin or call

    def _remember(self, call: OpCall) -> None:
        for numbers, storages in zip(call.tensors, call.storages, strict=True):
            for number, storage in zip(numbers, storages, strict=False):
                self._members.setdefault(storage, set()).add(number)

    def _spread(self, call: OpCall, states: list[OpCall | Literal["joined"]]) -> None:
        """Every tensor that the call touched is joined, or cut off by it or by what cut its sources off."""
        is_joined = JOINED in states
        cuts: list[OpCall] = [state for state in states if not isinstance(state, str)]
        origin = call if is_joined else min(cuts, key=_number)
        made = call.sequence[0] < call.sequence[1]
        revived = not is_joined and not made and not any(self._flags[call.number])  # inside a custom Function
        for number in set(self._touched(call)) - {self._tensor}:
            before = self._states.get(number)
            if self._live(number, call) and (is_joined or revived):
                self._states[number] = JOINED
            elif before is None or before == JOINED:
                self._states[number] = origin

    def _touched(self, call: OpCall) -> Iterator[int]:
        """What the call gave, and everything that lies in memory that it wrote."""
        yield from dict.fromkeys(call.tensors[1])
        in_place = plain_name(call).endswith("_")  # the view that was written may be gone: x[0] = 1
        for place, (number, storage, (before, after)) in enumerate(zip(*_inputs(call), strict=False)):
            if before != after or (in_place and not place):
                yield number
                yield from self._members.get(storage, ())

    def _live(self, number: int, call: OpCall) -> bool:
        """Whether a graph leads to it when it is used next."""
        if number == self._loss:
            return self._ends
        return next((flag for at, flag in self._later.get(number, ()) if at > call.number), True)

    def cut(self) -> Cut:
        """What became of the way to the loss."""
        state = self._states.get(self._loss) if self._loss is not None else None
        joined = state == JOINED
        call = None if state is None or state == JOINED else state
        lost = state is None
        return Cut(
            used=self._used,
            joined=joined,
            call=call,
            left=self._left if lost else None,
            entered=self._entered if lost else None,
            last=self._last if lost else None,
            late=self._late,
            twin=self._twin if lost else None,
        )


def _is_no_use(call: OpCall) -> bool:
    """Whether a call of one tensor asked for its gradient, or wrote its numbers unrecorded, as what fills a new one."""
    writes = plain_name(call).endswith("_") and plain_name(call) not in {*_SETTERS, "detach_"}
    return call.name.startswith("Tensor.grad.") or (writes and call.sequence[0] == call.sequence[1])


def _number(call: OpCall) -> int:
    return call.number


def last_cut(calls: Sequence[OpCall], loss: int | None) -> OpCall | None:
    """The last call on the way to the loss that was given what requires grad, and gave what does not.

    >>> last_cut((), 7) is None
    True
    """
    wanted = {loss}
    flags = _flags(calls)
    for call in reversed(calls):
        if call.phase == "forward" and not wanted.isdisjoint(call.tensors[1]):
            if any(flags[call.number]):
                return call
            wanted.update(call.tensors[0])
    return None


def user_name(call: OpCall) -> str:
    """What the user called, in one word: "linear" of "torch.nn.functional.linear"; else the operator.

    >>> from tensorlab.dispatch.record import OpCall
    >>> user_name(OpCall(number=0, name="aten.addmm.default", call="torch.nn.functional.linear"))
    'linear'
    """
    words = (call.call or call.name).split(".")
    if words[-1] in {"__get__", "__set__"}:
        return words[-2]
    return words[-1] if call.call else plain_name(call)


def _inputs(call: OpCall) -> tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int | None, int | None], ...]]:
    return call.tensors[0], call.storages[0], call.versions


def _flags(calls: Sequence[OpCall]) -> dict[int, tuple[bool, ...]]:
    """Of each call, which of its inputs required grad: as they looked then, or as the call that made them left them."""
    made: dict[int, bool] = {}
    found: dict[int, tuple[bool, ...]] = {}
    for call in calls:
        looks = ("requires_grad" in memory.traits for memory in call.inputs)
        found[call.number] = tuple(flag or made.get(n, False) for n, flag in zip(call.tensors[0], looks, strict=False))
        made.update((n, "requires_grad" in m.traits) for n, m in zip(call.tensors[1], call.outputs, strict=False))
    return found


def _later_flags(calls: Sequence[OpCall], flags: dict[int, tuple[bool, ...]]) -> dict[int, list[tuple[int, bool]]]:
    """Of each tensor, at which calls it was used, and whether a graph led to it there: a new leaf has none."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for call in calls:
        if call.phase == "forward":
            for number, flag, memory in zip(call.tensors[0], flags[call.number], call.inputs, strict=False):
                leaf = "requires_grad" in memory.traits and "non-leaf" not in memory.traits
                found.setdefault(number, []).append((call.number, flag and not leaf))
    return found


def plain_name(call: OpCall) -> str:
    """What an operation is called by its users: "div_" of "aten.div_.Tensor", "add.out" of "aten.add.out".

    >>> from tensorlab.dispatch.record import OpCall
    >>> [plain_name(OpCall(number=0, name=name)) for name in ("aten.div_.Tensor", "aten.add.out", "Tensor.item")]
    ['div_', 'add.out', 'item']
    """
    return plain(call.name)


def plain(name: str) -> str:
    """The same, of the operator's name.

    >>> plain("aten.div_.Tensor")
    'div_'
    """
    words = name.split(".")
    if len(words) == 3 and words[2].endswith("out"):
        return f"{words[1]}.out"
    return words[1] if len(words) > 1 else words[0]
