"""Arguments of a finding as source: one line that makes all of them by public calls."""

from __future__ import annotations

from math import isnan, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.layout.shapes import canonical_strides
from tensorlab.testing.construction import elements_needed, readable_chain, strided

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.layout.record import Layout
    from tensorlab.testing.placing import Placed
    from tensorlab.testing.record import Case, Laid

NAMES = ("x", "y", "z", "a", "b", "c", "d", "e")
"""What arguments are called in a script."""
_LONGEST = 200
"""Elements that are written one by one."""
_COUNTED = frozenset({"float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8"})
"""Dtypes that torch counts in."""


class Argument(NamedTuple):
    """One argument of a script."""

    name: str
    laid: Laid
    base: str
    """What its base is called."""
    over: Callable[[str], str]
    """The argument, as a view of a base of that name."""
    numel: int
    """Of the base."""

    @property
    def copy(self) -> str:
        """The same elements in C order, in memory of their own."""
        if self.laid.library == "numpy":
            return f"{self.name}.copy()"
        layout = self.laid.layout
        if not (self.laid.conj or self.laid.neg) and not is_in_c_order(layout):
            return f"{self.name}.contiguous()"
        return f"{self.name}.clone(memory_format=torch.contiguous_format)"

    @property
    def is_plain(self) -> bool:
        """Whether it lies as a new tensor does, alone in its storage, so that no copy lies otherwise."""
        layout = self.laid.layout
        usual = canonical_strides(layout.shape, layout.itemsize)
        alone = layout.offset == 0 and self.numel == prod(layout.shape)
        return alone and layout.strides == usual and not (self.laid.conj or self.laid.neg)


def is_in_c_order(layout: Layout) -> bool:
    """Whether torch calls it contiguous: then ``contiguous()`` is no copy.

    >>> from tensorlab.layout.record import Layout
    >>> is_in_c_order(Layout((2, 1), (4, 99), itemsize=4)), is_in_c_order(Layout((2, 2), (4, 8), itemsize=4))
    (True, False)
    """
    usual = canonical_strides(layout.shape, layout.itemsize)
    same = (n == 1 or a == b for n, a, b in zip(layout.shape, layout.strides, usual, strict=True))
    return 0 in layout.shape or all(same)


class Written(NamedTuple):
    """All arguments of a script."""

    source: str
    """The line that makes them."""
    arguments: tuple[Argument, ...]

    @property
    def libraries(self) -> tuple[str, ...]:
        """What has to be imported for them."""
        return tuple(dict.fromkeys(argument.laid.library for argument in self.arguments)) or ("torch",)


def written(
    case: Case,
    placed: tuple[Placed, ...],
    *,
    counted: tuple[bool, ...],
    whole: bool,
    names: tuple[str, ...] = NAMES,
) -> Written | None:
    """The arguments of a case as a line of Python; None where it would be too long.

    Args:
        case: How the arguments lie.
        placed: The arguments with their bytes.
        counted: Which may hold 1, 2, 3, ... along their storage instead of those bytes.
        whole: Whether bases are named, and are no longer than the storages were.
        names: What the arguments are called.

    >>> from tensorlab.testing.record import Case
    >>> written(Case(arguments=()), (), counted=(), whole=False)
    Written(source='', arguments=())
    """
    shared = {place: group[0] for group in case.together for place in group}
    statements: list[str] = []
    found: list[Argument] = []
    for place, (laid, there) in enumerate(zip(case.arguments, placed, strict=True)):
        base = "base" if len(placed) == 1 else f"base_{names[shared.get(place, place)]}"
        held = laid.nbytes // laid.dtype.itemsize
        count = held if whole else max(held, elements_needed(laid))
        chain = readable_chain(laid, count)
        if whole and chain is not None and chain.numel != count:
            chain = None
        numel = chain.numel if chain else count
        source = _base(laid, there, numel, counted=counted[place])
        if source is None:
            return None
        over = _wrapped(laid, chain.over if chain else _by_numbers(laid, there))
        argument = Argument(names[place], laid, base, over, numel)
        if whole and shared.get(place, place) == place:
            statements.append(f"{base} = {source}")
        statements.append(f"{argument.name} = {over(base if whole else source)}")
        found.append(argument)
    return Written("; ".join(statements), tuple(found))


def _by_numbers(laid: Laid, placed: Placed) -> Callable[[str], str]:
    name = str(placed.thing.dtype.str) if laid.dtype.swapped else laid.dtype.name
    return lambda base: strided(laid, base).replace(repr(laid.dtype.name), repr(name), 1)


def _wrapped(laid: Laid, over: Callable[[str], str]) -> Callable[[str], str]:
    if laid.conj:
        return lambda base: f"{over(base)}.conj()"
    if laid.neg:
        return lambda base: f"torch._neg_view({over(base)})"
    return over


def _base(laid: Laid, placed: Placed, count: int, *, counted: bool) -> str | None:
    """A one-dimensional block in the dtype of the argument; of bytes, where its elements do not stand in step."""
    size = laid.dtype.itemsize
    steps = (laid.layout.offset, *laid.layout.strides)
    if laid.dtype.swapped or any(step % size for step in steps):
        bits = placed.untouched.tobytes().hex()
        return f"np.array(bytearray.fromhex({bits!r}))" if laid.nbytes <= _LONGEST else None
    source = _counting(laid, count) if counted else None
    return _listed(laid, placed, count) if source is None else source


def _counting(laid: Laid, count: int) -> str | None:
    """1, 2, 3, ... as short as the library allows; None for what it does not count in."""
    name, end = laid.dtype.name, count + 1
    if laid.dtype.kind == "bool" or (laid.dtype.itemsize == 1 and count > 127):
        return None
    if laid.library == "numpy":
        if laid.dtype.kind == "complex":
            return f"(np.arange(1., {end}.) * (1 + 1j)).astype(np.{name})"
        short = {"float64": f"np.arange(1., {end}.)", "int64": f"np.arange(1, {end})"}
        return short.get(name, f"np.arange(1, {end}, dtype=np.{name})")
    if laid.dtype.kind == "complex":
        pair = f"torch.complex(torch.arange(1., {end}.), torch.arange(2., {end + 1}.))"
        return pair if name == "complex64" else f"{pair}.to(torch.{name})"
    short = {"float32": f"torch.arange(1., {end}.)", "int64": f"torch.arange(1, {end})"}
    counted = name in _COUNTED
    other = f"torch.arange(1, {end}, dtype=torch.{name})" if counted else f"torch.arange(1, {end}).to(torch.{name})"
    return short.get(name, other)


def _listed(laid: Laid, placed: Placed, count: int) -> str | None:
    """The elements that the storage holds, one by one; zeros behind its end."""
    if count > _LONGEST:
        return None
    there = min(count, laid.nbytes // laid.dtype.itemsize)
    storage: Any = placed.storage[: there * laid.dtype.itemsize]
    values = storage.view(placed.thing.dtype).tolist() if there else []
    words = ", ".join([*map(_word, values), *["0"] * (count - there)])
    usual = {"torch": ("float32", "int64", "bool"), "numpy": ("float64", "int64", "bool")}[laid.library]
    maker, library = ("torch.tensor", "torch") if laid.library == "torch" else ("np.array", "np")
    told = laid.dtype.name in usual and bool(words)
    return f"{maker}([{words}]{'' if told else f', dtype={library}.{laid.dtype.name}'})"


def _word(value: object) -> str:
    if isinstance(value, complex):
        return f"complex({_word(value.real)}, {_word(value.imag)})" if isnan(abs(value)) else repr(value)
    text = repr(value)
    return text[:-1] if isinstance(value, float) and text.endswith(".0") else text
