"""What a call was given, read by the names of its parameters; a form that is not known is told, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DType
from tensorlab.views.record import View

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Primitive

MOST_PIECES = 65536
"""Of a split: more are not listed."""
_WIDEST = 2**63
_SYNONYMS = {"axis": "dim", "keepdims": "keepdim"}
"""NumPy's words that torch's functions take for their own."""


class Pieces(NamedTuple):
    """What an operation that returns a tuple of views lowers to: a primitive for each."""

    each: tuple[Primitive, ...]


def unsupported(call: Call, expected: str) -> UnsupportedError:
    """The error for arguments that a name does not take, or that are not modelled.

    >>> from tensorlab.views.calls import Call
    >>> print(unsupported(Call("t", (0,)), "no arguments"))
    cannot follow t(0)
    hint: t takes no arguments
    """
    return UnsupportedError(f"cannot follow {call}", hint=f"{call.name} takes {expected}")


class Given:
    """The arguments of a call under the names of its parameters.

    Args:
        call: What was called.
        names: The parameters that may be given by position, in their order; all have defaults here, so that None means
            not given.
        only: Further parameters that are given by name alone.

    >>> from tensorlab.views.calls import Call
    >>> given = Given(Call("narrow", (0, 1), (("length", 2),)), "dim start length")
    >>> given.integer("dim"), given.integer("start"), given.integer("length")
    (0, 1, 2)
    """

    __slots__ = ("_call", "_expected", "_values")

    def __init__(self, call: Call, names: str = "", only: str = "") -> None:
        positional = names.split()
        known = {*positional, *only.split()}
        self._call = call
        self._expected = ", ".join([*positional, *(f"{name}=" for name in only.split())]) or "no arguments"
        self._values: dict[str, object] = dict(zip(positional, call.args, strict=False))
        for word, value in call.keywords:
            name = word if word in known else _SYNONYMS.get(word, word)
            if name not in known or name in self._values:
                raise self.unknown()
            self._values[name] = value
        if len(call.args) > len(positional):
            raise self.unknown()
        if any(map(_too_wide, self._values.values())):
            raise UnsupportedError(f"cannot follow {call}", hint="integers are of 64 bits")

    def unknown(self) -> UnsupportedError:
        """That the arguments are none that are modelled."""
        return unsupported(self._call, self._expected)

    def has(self, name: str) -> bool:
        """Whether it was given, as None too."""
        return name in self._values

    def value(self, name: str, default: object = None) -> Any:  # noqa: ANN401 - whatever the user gave
        """As it came."""
        return self._values.get(name, default)

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer; without a default it must be given."""
        value = self._values.get(name, default)
        if type(value) is not int:
            raise self.unknown()
        return value

    def optional(self, name: str) -> int | None:
        """An integer, or None."""
        value = self._values.get(name)
        if value is not None and type(value) is not int:
            raise self.unknown()
        return value

    def truth(self, name: str, *, default: bool = False) -> bool:
        """True or False."""
        value = self._values.get(name, default)
        if type(value) is not bool:
            raise self.unknown()
        return value

    def word(self, name: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of those words; None, or nothing, where there is a default, is the default."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if type(value) is not str or value not in known:
            raise self.unknown()
        return value

    def sizes(self, name: str) -> tuple[int, ...]:
        """Integers: one alone, or a tuple or list of them."""
        value = self._values.get(name)
        numbers = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        if any(type(n) is not int for n in numbers):
            raise self.unknown()
        return numbers

    def sequence(self, name: str) -> tuple[int, ...]:
        """A tuple or list of integers."""
        if not isinstance(self._values.get(name), (tuple, list)):
            raise self.unknown()
        return self.sizes(name)

    def view(self, name: str) -> View:
        """Another tensor."""
        value = self._values.get(name)
        if not isinstance(value, View):
            raise self.unknown()
        return value

    def kind(self, name: str) -> DType | None:
        """A dtype, or None."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, DType):
            raise self.unknown()
        return value


def spread(call: Call, name: str, only: str = "") -> Given:
    """The arguments of a call that takes integers one by one, or as one tuple, list or argument of that name.

    >>> from tensorlab.views.calls import Call
    >>> spread(Call("permute", (1, 0)), "dims").sizes("dims"), spread(Call("permute", ((1, 0),)), "dims").sizes("dims")
    ((1, 0), (1, 0))
    """
    if len(call.args) > 1:
        packed = type(call)(call.name, (call.args,), call.keywords)
        if any(type(n) is not int for n in call.args):
            raise unsupported(call, "integers, one by one or as a tuple")
        return Given(packed, name, only)
    return Given(call, name, only)


def _too_wide(value: object) -> bool:
    if type(value) is int:
        return not -_WIDEST <= value < _WIDEST
    if isinstance(value, (tuple, list)):
        return any(_too_wide(inner) for inner in value if isinstance(inner, (int, slice)))
    if isinstance(value, slice):
        return any(map(_too_wide, (value.start, value.stop, value.step)))
    return False


def pieces(call: Call, each: list[Primitive]) -> Pieces:
    """A tuple of views, each of which a primitive makes.

    >>> from tensorlab.views.calls import Call
    >>> from tensorlab.views.record import Select
    >>> len(pieces(Call("unbind"), [Select(0, 0), Select(0, 1)]).each)
    2
    """
    return Pieces(tuple(each)) if len(each) <= MOST_PIECES else _too_many(call)


def _too_many(call: Call) -> Pieces:
    raise UnsupportedError(f"cannot follow {call}", hint=f"at most {MOST_PIECES:,} views are listed")
