"""The answer to a question about sharing."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.layout.record import Answer, Overlap


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whether two objects share a byte, how that was decided, and which component of each it is about.

    ``str()`` is the sentence. ``bool()`` is that of the answer, which raises where it is not known.

    >>> yes = Overlap(Answer.YES, "bounds", ((10,), (0,)), 40)
    >>> print(Sharing(yes, "byte 40 of one storage on cpu"))
    YES: a[10] and b[0] are the same byte 40 of one storage on cpu
    >>> print(Sharing(Overlap(Answer.NO, "empty"), "other device: a on cpu, b on cuda:0"))
    NO (other device): a on cpu, b on cuda:0
    >>> bool(Sharing(Overlap(Answer.UNKNOWN, "cap", cap="too many"), "too many"))
    Traceback (most recent call last):
    tensorlab.errors.UndecidedError: the answer is UNKNOWN: neither True nor False
    hint: compare it with Answer.YES, Answer.NO or Answer.UNKNOWN
    """

    overlap: Overlap
    """Its byte is counted from the first one's storage."""
    reason: str
    """What is the same, with a yes; with a no, what proved it, a colon, and what that means here; else why it is not
    known."""
    parts: tuple[str, str] = ("", "")
    """Which component of each: "values" of a CSR, "[1]" of a nested list; empty for the object itself."""
    names: tuple[str, str] = ("a", "b")
    """What the sentence calls them."""

    @property
    def answer(self) -> Answer:
        """Yes, no, or not known."""
        return self.overlap.answer

    @property
    def elements(self) -> tuple[str, str] | None:
        """The two elements that share a byte, as one writes them; None unless the answer is yes.

        >>> Sharing(Overlap(Answer.YES, "bounds", ((0,), (1, 2)), 0), "byte 0", ("values", "")).elements
        ('a.values[0]', 'b[1,2]')
        """
        if self.overlap.witness is None:
            return None
        first, second = map(_written, self.names, self.parts, self.overlap.witness)
        return first, second

    def __bool__(self) -> bool:
        return bool(self.answer)

    def __str__(self) -> str:
        if self.elements is not None:
            return f"YES: {' and '.join(self.elements)} are the same {self.reason}"
        if self.answer is Answer.UNKNOWN:
            return f"UNKNOWN: {self.reason}"
        head, _, rest = self.reason.partition(": ")
        return f"NO ({head}): {rest}"


def _written(name: str, part: str, index: tuple[int, ...]) -> str:
    dot = "." if part and not part.startswith("[") else ""
    return f"{name}{dot}{part}[{','.join(map(str, index)) or '()'}]"
