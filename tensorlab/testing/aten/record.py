"""What a sweep of torch's operators is made of, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.testing.record import Laid, VerdictWord

Variant = Literal["call", "in-place", "out"]
"""The operator as a function; its form that writes its first argument; with ``out=``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which arguments of a call lie otherwise than in C order, and how.

    >>> Plan(positions=(0, 2), layouts=("gaps", "permuted")).layouts
    ('gaps', 'permuted')
    """

    positions: tuple[int, ...]
    """Of the tensors of the call, in the order in which they are given."""
    layouts: tuple[str, ...]
    """A name of ``relaying.NAMES`` for each."""

    def __post_init__(self) -> None:
        if len(self.positions) != len(self.layouts):
            raise LayoutError(f"each tensor of a plan has a layout; got {len(self.positions)}, {len(self.layouts)}")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A difference that an operator may show by its definition.

    It waives one judgement of one operator, never the others: shapes, dtypes and every byte are still compared.
    """

    what: Literal["values", "refusal", "shape"]
    """Its elements may differ; it may raise; shape and elements may differ."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A broken promise of one call, as it was met."""

    verdict: VerdictWord
    message: str
    cause: str = ""
    """What it has in common with others: the exception's words without its numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaid:
    """One argument of a finding: its name in the operator's call and how it lies."""

    name: str
    laid: Laid


@dataclass(frozen=True, slots=True, kw_only=True)
class AtenFinding:
    """One operator that breaks its promise under some layout, with the smallest call that shows it."""

    op: str
    """OpInfo's name, with the variant of its test after a dot."""
    variant: Variant
    sample: int
    """Which of the operator's samples, counted from 0."""
    verdict: VerdictWord
    message: str
    relaid: tuple[Relaid, ...]
    """The arguments that lie otherwise than in C order."""
    alike: int
    """Samples of the operator that fail in the same way."""
    script: str = ""
    """Lines of Python that need torch alone, and fail."""
    confirmed: bool = False
    """Whether the script was run and failed at its last line alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A difference that is the operator's right: it was met this often."""

    op: str
    reason: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpResult:
    """What the samples of one operator gave."""

    op: str
    samples: int
    tested: int
    """Samples that were called under at least four layouts."""
    calls: int
    """Calls under other layouts than C order."""
    refused: tuple[tuple[str, int], ...] = ()
    """What was raised where C order raises nothing, and in how many calls."""
    skipped: tuple[tuple[str, int], ...] = ()
    """Why samples were not tested, and how many."""
    waived: tuple[Waived, ...] = ()
    findings: tuple[AtenFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtenSweep:
    """Every sample of torch's operators under several layouts. It passed where ``findings`` is empty."""

    torch: str
    """Its version."""
    dtype: str
    seed: int
    ops: int
    samples: int
    tested: int
    """Samples that were called under at least four layouts."""
    calls: int
    """Calls under other layouts than C order; those of in-place forms and of ``out=`` are among them."""
    seconds: float
    workers: int
    refused: tuple[tuple[str, int], ...] = ()
    """What was raised where C order raises nothing, and in how many calls."""
    skipped: tuple[tuple[str, int], ...] = ()
    """Why samples were not tested, and how many."""
    waived: tuple[Waived, ...] = ()
    """Differences that are an operator's right."""
    findings: tuple[AtenFinding, ...] = ()
    """Those whose script was run and failed."""
    unconfirmed: tuple[AtenFinding, ...] = ()
    """Those that no script shows: not counted as findings."""

    def __post_init__(self) -> None:
        missing = self.samples - self.tested - sum(count for _, count in self.skipped)
        if missing:
            raise LayoutError(f"each sample is tested or skipped; {missing} of {self.samples} are neither")

    @property
    def passed(self) -> bool:
        """Whether no promise was seen broken."""
        return not self.findings
