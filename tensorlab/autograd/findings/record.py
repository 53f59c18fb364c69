"""What breaks a backward, to the line; why a tensor has no gradient, in one verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

Trouble = Literal[
    "overwritten", "silent", "freed", "no graph", "not a scalar", "leaf written", "gradient refused", "unknown"
]
"""What is wrong: a saved tensor was written, and torch will say so; it was written, and torch will not; the graph was
freed by a backward before; the loss has no graph; it has several values; a leaf was written in place; a gradient of
another shape or dtype; something else that torch refuses."""

Verdict = Literal[
    "has grad",
    "grad is zero",
    "no requires_grad",
    "requires_grad set late",
    "non-leaf",
    "unreachable",
    "cut by detach",
    "cut by no_grad",
    "cut by inference_mode",
    "cut by non-differentiable op",
    "backward not run",
    "backward failed",
    "backward left it out",
    "no gradient came",
    "set to None",
    "freed",
    "replaced by a copy",
    "unknown",
]
"""Why ``grad`` is what it is, in one word or a few."""

NEVER_COUNTED = "not counted: backward will use the wrong values silently"
FROZEN: Verdict = "no requires_grad"
RECORD_IT = "unknown: record it"
"""What the graph alone cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write to memory that a node had saved; ``str()`` names it.

    >>> print(Write(op="div_", line="train.py:6", versions=(0, 1)))
    div_ train.py:6 v0->v1
    """

    op: str
    """As torch calls it: "div_", "add.out"."""
    line: str = ""
    """Where the user called it; of an optimizer's own, the line of ``step()``."""
    versions: tuple[int, int] | None = None
    """How often that memory had been written before and after, as the saved tensor counts; None where that count does
    not move: a write through ``.data`` or an array."""

    def __str__(self) -> str:
        moved = "" if self.versions is None else f"v{self.versions[0]}->v{self.versions[1]}"
        return " ".join(filter(None, (self.op, self.line, moved)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that breaks a backward, or makes it wrong; ``str()`` is the sentence.

    Raises:
        LayoutError: The kind of trouble is none that is known.

    >>> write = Write(op="div_", line="train.py:6", versions=(0, 1))
    >>> print(Finding(node="SigmoidBackward0", slot="result", line="train.py:4", version=0, writes=(write,)))
    SigmoidBackward0.result saved train.py:4 v0; written by div_ train.py:6 v0->v1
    """

    trouble: Trouble = "overwritten"
    node: str = ""
    """The node that cannot be run, as torch calls it: "SigmoidBackward0"."""
    slot: str = ""
    """What it had saved: "result", "self", "saved_tensors[0]"."""
    line: str = ""
    """Where it was saved, as far as that was recorded."""
    module: str = ""
    """Path of the module that it was saved in."""
    version: int | None = None
    """How often its memory had been written by then; None where that is not known."""
    now: int | None = None
    """How often it has been written now, as far as torch counts."""
    writes: tuple[Write, ...] = ()
    """To that memory since then, the first first; empty where none was recorded."""
    text: str = ""
    """The whole sentence, where it is no write to what was saved."""
    cure: str = ""
    """What to do about it."""

    def __post_init__(self) -> None:
        if self.trouble not in get_args(Trouble):
            raise LayoutError(f"trouble is one of {', '.join(get_args(Trouble))}; got {self.trouble!r}")

    def __str__(self) -> str:
        return self.text or f"{self._saved}; {self._written}"

    @property
    def _saved(self) -> str:
        name = ".".join(filter(None, (self.node, self.slot)))
        version = "" if self.version is None else f"v{self.version}"
        return " ".join(filter(None, (name, "saved", self.line, version)))

    @property
    def _written(self) -> str:
        if not self.writes:
            now = "" if self.now is None else f"now v{self.now}, "
            return f"{now}written where nothing was recorded"
        first, rest = self.writes[0], self.writes[1:]
        silent = f", {NEVER_COUNTED}" if first.versions is None else ""
        more = f", and {counted(len(rest), 'more write')} after it" if rest else ""
        return f"written by {first}{silent}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What stands in the way of a backward; true if anything does, and as long as its findings.

    >>> print(Check(slots=12))
    nothing found: all 12 saved tensors are as they were saved
    >>> bool(Check(slots=12))
    False
    """

    findings: tuple[Finding, ...] = ()
    """What torch meets first comes first."""
    slots: int = 0
    """Saved tensors that were looked at."""
    hidden: int = 0
    """Nodes that do not show what they saved: an in-place write to a view, a foreach operation."""
    notes: tuple[str, ...] = ()
    """What cannot be seen: memory that an array outside torch shares."""

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __getitem__(self, number: int) -> Finding:
        return self.findings[number]

    @property
    def summary(self) -> str:
        """How much was looked at, and what came of it."""
        hidden = f"; {counted(self.hidden, 'node')} {'does' if self.hidden == 1 else 'do'} not show what they saved"
        seen = f"all {self.slots:,} saved tensors are as they were saved" if self.slots else "no tensor was saved"
        if self.slots == 1:
            seen = "the one saved tensor is as it was saved"
        if self.findings:
            seen = f"{counted(len(self.findings), 'finding')} among {counted(self.slots, 'saved tensor')}"
        return f"{'' if self.findings else 'nothing found: '}{seen}{hidden if self.hidden else ''}"

    def __str__(self) -> str:
        return "\n".join([*(map(str, self.findings) if self.findings else [self.summary]), *self.notes])


@dataclass(frozen=True, slots=True, kw_only=True)
class GradVerdict:
    """Why a tensor has no gradient, or that it has one; ``str()`` is the sentence.

    Raises:
        LayoutError: The verdict is none that is known.

    >>> print(GradVerdict(verdict="cut by detach", op="detach", line="train.py:5", text="nothing flows back past it"))
    cut by detach: detach train.py:5: nothing flows back past it
    """

    verdict: Verdict
    name: str = ""
    """Of the tensor, as far as it is known: "encoder.weight"."""
    op: str = ""
    """The operation that did it: "detach", "argmax", "zero_grad"."""
    line: str = ""
    """Where the user called that, as far as it was recorded."""
    module: str = ""
    """Path of the module that it was called in."""
    text: str = ""
    """The rest of the sentence."""
    cure: str = ""
    """What to do about it."""

    def __post_init__(self) -> None:
        if self.verdict not in get_args(Verdict):
            raise LayoutError(f"a verdict is one of {', '.join(get_args(Verdict))}; got {self.verdict!r}")

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.op, self.line, self.module and f"in {self.module}")))
        return ": ".join(filter(None, (self.name, self.verdict, place, self.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleVerdict:
    """Of each parameter of a module, why it has no gradient; ``str()`` is a line for each that has none.

    >>> idle = GradVerdict(verdict="unreachable", name="head.bias", text="its module was never called")
    >>> print(ModuleVerdict(name="Net", verdicts=(idle,)))
    1 of 1 parameter of Net gets no gradient
    head.bias: unreachable: its module was never called
    """

    name: str
    """Class of the module."""
    verdicts: tuple[GradVerdict, ...] = ()
    """Of each parameter, as the module orders them."""

    @property
    def missing(self) -> tuple[GradVerdict, ...]:
        """Those of parameters that have no gradient, or that no gradient can reach."""
        return tuple(verdict for verdict in self.verdicts if verdict.verdict not in {"has grad", "grad is zero"})

    @property
    def summary(self) -> str:
        """How many have none."""
        all_of_them = f"{counted(len(self.verdicts), 'parameter')} of {self.name}"
        if not self.missing:
            return f"each of {all_of_them} has a gradient" if self.verdicts else f"{self.name} has no parameter"
        return f"{len(self.missing)} of {all_of_them} {'gets' if len(self.missing) == 1 else 'get'} no gradient"

    def __str__(self) -> str:
        return "\n".join((self.summary, *map(str, self.missing)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptReport:
    """What was found while a script ran; ``str()`` is a line for each finding, or a sentence that there is none.

    >>> print(ScriptReport(script="train.py", task="check", backwards=3, slots=36))
    nothing found: 3 backward calls of train.py, 36 saved tensors looked at
    """

    script: str
    """Its name, without its folder."""
    task: Literal["check", "why", "nan"]
    backwards: int = 0
    """Backward calls that were made, calls of ``torch.autograd.grad`` included."""
    slots: int = 0
    """Saved tensors that were looked at before them."""
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[GradVerdict, ...] = ()
    """On gradients, of "why"."""
    origins: tuple[str, ...] = ()
    """Of "nan": where NaN or infinity was born, in a sentence each."""
    error: str = ""
    """What Python says of the exception that ended it."""
    code: int = 0
    """The exit code that the script gave itself."""
    tensor: str = ""
    """Of "why": the one name that was asked for; "" for all."""
    threads: int = 0
    """Threads that the script started: what they run is not recorded."""
    notes: tuple[str, ...] = ()
    """What could not be seen."""

    @property
    def found(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings or self.origins or self.missing)

    @property
    def missing(self) -> tuple[GradVerdict, ...]:
        """Verdicts on tensors that should have had a gradient and had none; a frozen one is among them if asked for."""
        fine = {"has grad", "grad is zero", "set to None"} | ({FROZEN} if not self.tensor else set())
        return tuple(verdict for verdict in self.verdicts if verdict.verdict not in fine)

    @property
    def summary(self) -> str:
        """How much was looked at."""
        began = f"; it started {counted(self.threads, 'thread')}" if self.threads else ""
        others = f"{began}: backwards of other threads are not recorded" if began else ""
        if not self.backwards:
            return f"nothing found: {self.script} called no backward{' in its first thread' if others else ''}{others}"
        calls = f"{counted(self.backwards, 'backward call')} of {self.script}"
        frozen = sum(verdict.verdict == FROZEN for verdict in self.verdicts)
        seen = {
            "check": f"{counted(self.slots, 'saved tensor')} looked at",
            "why": f"{counted(len(self.verdicts), 'tensor')} looked at{f', {frozen:,} frozen' if frozen else ''}",
            "nan": "every value was finite",
        }
        return f"nothing found: {calls}, {seen[self.task]}{others}"

    def __str__(self) -> str:
        lines = [*map(str, self.findings), *self.origins, *map(str, self.verdicts)]
        if not self.found:
            lines.append(self.summary)
        return "\n".join([*lines, *self.notes])
