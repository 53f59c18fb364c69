"""Where a NaN or an infinity was born: in forward, masked in forward, or in backward, which is run to find out.

Nothing of the user's is changed: the backward that is run keeps the graph, adds nothing to ``.grad``, and leaves the
state of the random numbers as it was. Hooks that the user registered run in it, as in any backward.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch

from tensorlab.autograd.births.forward import later, masked, origin, spoilt
from tensorlab.autograd.births.leaks import first_of, left, taken
from tensorlab.autograd.births.lineage import is_view, lineage, written_by
from tensorlab.autograd.births.record import NanFinding
from tensorlab.autograd.births.telling import Seen, is_custom, of_node
from tensorlab.autograd.stats import CHECKPOINTS, Watch, run
from tensorlab.autograd.walking import walk
from tensorlab.dispatch.internals import sequence_of
from tensorlab.dispatch.tracer import Tracer
from tensorlab.dispatch.values import nonfinite, settled

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tensorlab.autograd.births.leaks import Node
    from tensorlab.autograd.births.record import NanBirth
    from tensorlab.dispatch.backwards import Backward

Held = Literal["finite", "NaN", "Inf", "unknown"]
_RAN = "backward was run on the graph to look for more; .grad and the graph are as they were"


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
        seen, held = _seen(tracer, loss), _held(loss)
        reaching = _reaching(seen, loss, held)
        reached = reaching | seen.found.ancestors(spoilt(seen, tracer.backwards))
        seen = seen._replace(masked=tuple(masked(seen, reached)))
        first = origin(seen, reaching, is_nan=held == "NaN")
        notes: tuple[str, ...] = ()
        if first is None or (first.source == "written" and held != "NaN"):
            made, notes = _backward(seen, loss)
            first = made if first is None or (made is not None and made.nans) else first
        first = first or later(seen)
    return NanFinding(first=first, masked=tuple(one for one in seen.masked if one != first), loss=held, notes=notes)


def _seen(tracer: Tracer, loss: torch.Tensor | None) -> Seen:
    calls = tracer.calls
    found = lineage(calls)
    number = None if loss is None else tracer.tensor_number(loss)
    last = found.makers.get(-1 if number is None else number, len(calls))
    return Seen(tracer, tracer, calls, found, last, number)


def _held(loss: torch.Tensor | None) -> Held:
    odd = None if loss is None else settled(nonfinite(loss))
    if odd is None:
        return "unknown"
    return "NaN" if odd.nans else "Inf" if odd.infinities else "finite"


def _reaching(seen: Seen, loss: torch.Tensor | None, held: Held) -> set[int]:
    """Calls with what is not finite that led to the loss, in backwards before it too; all, where that is not known."""
    if held == "finite":
        return set()
    if loss is not None and seen.last < len(seen.calls):
        return seen.found.ancestors([seen.last])
    return {number for number in seen.found.taints if seen.calls[number].phase == "forward"}


def _backward(seen: Seen, loss: torch.Tensor | None) -> tuple[NanBirth | None, tuple[str, ...]]:
    """What first made one in the backward of this loss, recorded or run here; else in any that was recorded."""
    runs = seen.tracer.backwards
    own = [run for run in runs if seen.number in run.roots]
    found = _in_runs(seen, own)
    notes: tuple[str, ...] = ()
    if not own and loss is not None and loss.requires_grad:
        probe, nodes, notes = _probed(loss)
        probed = seen._replace(tracer=probe, calls=probe.calls, found=lineage(probe.calls))
        found = _in_nodes(probed, nodes, probed.found.taints)
    if found is None and runs:
        before = [number for number in spoilt(seen, runs) if number < seen.last]
        found = origin(seen, seen.found.ancestors(before[:1]), is_nan=True) or _in_runs(seen, runs)
    return found, notes


def _in_runs(seen: Seen, runs: Sequence[Backward]) -> NanBirth | None:
    """The first in backwards that were recorded."""
    if not runs:
        return None
    again = _run_again(seen)
    nodes = taken(seen.calls, seen.found, again)
    within: set[int] = set()
    for one in runs:
        stop = len(seen.calls) if one.until < 0 else one.until
        within.update(range(one.at, stop))
        if one.inputs is not None:  # the caller takes what nodes give
            nodes |= left(seen.calls[one.at : stop], again)
    return _in_nodes(seen, nodes, (seen.found.taints.keys() & within) - again)


def _run_again(seen: Seen) -> set[int]:
    """Calls that Python code made within a node, with gradients: a checkpoint runs forward again."""
    return {
        number
        for number in seen.found.taints
        if (node := seen.calls[number].node) is not None
        and seen.calls[number].grad
        and not is_custom(node[0])
        and seen.tracer.python_line(number)
    }


def _in_nodes(seen: Seen, nodes: Collection[Node], numbers: Collection[int]) -> NanBirth | None:
    """The first call that gave what is not finite, of a node that gave it on: some put it right before they end."""
    calls, taints = seen.calls, seen.found.taints
    made = [number for number in numbers if any(taints[number].gave) and calls[number].node in nodes]
    made = [number for number in made if not is_view(calls[number], written_by(calls[number]))]
    number = first_of(made, calls, seen.found)
    return None if number is None else of_node(seen, number)


def _probed(loss: torch.Tensor) -> tuple[Tracer, set[Node], tuple[str, ...]]:
    """What a backward that is run here did, and the nodes that gave on what is not finite."""
    found, probe = walk([loss]), Tracer()
    if any(node.name() in CHECKPOINTS for node in found.nodes):
        return (
            probe,
            set(),
            ("backward was not run: a reentrant checkpoint would add to .grad; run it in the recording",),
        )
    watch = Watch()
    one = torch.ones_like(loss).detach()
    state = torch.get_rng_state()
    try:
        with probe:
            run(dict(enumerate(found.nodes)), watch, ([loss], [one]), retain_graph=True)
    except RuntimeError as error:
        return probe, set(), (f"backward cannot be run again: {(str(error).splitlines() or [''])[0][:120]}",)
    finally:
        torch.set_rng_state(state)
    bad = {place for place, seen in watch.found.items() if seen.nonfinite}
    leaking = {
        (type(node).__name__, sequence_of(node))
        for node, row in zip(found.nodes, found.rows, strict=True)
        if not bad.isdisjoint(row[1::3])
    }
    return probe, leaking, (_RAN,)
