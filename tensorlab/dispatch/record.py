"""What a function did, call by call: which calls gave views, which copied, which wrote; and what was predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tensorlab.errors import LayoutError
from tensorlab.memory.record import MemoryMap
from tensorlab.quantity import Quantity, counted
from tensorlab.views.record import Outcome, View

Verdict = Literal["VIEW", "COPY", "WRITE", "NEW", "SAME", "REFUSED"]
"""What a call came to: the same bytes under another layout; the same elements in memory of their own; bytes that were
there before were written; elements that were not there before; an argument itself; an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedCall:
    """One call: what it was given and gave, and what that means for memory. ``str()`` is the sentence.

    Raises:
        LayoutError: The verdict is none of the six.

    >>> print(ExplainedCall(name="clone", text=".clone()", verdict="COPY", reason="clone always copies", nbytes=48))
    COPY: clone always copies
    """

    name: str
    """In its library's words: "reshape", "getitem"."""
    text: str
    """As it was written, as far as that is known: ".reshape(6)", "x[mask] = 0"."""
    verdict: Verdict
    reason: str
    """What stands behind the verdict in the sentence: the strides of a view, why a copy is made, what was written."""
    nbytes: int | None = 0
    """New memory that its result takes; None where that is not known."""
    reads: tuple[tuple[str, MemoryMap], ...] = ()
    """The arrays that it was given, by their names, as they were before."""
    gave: tuple[tuple[str, MemoryMap], ...] = ()
    """The arrays that it gave, by their names; of an argument that was given back, its own."""
    predicted: tuple[Outcome, ...] = ()
    """What the rules say that it gives; empty where they do not tell."""
    agrees: bool | None = None
    """Whether that is what happened; None where nothing was predicted, or nothing was run."""
    stretched: tuple[tuple[str, View], ...] = ()
    """Arguments as they are read, broadcast to the shape of the result; the part of one that is written."""
    notes: tuple[str, ...] = ()
    """What else there is to say: where the result lies, what would avoid a copy."""

    def __post_init__(self) -> None:
        if self.verdict not in get_args(Verdict):
            raise LayoutError(f"a verdict is one of {', '.join(get_args(Verdict))}; got {self.verdict!r}")

    def __str__(self) -> str:
        return f"{self.verdict}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What each call of a function or an expression did to memory; ``str()`` is a sentence for each.

    >>> step = ExplainedCall(name="clone", text="x.clone()", verdict="COPY", reason="clone always copies", nbytes=48)
    >>> print(Explanation(steps=(step,)))
    #1 x.clone()  COPY: clone always copies
    """

    given: tuple[tuple[str, MemoryMap], ...] = ()
    """The arrays that there were at the start, by their names."""
    steps: tuple[ExplainedCall, ...] = ()
    doubts: tuple[str, ...] = ()
    """What may be missing, or was not done."""

    @property
    def verdict(self) -> Verdict | None:
        """Of the last call; None where there was none."""
        return self.steps[-1].verdict if self.steps else None

    @property
    def nbytes(self) -> int | None:
        """New memory that all calls took together; None where that of one is not known."""
        costs = [step.nbytes for step in self.steps]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def summary(self) -> str:
        """How many calls of each kind, and what they cost.

        >>> Explanation().summary
        'no call on an array was seen'
        """
        if not self.steps:
            return "no call on an array was seen"
        verdicts = [step.verdict for step in self.steps]
        counts = [f"{verdicts.count(word)} {word}" for word in get_args(Verdict) if word in verdicts]
        cost = "not known" if self.nbytes is None else f"{Quantity(self.nbytes, 'B')}"
        return f"{counted(len(verdicts), 'call')}: {', '.join(counts)}; new memory: {cost}"

    def __str__(self) -> str:
        lines = [f"#{n} {step.text}  {step}" for n, step in enumerate(self.steps, 1)]
        return "\n".join(lines or [self.summary])


@dataclass(frozen=True, slots=True, kw_only=True)
class OpCall:
    """One call of an operator that was recorded; ``str()`` is a line of it.

    >>> print(OpCall(number=2, name="aten.div_.Tensor", line="train.py:6", versions=((0, 1),)))
    #2 aten.div_.Tensor train.py:6 v0->v1
    """

    number: int
    """Its place among all that was recorded, from 0."""
    name: str
    """As torch calls the operator, "aten.add_.Tensor"; of a call that reaches none, as the user wrote it."""
    call: str = ""
    """The outermost function of torch's that the user called: "torch.nn.functional.linear"."""
    inputs: tuple[MemoryMap, ...] = ()
    """The tensors that it was given, those in lists included, as they were before."""
    outputs: tuple[MemoryMap, ...] = ()
    versions: tuple[tuple[int | None, int | None], ...] = ()
    """Of each input, how often its memory had been written before the call and after it; None where torch keeps no
    count (inference tensors)."""
    tensors: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    """Numbers of the input and output tensors: one number is one tensor, never used again within a recording."""
    storages: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    """Numbers of the storages that they lie in, in the same way."""
    sequence: tuple[int, int] = (0, 0)
    """Autograd's count of nodes in this thread before the call and after it: the nodes it made are those between."""
    thread: int = 0
    """Number of the thread that made it, in the order of their first calls."""
    module: str = ""
    """Path of the module whose forward made it: "features.0"; of an operator of backward, its node's."""
    line: str = ""
    """Where the user called it: "train.py:41"; of an operator of backward, where its node was made."""
    phase: Literal["forward", "backward"] = "forward"
    node: tuple[str, int] | None = None
    """Of an operator of backward: name and sequence number of the node that ran it."""
    grad: bool = True
    """Whether gradients were recorded (outside ``no_grad`` and ``inference_mode``)."""
    nonfinite: tuple[tuple[bool | None, ...], tuple[bool | None, ...]] = ((), ())
    """Whether each input and each output held a NaN or an infinity; None where that was not looked at."""
    odd: tuple[tuple[tuple[int, int] | None, ...], tuple[tuple[int, int] | None, ...]] = ((), ())
    """How many elements of each input and output were NaN, and how many infinite; -1 where some were, not counted."""

    def __str__(self) -> str:
        written = " ".join(f"v{before}->v{after}" for before, after in self.versions if before != after)
        return " ".join(filter(None, (f"#{self.number}", self.name, self.module, self.line, written)))
