"""Where a NaN or an infinity was made, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["op", "infinite", "saved", "came in", "brought in", "written", "uninitialised"]
"""Of what it was made: of finite numbers; of infinities; in backward, of a NaN or an infinity that forward had made; of
nothing that was recorded, it was there before; of numbers that a tensor was made of; of one that the user wrote, as
``float("nan")``; of memory that nobody had written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NanBirth:
    """One place where a NaN or an infinity was made first; ``str()`` is the sentence.

    >>> print(NanBirth(op="sqrt", node="SqrtBackward0", phase="backward", line="train.py:7", module="head.norm",
    ...                nans=1, numel=3))
    NaN first made by SqrtBackward0 (backward of sqrt) train.py:7 in head.norm: 1 of 3 elements, from finite inputs
    """

    op: str
    """The operation of the user's: "log"; of backward, that which the node is the backward of; of what came in, what
    it is: "a leaf float32 (3,)"."""
    node: str = ""
    """Of backward, the node: "SqrtBackward0"."""
    phase: Literal["forward", "backward"] = "forward"
    source: Source = "op"
    line: str = ""
    module: str = ""
    call: int | None = None
    """Number of the call in the recording; None where it is in none."""
    nans: int = 0
    """How many elements are NaN; -1 where there are some, not counted."""
    infinities: int = 0
    numel: int = 0
    masked: bool = False
    """Whether it did not reach the loss."""
    of: str = ""
    """What it was made of, where that was not finite: "an infinity of masked_fill train.py:3"."""
    within: str = ""
    """Of what a hook of the user's made, the node that it stands at: "MulBackward0 (backward of mul train.py:3)"."""

    @property
    def what(self) -> str:
        """NaN, or Inf where there is none."""
        return "NaN" if self.nans else "Inf"

    @property
    def where(self) -> str:
        """Line and module, as far as they are known."""
        hook = f"in a hook at {self.within}" if self.within else ""
        return " ".join(filter(None, (self.line, f"in {self.module}" if self.module else "", hook)))

    def __str__(self) -> str:
        if self.source == "came in":
            return self._told(
                f"{self.what} was in {self.op} before it was used at", "no operation that was recorded made it"
            )
        if self.source == "brought in":
            return self._told(f"{self.what} came in by {self.op}", "no operation made it")
        if self.source == "written":
            return self._told(f"{self.what} written by hand by {self.op}", "no operation made it")
        made = f"{self.node} (backward of {self.op})" if self.node and self.op else self.node or self.op
        made = self.op if self.within else made
        if self.source == "uninitialised":
            return self._told(f"{self.what} was in the memory that {made} left unwritten", "whatever was there before")
        made_of = f"from {self.of}" if self.of else "from finite inputs"
        return self._told(f"{self.what} {'' if self.masked else 'first '}made by {made}", made_of)

    def _told(self, words: str, end: str) -> str:
        count = self.nans + self.infinities
        counted = [f"{count:,} of {self.numel:,} elements"] if count > 0 and self.numel > 1 else []
        counted = ["its one element"] if count > 0 and self.numel == 1 else counted
        masked = ["masked: it did not reach the loss"] if self.masked else []
        return f"{' '.join(filter(None, (words, self.where)))}: {', '.join([*counted, end, *masked])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NanFinding:
    """What ``find_nan`` found; false where all is finite; ``str()`` is a line for each.

    >>> bool(NanFinding()), print(NanFinding())
    no NaN and no infinity was made
    (False, None)
    """

    first: NanBirth | None = None
    """What made the first one that reached the loss or a gradient; None where there is none."""
    masked: tuple[NanBirth, ...] = ()
    """What made others, which did not reach the loss."""
    loss: Literal["finite", "NaN", "Inf", "unknown"] = "unknown"
    """What the loss holds."""
    notes: tuple[str, ...] = ()
    """Whether backward was run to find out, and what could not be seen."""

    def __bool__(self) -> bool:
        return self.first is not None or bool(self.masked)

    def __str__(self) -> str:
        found = [str(birth) for birth in (self.first, *self.masked) if birth is not None]
        return "\n".join([*(found or ["no NaN and no infinity was made"]), *self.notes])
