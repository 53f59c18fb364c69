"""Why a tensor has no gradient, by what was recorded: who cut it off, who set it to None, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.autograd.findings.functions import marking
from tensorlab.autograd.findings.lineage import EXITS, follow, last_cut, plain_name, user_name
from tensorlab.autograd.findings.record import GradVerdict
from tensorlab.autograd.internals import sequence_reader
from tensorlab.autograd.walking import walk
from tensorlab.autograd.why import by_itself, conditions, is_reached

if TYPE_CHECKING:
    import torch

    from tensorlab.autograd.findings.lineage import Cut
    from tensorlab.autograd.findings.record import Verdict
    from tensorlab.dispatch.record import OpCall
    from tensorlab.dispatch.tracer import Tracer

DETACHING = frozenset({"detach", "detach_", "data", "detach_copy"})
SETTERS = frozenset({"Tensor.requires_grad_", "Tensor.requires_grad.__set__"})
CURES: dict[str, str] = {
    "cut by detach": "leave it out where the gradient is wanted",
    "cut by no_grad": "run that outside torch.no_grad()",
    "cut by inference_mode": "run that outside torch.inference_mode()",
    "cut by non-differentiable op": "use an operation that has a gradient: softmax for argmax, a tensor for a number",
}


def recorded(tracer: Tracer, tensor: torch.Tensor, loss: torch.Tensor | None) -> GradVerdict:
    """The verdict on one tensor.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    >>> with Tracer() as tracer:
    ...     loss = (x.detach() * w).sum()
    >>> recorded(tracer, x, loss).verdict, recorded(tracer, w, loss).verdict
    ('cut by detach', 'backward not run')
    """
    own = by_itself(tensor)
    if own is not None:
        return _placed(own, tracer, tensor)
    story = _Story(tracer, tensor, loss)
    if loss is None:
        return story.without_loss()
    nodes = walk([loss]).nodes
    return story.reached(nodes) if is_reached(tensor, nodes) else story.unreached()


def _placed(own: GradVerdict, tracer: Tracer, tensor: torch.Tensor) -> GradVerdict:
    """Where a tensor was made that is no leaf, or was cut off as it was made."""
    if own.verdict not in {"non-leaf", "no requires_grad"}:
        return own
    number = tracer.tensor_number(tensor)
    came = (c for c in reversed(tracer.calls) if number in c.tensors[1] and number not in c.tensors[0])
    made = next(came, None) if number is not None else None
    asked = next((c for c in reversed(tracer.calls) if c.name in SETTERS and number in c.tensors[0][:1]), None)
    if own.verdict == "no requires_grad" and asked is not None:
        return replace(own, op=user_name(asked), line=asked.line)
    if made is None:
        return own
    if own.verdict == "non-leaf":
        return replace(own, op=user_name(made), line=made.line, module=made.module)
    if last_cut(tracer.calls, number) is made:
        cut = cut_by(tracer, made)
        return replace(own, op=cut.op, line=cut.line, text=f"{cut.text}: {cut.verdict}", cure=cut.cure)
    return own


def cut_by(tracer: Tracer, call: OpCall) -> GradVerdict:
    """The verdict on what a call cut off: what it is called, where, and why."""
    function = marking(tracer, call.number)
    if function is None:
        verdict, text = _reason_of(call, tracer.calls)
        op, line = user_name(call), call.line
    else:
        verdict, (op, line) = "cut by non-differentiable op", function
        text = "its forward marks what it gives as non-differentiable"
    return GradVerdict(verdict=verdict, op=op, line=line, module=call.module, text=text, cure=CURES[verdict])


def _reason_of(call: OpCall, calls: tuple[OpCall, ...]) -> tuple[Verdict, str]:
    """Why what a call gave does not require grad although what it was given does."""
    if user_name(call) in DETACHING or plain_name(call) in DETACHING:
        return "cut by detach", "what it gives has left the graph"
    if not call.grad:
        made = set(call.tensors[1])
        later = (
            pair for one in calls for number, pair in zip(one.tensors[0], one.versions, strict=False) if number in made
        )
        if next(later, (0, 0))[0] is None:
            return "cut by inference_mode", "it ran under inference_mode"
        return "cut by no_grad", "it ran while gradients were not recorded"
    if not {plain_name(call), user_name(call)}.isdisjoint(EXITS):
        return "cut by non-differentiable op", "it takes the values out of torch"
    return "cut by non-differentiable op", "it has no gradient"


class _Story:
    """What became of one tensor."""

    def __init__(self, tracer: Tracer, tensor: torch.Tensor, loss: torch.Tensor | None) -> None:
        self._calls = tracer.calls
        self._tracer = tracer
        self._number = tracer.tensor_number(tensor)
        self._home = _storage(tracer, tensor)
        self._loss = loss
        self._loss_number = None if loss is None else tracer.tensor_number(loss)

    def without_loss(self) -> GradVerdict:
        """Where only the tensor was given."""
        emptied = self._emptied(0)
        if emptied is not None:
            return emptied
        if not self._tracer.backwards:
            return GradVerdict(verdict="backward not run", text="no backward was recorded", cure="call loss.backward()")
        return GradVerdict(verdict="unknown", text="give the loss: no backward that was recorded has filled it")

    def reached(self, nodes: list[Any]) -> GradVerdict:
        """The loss leads to it: was a backward run, and what came after it?"""
        runs = self._runs()
        freed = "freed" in conditions(nodes)
        if not runs:
            return self._never_run(freed=freed)
        last = runs[-1]
        if last.failed:
            verdict: Verdict = "freed" if freed else "backward failed"
            text = "the graph was freed before this backward" if freed else "it raised before it came to this tensor"
            return GradVerdict(verdict=verdict, op="backward", line=last.line, text=text)
        if last.kind == "grad":
            text = "autograd.grad returns gradients and leaves .grad alone"
            return GradVerdict(verdict="backward left it out", op="grad", line=last.line, text=text)
        emptied = self._emptied(last.at)
        if emptied is not None:
            return emptied
        if last.inputs is not None and self._number not in last.inputs:
            text = "backward(inputs=...) fills the gradients of those tensors only"
            return GradVerdict(verdict="backward left it out", op="backward", line=last.line, text=text)
        text = "backward ran, and a node or a hook on the way gave None"
        return GradVerdict(verdict="no gradient came", op="backward", line=last.line, text=text)

    def _never_run(self, *, freed: bool) -> GradVerdict:
        emptied = self._emptied(0)
        if freed:
            text = "a backward that was not recorded has freed this graph; the gradient was not kept, or set to None"
            return emptied or GradVerdict(verdict="freed", text=text)
        text = "the loss leads to it, and no backward of this loss was recorded"
        if emptied is not None:
            text = f"{text}; an earlier gradient was set to None {emptied.line}"
        return GradVerdict(verdict="backward not run", text=text, cure="call loss.backward()")

    def _runs(self) -> list[Any]:
        """Backwards that began at the loss, or passed through it."""
        passed = set()
        made = None if self._loss is None else self._loss.grad_fn
        if made is not None:
            key = (type(made).__name__, sequence_reader(made)(made))
            passed = {call.number for call in self._calls if call.node == key}
        runs = self._tracer.backwards
        return [run for run in runs if self._loss_number in run.roots or any(run.at <= n < run.until for n in passed)]

    def _emptied(self, since: int) -> GradVerdict | None:
        """The last time that its gradient was set to None."""
        for call in reversed(self._calls):
            if call.number < since:
                break
            if call.name == "Tensor.grad.__set__" and call.tensors[0] == (self._number,):
                text = "zero_grad() does that where set_to_none is not False"
                return GradVerdict(verdict="set to None", op="grad = None", line=call.line, text=text)
        return None

    def unreached(self) -> GradVerdict:
        """The loss does not lead to it: where was the way lost?"""
        ends = self._loss is not None and _is_result(self._loss)
        cut = follow(self._calls, self._number, self._loss_number, self._home, ends=ends)
        if cut.late:
            return self._late()
        if cut.call is not None:
            return cut_by(self._tracer, cut.call)
        if cut.twin is not None:
            text = "another tensor over the same memory was used in its place: a Parameter made of it, or a copy"
            return self._by("replaced by a copy", cut.twin, text)
        if cut.left is not None:
            back = (
                f"; {user_name(cut.entered)} {cut.entered.line} brings numbers back"
                if cut.entered and cut.entered.line
                else ""
            )
            found = cut_by(self._tracer, cut.left)
            return replace(found, text=f"{found.text}{back}")
        return _unreachable(cut)

    def _by(self, verdict: Verdict, call: OpCall, text: str) -> GradVerdict:
        return GradVerdict(
            verdict=verdict,
            op=user_name(call),
            line=call.line,
            module=call.module,
            text=text,
            cure=CURES.get(verdict, ""),
        )

    def _late(self) -> GradVerdict:
        asked = next((c for c in reversed(self._calls) if c.name in SETTERS and self._number in c.tensors[0][:1]), None)
        return GradVerdict(
            verdict="requires_grad set late",
            op="requires_grad_" if asked else "",
            line=asked.line if asked else "",
            text="it required no grad when it was used",
            cure="call requires_grad_() before the forward",
        )


def _unreachable(cut: Cut) -> GradVerdict:
    if not cut.used or cut.last is None:
        return GradVerdict(verdict="unreachable", text="no recorded call that leads to the loss was given it")
    text = "was the last to use it; nothing that was made of it leads to the loss"
    return GradVerdict(verdict="unreachable", op=user_name(cut.last), line=cut.last.line, text=text)


def _storage(tracer: Tracer, tensor: torch.Tensor) -> int | None:
    try:
        return tracer.storage_number(tensor.untyped_storage())
    except (RuntimeError, NotImplementedError):  # it has none
        return None


def _is_result(tensor: torch.Tensor) -> bool:
    """Whether it has a node."""
    try:
        return tensor.grad_fn is not None
    except RuntimeError:  # a view made under no_grad, whose base was written in place since
        return False
