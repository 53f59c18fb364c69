"""What breaks a backward, to the line; why a tensor has no gradient, in one verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from tensorlab.errors import LayoutError
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

Trouble = Literal[
    "overwritten",
    "silent",
    "freed",
    "no graph",
    "not a scalar",
    "leaf written",
    "gradient refused",
    "not finite",
    "unknown",
]
"""What is wrong: a saved tensor was written, and torch will say so; it was written, and torch will not; the graph was
freed by a backward before; the loss has no graph; it has several values; a leaf was written in place; a gradient of
another shape or dtype; a NaN or an infinity was made; something else that torch refuses."""

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
    nothing breaks this backward: none of its 12 saved tensors was written since
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
        if self.findings:
            seen = f"{counted(len(self.findings), 'finding')} among {counted(self.slots, 'saved tensor')}"
        else:
            none = f"none of its {self.slots:,} saved tensors was written since" if self.slots else "it saved no tensor"
            none = "its one saved tensor was not written since" if self.slots == 1 else none
            seen = f"nothing breaks this backward: {none}"
        hidden = "1 node does not show what it saved" if self.hidden == 1 else ""
        hidden = f"{self.hidden:,} nodes do not show what they saved" if self.hidden > 1 else hidden
        return "; ".join(filter(None, (seen, hidden)))

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
