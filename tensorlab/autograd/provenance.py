"""What stands in the way of a backward, to the line: before it is called, or when it has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.autograd.findings.history import history
from tensorlab.autograd.findings.lineage import last_cut
from tensorlab.autograd.findings.record import Check, Finding
from tensorlab.autograd.findings.recorded import cut_by
from tensorlab.autograd.findings.slots import CHECKPOINT, slots_of
from tensorlab.autograd.findings.writes import line_of_call
from tensorlab.autograd.internals import sequence_reader
from tensorlab.autograd.walking import walk
from tensorlab.autograd.why import require_tensor
from tensorlab.errors import TensorlabError
from tensorlab.memory.internals import attribute_of_torch, tracks_version, without_dispatch, without_overrides
from tensorlab.memory.registry import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from tensorlab.autograd.findings.record import Write
    from tensorlab.autograd.findings.slots import Slot
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.memory.record import MemoryMap

HIDING = ("CopySlices", "CppFunction")
"""Nodes that show nothing of what they saved."""
OUT_OF_PLACE = "write out of place there (x = x + 1, not x += 1), or clone what is saved before it is written"
NOT_SEEN = "writes through the array are not seen"
AFTER_BACKWARD = "call backward before the step, or run the forward again after it"


class _Made(NamedTuple):
    """A node, and where it was made."""

    node: Any
    name: str
    sequence: int
    line: str
    module: str
    start: int | None
    """Number of the call after which it saved; None where that is not known, -1 where nothing was recorded yet."""


def check(tracer: Tracer, loss: torch.Tensor, *, gradient_given: bool = False) -> Check:
    """What torch will refuse, or take although it is wrong, when backward is called on the loss. Nothing is run.

    Args:
        tracer: What was recorded.
        loss: What backward is called on.
        gradient_given: Whether backward is given a gradient, so that the loss may have several values.

    Raises:
        UnsupportedError: The loss is no tensor.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     loss = torch.ones(2, requires_grad=True).exp().sum()
    >>> print(check(tracer, loss))
    nothing breaks this backward: its one saved tensor was not written since
    """
    require_tensor(loss, "the loss")
    with without_overrides(), without_dispatch():
        refusal = _refused_at_once(tracer, loss, gradient_given=gradient_given)
        return _Checking(tracer).looked(loss, refusal)


def _without_graph(tracer: Tracer, loss: torch.Tensor) -> Finding:
    """Nothing that requires grad leads to the loss: was it cut off?"""
    text = "the loss has no graph: nothing that requires grad leads to it"
    cut = last_cut(tracer.calls, tracer.tensor_number(loss))
    if cut is None:
        return Finding(trouble="no graph", text=text, cure="call requires_grad_() on what is to have a gradient")
    by = cut_by(tracer, cut)
    place = " ".join(filter(None, (by.op, by.line)))
    return Finding(trouble="no graph", line=by.line, text=f"{text}; {by.verdict}: {place}: {by.text}", cure=by.cure)


def _refused_at_once(tracer: Tracer, loss: torch.Tensor, *, gradient_given: bool) -> tuple[Finding, ...]:
    if not loss.requires_grad:
        return (_without_graph(tracer, loss),)
    if loss.numel() != 1 and not gradient_given:
        text = f"the loss has {loss.numel():,} values, shape {tuple(loss.shape)}: backward starts from one"
        return (Finding(trouble="not a scalar", text=text, cure="reduce it with sum() or mean(), or give a gradient"),)
    return ()


class _Checking:
    """Looks at each saved tensor of a graph."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._history = history(tracer)
        self._log = self._history.writes
        self._known: dict[type, tuple[str, ...]] = {}
        self._leaves: set[int | None] = set()
        self._notes: dict[str, str] = {}
        """On memory that an array shares, by what shared it."""

    def looked(self, loss: torch.Tensor, before: tuple[Finding, ...]) -> Check:
        """The findings: what torch meets first comes first."""
        findings, slots, hidden = dict.fromkeys(before), 0, 0
        found = walk([loss])
        freed = False
        leaves = (getattr(node, "variable", None) for node in found.nodes)
        self._leaves = {self._storage(leaf) for leaf in leaves if leaf is not None} - {None}
        for made in self._in_order(found.nodes):
            hidden += made.name in HIDING
            for slot in slots_of(made.node, self._known):
                slots += slot.condition not in {"empty", "freed"}
                if slot.condition == "freed" and not freed:
                    freed = True
                    findings[self._freed(made, slot)] = None
                finding = self._finding(made, slot)
                if finding is not None:
                    findings[finding] = None
        return Check(findings=tuple(findings), slots=slots, hidden=hidden, notes=tuple(self._notes.values()))

    def _in_order(self, nodes: list[Any]) -> Iterator[_Made]:
        """As backward runs them: nodes that were made last first."""
        readers: dict[type, Any] = {}
        known = []
        for node in nodes:
            read = readers.get(type(node)) or readers.setdefault(type(node), sequence_reader(node))
            known.append((read(node), node))
        for sequence, node in sorted(known, key=lambda pair: -pair[0]):
            yield self._made(node, sequence)

    def _made(self, node: Any, sequence: int) -> _Made:  # noqa: ANN401 - nodes have no public type with all of this
        name = node.name()
        origin = self._tracer.origin(sequence, name) if sequence >= 0 else None
        line, module = (origin[0], origin[1]) if origin else ("", "")
        start = self._history.start(sequence, seen=origin is not None)
        return _Made(node, name, sequence, line, module, start)

    def _finding(self, made: _Made, slot: Slot) -> Finding | None:
        maker = self._history.maker(made.sequence)
        if slot.condition == "packed" and slot.hook == CHECKPOINT and maker is not None:
            return self._computed_again(made, maker)
        if slot.condition not in {"good", "overwritten"} or slot.tensor is None:
            return None
        storage = self._storage(slot.tensor)
        start = made.start
        if slot.condition == "overwritten" and slot.versions is not None:
            writes = (
                () if storage is None else self._log.counted(storage, -1 if start is None else start, slot.versions)
            )
            return self._told(made, slot, writes, storage)
        self._note_array(made, slot, storage)
        if storage is None or start is None:
            return None
        writes = self._log.uncounted(storage, _map(slot.tensor), start)
        return self._told(made, slot, writes, storage) if writes else None

    def _told(self, made: _Made, slot: Slot, writes: tuple[Write, ...], storage: int | None) -> Finding:
        versions = slot.versions
        return Finding(
            trouble="silent" if versions is None else "overwritten",
            node=made.name,
            slot=slot.name,
            line=made.line,
            module=made.module,
            version=_version(slot.tensor) if versions is None else versions[0],
            now=None if versions is None else versions[1],
            writes=writes,
            cure=AFTER_BACKWARD if storage in self._leaves else OUT_OF_PLACE,
        )

    def _computed_again(self, made: _Made, start: int) -> Finding | None:
        """A checkpoint runs its forward again: what was written to a leaf in between changes what comes of it."""
        for look in self._tracer.events[start][2]:
            writes = self._log.uncounted(look[1], None, start) if look[1] in self._leaves else ()
            if writes:
                place = f" at {made.line}" if made.line else ""
                text = f"what a checkpoint{place} computes again in backward reads a leaf"
                return Finding(
                    trouble="silent",
                    line=made.line,
                    module=made.module,
                    writes=writes,
                    text=f"{text} written by {writes[0]} since: it will use the new values silently",
                    cure=AFTER_BACKWARD,
                )
        return None

    def _note_array(self, made: _Made, slot: Slot, storage: int | None) -> None:
        shared = self._history.arrays.sharing(storage)
        if shared is None:
            return
        by = " ".join(filter(None, (shared[0], line_of_call(self._tracer, shared[1]))))
        saved = " ".join(filter(None, (f"{made.name}.{slot.name}", "saved", made.line)))
        self._notes.setdefault(by, f"{saved} lies in memory that an array shares ({by}): {NOT_SEEN}")

    def _freed(self, made: _Made, slot: Slot) -> Finding:
        run = run_of(self._tracer, made.node, made.sequence)
        saved = " ".join(filter(None, (f"{made.name}.{slot.name}", "saved", made.line)))
        by = f"the backward {run.line}" if run is not None else "a backward that was not recorded"
        return Finding(
            trouble="freed",
            node=made.name,
            slot=slot.name,
            line=made.line,
            module=made.module,
            text=f"{saved}; freed by {by}",
            cure="run the forward again (detach what is carried over), or give the first backward retain_graph=True",
        )

    def _storage(self, tensor: torch.Tensor) -> int | None:
        try:
            return self._tracer.storage_number(tensor.untyped_storage())
        except (RuntimeError, NotImplementedError):  # it has no storage
            return None


def _version(tensor: torch.Tensor) -> int | None:
    return attribute_of_torch(tensor, "_version") if tracks_version(tensor) else None


def _map(tensor: torch.Tensor) -> MemoryMap | None:
    try:
        return describe(tensor)
    except TensorlabError:
        return None


def run_of(tracer: Tracer, node: Any, sequence: int) -> Any:  # noqa: ANN401 - nodes have no public type with all of this
    """The last backward that ran the node; the last that freed its graph where that is not known; else None."""
    key = (type(node).__name__, sequence)
    events = tracer.events
    runs = [run for run in reversed(tracer.backwards) if not run.failed]
    through = (run for run in runs if any(events[number][6] == key for number in range(run.at, run.until)))
    return next(through, None) or next((run for run in runs if not run.retain), None)
