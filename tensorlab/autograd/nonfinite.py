"""Where a NaN or an infinity was born: in forward, masked in forward, or in backward, which is run to find out.

Nothing of the user's is changed: the backward that is run keeps the graph, adds nothing to ``.grad``, and leaves the
state of the random numbers as it was. Hooks that the user registered run in it, as in any backward.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple

import torch

from tensorlab.autograd.births.lineage import birth, lineage, short
from tensorlab.autograd.births.record import NanBirth, NanFinding
from tensorlab.autograd.stats import CHECKPOINTS, Watch, run
from tensorlab.autograd.walking import walk
from tensorlab.dispatch.internals import sequence_of
from tensorlab.dispatch.tracer import Tracer
from tensorlab.dispatch.values import nonfinite, settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.autograd.births.lineage import Lineage
    from tensorlab.dispatch.record import OpCall

Held = Literal["finite", "NaN", "Inf", "unknown"]
_RAN = "backward was run on the graph to look for more; .grad and the graph are as they were"


class Seen(NamedTuple):
    """What was recorded, and what it had to do with NaN and infinities."""

    tracer: Tracer
    calls: Sequence[OpCall]
    found: Lineage
    last: int
    """Number of the call that made the loss; beyond all where that is not known."""


def find_nan(tracer: Tracer, loss: torch.Tensor | None = None) -> NanFinding:
    """The first operation, forward or backward, that made a NaN or an infinity of finite numbers.

    Where the loss is finite, the backward that was recorded is searched; where there was none, one is run: it leaves
    ``.grad``, the graph and the random numbers as they were.

    >>> with Tracer() as tracer:
    ...     x = torch.tensor([0.0, 1.0], requires_grad=True)
    ...     loss = torch.where(x > 0, x.sqrt(), 0).sum()
    >>> print(find_nan(tracer, loss).first.node, x.grad)
    SqrtBackward0 None
    """
    with tracer.quiet():
        seen = _seen(tracer, tracer.calls, loss)
        held = _held(loss)
        reaching = _reaching(seen, loss, held)
        masked = tuple(_masked(seen, reaching))
        first = _forward(seen, reaching, held) if held != "finite" else None
        notes: tuple[str, ...] = ()
        if first is None:
            first, notes = _backward(seen, loss, masked)
        if first is None:
            first = _later(seen)
    return NanFinding(first=first, masked=tuple(one for one in masked if one != first), loss=held, notes=notes)


def _seen(tracer: Tracer, calls: Sequence[OpCall], loss: torch.Tensor | None) -> Seen:
    found = lineage(calls)
    number = None if loss is None else tracer.tensor_number(loss)
    last = found.makers.get(-1 if number is None else number, len(calls))
    return Seen(tracer, calls, found, last)


def _held(loss: torch.Tensor | None) -> Held:
    odd = None if loss is None else settled(nonfinite(loss))
    if odd is None:
        return "unknown"
    return "NaN" if odd.nans else "Inf" if odd.infinities else "finite"


def _reaching(seen: Seen, loss: torch.Tensor | None, held: Held) -> set[int]:
    """Calls with what is not finite that led to the loss; all, where that is not known."""
    if held == "finite":
        return set()
    if loss is not None and seen.last < len(seen.calls):
        return seen.found.ancestors([seen.last])
    return set(seen.found.taints)


def _forward(seen: Seen, reaching: set[int], held: Held) -> NanBirth | None:
    """What first made a NaN, where the loss is one; else an infinity; else what came in with one."""
    numbers = sorted(number for number in reaching if seen.calls[number].phase == "forward")
    taints = seen.found.taints
    made = [number for number in numbers if taints[number].makes]
    nans = [number for number in made if taints[number].gave[0]]
    came = [number for number in numbers if taints[number].came]
    if held == "NaN" and nans:
        made = nans
    if came and (not made or (taints[came[0]].given[0] and came[0] < made[0])):
        return _came_in(seen, came[0])
    written = [number for number in made if birth(seen.calls[number], taints[number]).source != "uninitialised"]
    chosen = next(iter(written or made), None)
    return None if chosen is None else _birth(seen, chosen)


def _birth(seen: Seen, number: int) -> NanBirth:
    taint = seen.found.taints[number]
    of = ""
    if taint.given[1]:
        infinite = sorted(one for one in seen.found.ancestors(taint.parents) if seen.found.taints[one].makes)
        of = f"an infinity of {_place(seen.calls[infinite[0]])}" if infinite else "an infinity that came in"
    return birth(seen.calls[number], taint, of)


def _place(call: OpCall) -> str:
    return " ".join(filter(None, (short(call.name), call.line)))


def _came_in(seen: Seen, number: int) -> NanBirth:
    call, taint = seen.calls[number], seen.found.taints[number]
    place, (nans, infinities) = taint.came[0]
    look = call.inputs[place]
    kind = "a parameter" if "Parameter" in look.type else "a leaf" if "requires_grad" in look.traits else "an input"
    dtype = "" if look.dtype is None else f" {look.dtype.name}"
    return NanBirth(
        op=f"{kind}{dtype} {look.shape}",
        source="came in",
        line=call.line,
        module=call.module,
        call=number,
        nans=nans,
        infinities=infinities,
        numel=prod(side for side in look.shape or () if isinstance(side, int)),
    )


def _masked(seen: Seen, reaching: set[int]) -> list[NanBirth]:
    """NaN that forward made and that did not reach the loss; of infinities many are made on purpose, for a softmax."""
    found = []
    for number, taint in sorted(seen.found.taints.items()):
        call = seen.calls[number]
        is_nan = taint.makes and taint.gave[0] and call.phase == "forward"
        if is_nan and number < seen.last and number not in reaching:
            one = replace(_birth(seen, number), masked=True)
            found += [one] if one.source != "uninitialised" else []
    return found


def _later(seen: Seen) -> NanBirth | None:
    """What was made after the loss: by the step of an optimizer."""
    taints = seen.found.taints
    later = sorted(n for n in taints if n > seen.last and taints[n].makes and seen.calls[n].phase == "forward")
    return _birth(seen, later[0]) if later else None


def _backward(
    seen: Seen, loss: torch.Tensor | None, masked: tuple[NanBirth, ...]
) -> tuple[NanBirth | None, tuple[str, ...]]:
    """What first made one in the backward that was recorded, or in one that is run."""
    if any(call.phase == "backward" for call in seen.calls):
        return _in_backward(seen, seen.calls, masked, None), ()
    if loss is None or not loss.requires_grad:
        return None, ()
    calls, leaking, notes = _probed(loss)
    return _in_backward(seen, calls, masked, leaking), notes


def _in_backward(
    seen: Seen, calls: Sequence[OpCall], masked: tuple[NanBirth, ...], leaking: set[tuple[str, int | None]] | None
) -> NanBirth | None:
    """The first call that gave what is not finite, of a node that gave it on: some put it right before they end."""
    found = seen.found if calls is seen.calls else lineage(calls)
    given_on = leaking if leaking is not None else set(_given_on(calls, found))
    numbers = sorted(n for n, taint in found.taints.items() if any(taint.gave) and calls[n].node in given_on)
    if not numbers:
        return None
    call, taint = calls[numbers[0]], found.taints[numbers[0]]
    name, sequence = call.node or ("", None)
    origin = seen.tracer.origin(sequence, name)
    line, module, made = ("", "", "") if origin is None else (origin[0], origin[1], origin[2])
    saved = any(taint.given)
    op = made.rpartition(".")[2].strip("_") or name.partition("Backward")[0].lower()
    of = "what it was given, which is not finite" if saved else ""
    if saved and masked:
        of = f"the NaN that {masked[-1].op} {masked[-1].line} made in forward".replace("  ", " ")
    return replace(
        birth(call, taint),
        op=op,
        node=name,
        phase="backward",
        source="saved" if saved else "op",
        line=line or call.line,
        module=module or call.module,
        call=call.number if calls is seen.calls else None,
        of=of,
    )


def _given_on(calls: Sequence[OpCall], found: Lineage) -> Iterator[tuple[str, int | None]]:
    """Nodes of which another node took what is not finite."""
    for number, taint in found.taints.items():
        node = calls[number].node
        for parent in taint.parents:
            maker = calls[parent].node
            if maker is not None and maker != node:
                yield maker


def _probed(loss: torch.Tensor) -> tuple[Sequence[OpCall], set[tuple[str, int | None]], tuple[str, ...]]:
    """The calls of a backward that is run here, and the nodes that gave on what is not finite."""
    found = walk([loss])
    if any(node.name() in CHECKPOINTS for node in found.nodes):
        return (), set(), ("backward was not run: a reentrant checkpoint would add to .grad; run it in the recording",)
    watch = Watch()
    one = torch.ones_like(loss).detach()
    state = torch.get_rng_state()
    probe = Tracer()
    try:
        with probe:
            run(dict(enumerate(found.nodes)), watch, ([loss], [one]), retain_graph=True)
    except RuntimeError as error:
        return (), set(), (f"backward cannot be run again: {(str(error).splitlines() or [''])[0][:120]}",)
    finally:
        torch.set_rng_state(state)
    bad = {place for place, seen in watch.found.items() if seen.nonfinite}
    leaking = {
        (type(node).__name__, sequence_of(node))
        for node, row in zip(found.nodes, found.rows, strict=True)
        if not bad.isdisjoint(row[1::3])
    }
    return probe.calls, leaking, (_RAN,)
