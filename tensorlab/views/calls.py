"""View operations as a user writes them, and what each of a chain of them gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DType
from tensorlab.views.record import CopyNeeded, Outcome, Primitive, View  # noqa: TC001 - the codec reads annotations

PROPERTIES = frozenset({"H", "T", "imag", "mH", "mT", "real"})
"""Names that are written without parentheses."""


@dataclass(frozen=True, slots=True)
class Call:
    """A view operation as a user writes it; ``str()`` is the source text.

    Arguments are Python's own values: integers, None, booleans, slices, words, tuples and lists of these, a ``DType``
    for a dtype, a ``View`` for another tensor; words for a device ("cpu") and a memory format ("channels_last").

    Raises:
        UnsupportedError: The name is no text, or the arguments are no tuples.

    >>> print(Call("reshape", (2, -1)), Call("getitem", ((slice(1, None), ..., None),)), Call("T"))
    reshape(2, -1) [1:, ..., None] T
    >>> print(Call("flatten", (1,), (("end_dim", 2),)))
    flatten(1, end_dim=2)
    """

    name: str
    """In its library's words: "transpose", "broadcast_to"; "getitem" for square brackets."""
    args: tuple[object, ...] = ()
    keywords: tuple[tuple[str, object], ...] = ()
    """Arguments that are given by name, with their names."""

    def __post_init__(self) -> None:
        name, args, named = cast("tuple[object, object, object]", (self.name, self.args, self.keywords))
        tuples = type(name) is str and isinstance(args, tuple) and isinstance(named, tuple)
        if not tuples or not all(map(_is_pair, cast("tuple[object, ...]", named))):
            raise UnsupportedError("a call is a name, a tuple of arguments and a tuple of pairs of a name and a value")

    def __str__(self) -> str:
        if self.name == "getitem" and len(self.args) == 1 and not self.keywords:
            parts = self.args[0] if isinstance(self.args[0], tuple) else self.args
            return f"[{', '.join(map(written, parts)) or '()'}]"
        if self.name in PROPERTIES and not self.args and not self.keywords:
            return self.name
        named = [f"{name}={written(value)}" for name, value in self.keywords]
        return f"{self.name}({', '.join([*map(written, self.args), *named])})"


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
    """One; several, or none at all, where an operation returns a tuple of views (split, unbind). The i-th of ``ops``
    makes the i-th of those."""
    several: bool = False
    """Whether a tuple came out, also one of a single view."""

    @property
    def result(self) -> View | None:
        """What the next step of a chain starts from; None where the library would have raised."""
        outcome = self.after[0] if self.after else None
        if isinstance(outcome, CopyNeeded):
            return outcome.result
        return outcome if isinstance(outcome, View) else None

    def __str__(self) -> str:
        return f"{self.name} -> {'; '.join(map(str, self.after))}"


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and type(value[0]) is str


def written(value: object) -> str:
    """An argument as source text; what cannot be written is told by its type.

    >>> written(slice(1, None)), written(...), written((1, 2))
    ('1:', '...', '(1, 2)')
    """
    if isinstance(value, slice):
        parts = ["" if n is None else written(n) for n in (value.start, value.stop)]
        return ":".join(parts if value.step is None else [*parts, written(value.step)])
    if isinstance(value, DType):
        return value.name
    if isinstance(value, View):
        return f"<view of shape {value.layout.shape}>"
    if value is Ellipsis:
        return "..."
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything, and so do integers of 5,000 digits
        return f"<{type(value).__name__}>"
