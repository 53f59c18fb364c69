"""View operations as a user writes them, and what each of a chain of them gave."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.layout.dtype import DType
from tensorlab.views.record import CopyNeeded, Outcome, Primitive, View  # noqa: TC001 - the codec reads annotations


@dataclass(frozen=True, slots=True)
class Call:
    """A view operation as a user writes it; ``str()`` is the source text.

    >>> print(Call("reshape", (2, -1)), Call("getitem", ((slice(1, None), ..., None),)))
    reshape(2, -1) [1:, ..., None]
    """

    name: str
    """In its library's words: "transpose", "broadcast_to"; "getitem" for square brackets."""
    args: tuple[object, ...] = ()

    def __str__(self) -> str:
        if self.name == "getitem" and len(self.args) == 1:
            parts = self.args[0] if isinstance(self.args[0], tuple) else self.args
            return f"[{', '.join(map(_written, parts)) or '()'}]"
        return f"{self.name}({', '.join(map(_written, self.args))})"


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a chain: what it lowers to, what it was applied to, what came out.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.record import Refused, Select
    >>> before = View(Layout((2,), (4,), itemsize=4), dtype("float32"))
    >>> print(Step("[5]", (Select(0, 5),), before, (Refused("IndexError", "index 5 is outside axis 0 of size 2"),)))
    [5] -> IndexError: index 5 is outside axis 0 of size 2
    """

    name: str
    """As the user wrote it: "t()", "reshape(6)"."""
    ops: tuple[Primitive, ...]
    before: View
    after: tuple[Outcome, ...]
    """One; several where an operation returns several views (split, unbind)."""

    @property
    def result(self) -> View | None:
        """What the next step of a chain starts from; None where the library would have raised."""
        outcome = self.after[0] if self.after else None
        if isinstance(outcome, CopyNeeded):
            return outcome.result
        return outcome if isinstance(outcome, View) else None

    def __str__(self) -> str:
        return f"{self.name} -> {'; '.join(map(str, self.after))}"


def _written(value: object) -> str:
    if isinstance(value, slice):
        parts = ["" if n is None else str(n) for n in (value.start, value.stop)]
        return ":".join(parts if value.step is None else [*parts, str(value.step)])
    if isinstance(value, DType):
        return value.name
    return "..." if value is Ellipsis else repr(value)
