"""The verdict on a write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.record import Library
from tensorlab.quantity import counted

Safety = Literal["SAFE", "UNSAFE", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Whether a library refuses a write, and why; or, where ``raises`` is None, why that is not known."""

    raises: bool | None
    reason: str = ""
    cure: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """What no address tells, and makes a write that is safe by its addresses less so; ``reason`` says what."""

    safety: Safety
    """At best: "SAFE" where only a word of it is due."""
    reason: str
    cure: str = ""
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteVerdict:
    """Whether each element of a write gets the value that it should; ``str()`` is the sentence.

    Raises:
        LayoutError: Safe with two elements that meet, or not known without a reason.

    >>> meet = Overlap(Answer.YES, "bounds", ((0, 1), (1, 0)), 4)
    >>> print(WriteVerdict(safety="UNSAFE", overlap=meet, elements=24, addresses=10, raises=False, library="torch"))
    UNSAFE: 24 elements in 10 addresses; [0,1] and [1,0] are the same; torch will not raise
    """

    safety: Safety
    overlap: Overlap
    """Of the elements written with one another or, in a copy, with elements read at another index."""
    elements: int
    """That are written."""
    addresses: int | None
    """At which different elements begin; None where they are too many to count."""
    raises: bool | None
    """Whether the library refuses the write; None where that is not known."""
    library: Library
    """Of the object that is written."""
    advice: str = ""
    """What to do instead."""
    reason: str = ""
    """Why it is not known, or what else is wrong or in order; empty where the overlap says it all."""
    refusal: str = ""
    """Why the library refuses the write, or why it is not known whether it does."""
    between: tuple[str, str] = ("", "")
    """What the two elements of the overlap belong to: "dst" and "src" in a copy, "values" in a component."""
    exact: bool = True
    """Whether the two cover the very same bytes; else they have some in common."""

    def __post_init__(self) -> None:
        if self.safety == "SAFE" and self.overlap.answer is not Answer.NO:
            raise LayoutError(f"a safe write has no elements that meet; got {self.overlap.answer.name}")
        if self.safety != "SAFE" and not self.reason and self.overlap.answer is not Answer.YES:
            raise LayoutError(f"{self.safety} needs two elements that meet, or a reason; got neither")

    @property
    def meeting(self) -> str:
        """The two elements that share bytes, in words; empty where there are none."""
        if self.overlap.witness is None:
            return ""
        pairs = zip(self.between, self.overlap.witness, strict=True)
        first, second = (f"{name}[{','.join(map(str, index))}]" for name, index in pairs)
        return f"{first} and {second} {'are the same' if self.exact else 'share bytes'}"

    @property
    def raising(self) -> str:
        """Whether the library refuses the write, in words; empty where that is not known, and not why."""
        name = {"numpy": "NumPy", "buffer": "the buffer", "protocol": "the library"}.get(self.library, self.library)
        if self.raises is None:
            return f"not known whether {name} raises" if self.refusal else ""
        return f"{name} will{'' if self.raises else ' not'} raise"

    def __str__(self) -> str:
        count = "unknown" if self.addresses is None else f"{self.addresses:,}"
        counts = f"{counted(self.elements, 'element')} in {count} address{'' if self.addresses == 1 else 'es'}"
        raising = self.raising
        if self.raises is not False and self.refusal and self.safety != "UNSAFE":
            raising += f": {self.refusal}"
        words = [counts if self.safety != "UNKNOWN" else "", self.meeting, self.reason, raising]
        return f"{self.safety}: {'; '.join(filter(None, words))}"
