"""How a value is spelled in a box: real and exact where that is short, else rounded, with a sign that says so."""

from __future__ import annotations

import sys
from itertools import islice
from math import frexp, isfinite, ldexp
from re import sub
from typing import TYPE_CHECKING, Any

from tensorlab.memory.cpython import length, plain_type
from tensorlab.memory.naming import FOREIGN, class_name, module_of
from tensorlab.memory.pylist import claims, entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.memory.pylist import Items

UNREADABLE = "?"
DOUBLE = 53
"""Bits of precision of a float of Python."""
ROUNDED = "\N{ALMOST EQUAL TO}"
"""Before a number that is not written to its last digit."""
_LONGEST = 20
_MOST_DIGITS = 11
"""Characters of a number that is written in full."""
_MOST_NESTED = 4
"""Axes of a subarray that are written as lists in one another."""


def word(value: object) -> str:
    """A value in at most 20 characters, mostly far fewer.

    Only numbers, texts, dates and the like are spelled out: the ``repr`` of any other object may hold its address, take
    for ever, or crash (a tensor whose storage is gone). ``?`` where the object raises.

    >>> word(4.0), word(0.1 + 0.2), word(True), word("a long text"), word(1 + 2j)
    ('4.0', '≈0.3', 'True', "'a lon…'", '1+2j')
    >>> word((1, 2.5)), word({1: 2}), word([1] * 99)
    ('(1, 2.5)', '<dict>', '[1, 1, 1, …]')
    """
    try:
        return _cut(_spelled(value) if not claims(value) else _row(value, _spelled))
    except FOREIGN:  # a class of the user's may answer any question by raising
        return UNREADABLE


def number(value: object, bits: int = DOUBLE) -> str:
    """An element of an array, of which the dtype is told: a whole float as an integer; ``≈`` before what is rounded.

    A text of four digits that no other number of the dtype has needs no sign.

    Args:
        value: What the element is.
        bits: Of precision that its dtype has.

    >>> number(4.0), number(65504.0), number(1 / 3), number(123456789.0)
    ('4', '65504', '≈0.3333', '123456789')
    >>> number(0.10000000149011612), number(0.10000000149011612, bits=24)
    ('≈0.1', '0.1')
    """
    try:
        return _cut(_told_apart(value, bits) or _field(value))
    except FOREIGN:  # as above
        return UNREADABLE


def _told_apart(value: Any, bits: int) -> str:  # noqa: ANN401 - as below
    """A fraction in four digits where its dtype has no nearer one; "" for what needs another spelling."""
    if type(value) is complex and bits < DOUBLE:
        parts = [_told_apart(part, bits) or _whole(part) for part in (value.real, value.imag)]
        text = f"{parts[0]}{'' if parts[1].startswith('-') else '+'}{parts[1]}j"
        return text if all(parts) and len(text) <= _LONGEST else ""
    if type(value) is not float or bits >= DOUBLE or not isfinite(value) or value.is_integer():
        return ""
    text = f"{value:.4g}"
    part, exponent = frexp(value)
    reach = ldexp(0.25 if abs(part) == 0.5 else 0.5, exponent - bits)
    return text if abs(float(text) - value) < reach else ""


def _whole(value: float) -> str:
    """A whole number in full, where that is short."""
    text = float.__repr__(value).removesuffix(".0")
    return text if value.is_integer() and len(text) <= _MOST_DIGITS else ""


def exact(value: object, *, element: bool = False) -> str:
    """A number to its last digit, also in a row of numbers; "" for what its box has in full.

    Args:
        value: What ``word`` spells.
        element: Whether ``number`` spells it instead.

    >>> exact(0.1 + 0.2), exact(0.5), exact([0.1 + 0.2, "a"])
    ('0.30000000000000004', '', "[0.30000000000000004, 'a']")
    >>> exact(1498845440.0), exact(1498845440.0, element=True)
    ('1498845440.0', '')
    """
    spellings = _field if element else _spelled, _in_full
    try:
        short, full = (_row(value, spell) if claims(value) else spell(value) for spell in spellings)
    except FOREIGN:  # as above
        return ""
    return full if full != short and ROUNDED in short else ""


def _in_full(value: Any) -> str:  # noqa: ANN401 - as below
    kind = type(value)
    if issubclass(kind, float):
        return float.__repr__(value)
    if issubclass(kind, complex):
        return complex.__repr__(complex.__complex__(value)).strip("()")
    return str(value).strip("()") if _is_long(kind) or _is_spoken(kind) else _spelled(value)


def structure(value: object) -> str:
    """An element with fields in at most 20 characters: its fields in brackets, subarrays as nested lists.

    >>> structure((0, (0.5, [1, 2]), b""))
    '(0, (0.5, [1, 2]), …'
    """
    return _cut(_field(value))


def _field(value: Any) -> str:  # noqa: ANN401 - what NumPy makes of a field
    kind = type(value)
    if issubclass(kind, tuple):
        return f"({', '.join(map(_field, value))})"
    if kind is list:
        return f"[{', '.join(map(_field, value[:3]))}{', …' if len(value) > 3 else ''}]"
    if _is_from("numpy", kind) and class_name(kind) in {"void", "record"} and value.dtype.names:
        return f"({', '.join(_field(value[name]) for name in value.dtype.names)})"
    if _is_from("numpy", kind) and class_name(kind) == "ndarray" and 0 < value.ndim <= _MOST_NESTED:
        some = value[(slice(4),) * value.ndim]
        return _field(list(some) if some.dtype.kind in "mM" else some.tolist())
    words = _spelled(value)
    full = _bare(value)
    return full if full and len(full) <= _MOST_DIGITS else words


def _bare(value: Any) -> str:  # noqa: ANN401 - as above
    """A float or a complex number in full, whole parts as integers; "" for anything else."""
    if issubclass(type(value), complex):
        imag = _bare(value.imag)
        return f"{_bare(value.real)}{'' if imag.startswith('-') else '+'}{imag}j"
    return float.__repr__(value).removesuffix(".0") if issubclass(type(value), float) else ""


def _cut(text: str) -> str:
    """The first 20 characters, without a number that would lose digits and so tell another one."""
    if len(text) <= _LONGEST:
        return text
    start, rest = text[: _LONGEST - 1], text[_LONGEST - 1]
    broken = rest.isalnum() or rest in ".+-/"
    return (sub(r"(?<=[(\[ ])[≈+-]?\d[\w.+-]*$", "", start) if broken else start) + "…"


def _row(items: Items, spell: Callable[[object], str]) -> str:
    """The first elements in brackets; rows inside are brackets alone, however deep."""
    shown = [_brackets(item, "…") if claims(item) else spell(item) for item in islice(entries(items), 3)]
    return _brackets(items, ", ".join(shown) + (", …" if length(items) > 3 else ""))


def _brackets(items: Items, inside: str) -> str:
    left, right = "()" if plain_type(items) is tuple else "[]"
    return f"{left}{inside if length(items) else ''}{right}"


def _spelled(value: object) -> str:
    kind = type(value)
    for known, spell in _SPELLINGS.items():
        if issubclass(kind, known):
            return spell(value)
    if _is_from("numpy", kind) and not hasattr(kind, "__len__"):  # longdouble, for one
        return _spelled_scalar(value)
    try:
        return _spelled_aloud(value) if _is_spoken(kind) else f"<{class_name(kind)}>"
    except Exception:  # noqa: BLE001 - integers too long for str() in a fraction, or a time zone of the user's
        return f"<{class_name(kind)}>"


def _is_from(module: str, kind: type) -> bool:
    """Whether it is that module's type, and not only says so."""
    return module_of(kind) == module and getattr(sys.modules.get(module), class_name(kind), None) is kind


def _is_long(kind: type) -> bool:
    """Whether it is NumPy's float, or its complex number, of more bits than Python's."""
    return class_name(kind) in {"longdouble", "clongdouble"} and _is_from("numpy", kind)


def _is_spoken(kind: type) -> bool:
    return any(_is_from(module, kind) for module in _SPOKEN)


def _spelled_scalar(value: Any) -> str:  # noqa: ANN401 - a scalar of NumPy, which this file does not import
    name = class_name(type(value))
    if name == "clongdouble":
        full = str(value).strip("()")
        return full if len(full) <= _MOST_DIGITS else _rounded_complex(str(value.real), str(value.imag))
    if name == "longdouble":
        full = str(value)
        return full if len(full) <= _MOST_DIGITS else ROUNDED + _rounded(full, 4)
    return _spelled_time(value) if name in {"datetime64", "timedelta64"} else str(value)


def _spelled_aloud(value: object) -> str:
    """A date, a decimal or a fraction in its own words; a number too long for a box is rounded."""
    words, name = str(value), class_name(type(value))
    if len(words) <= _LONGEST or name not in {"Decimal", "Fraction"}:
        return words
    return ROUNDED + (_rounded(words.lower(), 4) if name == "Decimal" else f"{float(value):.4g}")  # type: ignore[arg-type]  # it is one


def _spelled_time(value: Any) -> str:  # noqa: ANN401 - a scalar of NumPy, which this file does not import
    """The date in ISO 8601, without a time of day that is midnight; a duration with its unit, as in the dtype."""
    words, kind = str(value), str(value.dtype)
    if words == "NaT" or kind.startswith("datetime64"):
        return sub(r"T00(:00){0,2}$", "", sub(r"\.(\d*?)0+$", lambda m: f".{m[1]}" if m[1] else "", words))
    unit = sub(r"^timedelta64(\[\d*(.*)\])?$", r" \2", kind).rstrip()
    return words.partition(" ")[0] + unit


def _spelled_integer(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= 64 else f"int of {bits:,} bits"


def _spelled_complex(value: complex) -> str:
    plain = complex.__complex__(value)
    full = complex.__repr__(plain).strip("()")
    if len(full) <= _MOST_DIGITS:
        return full
    short = _rounded_complex(float.__repr__(plain.real), float.__repr__(plain.imag))
    plainly = short.removeprefix(ROUNDED)
    return plainly if repr(complex(plainly)) == repr(plain) else short


def _spelled_float(value: float) -> str:
    full = float.__repr__(value)
    if len(full) <= _MOST_DIGITS:
        return full
    short = float.__format__(value, ".4g")
    return short if float.__repr__(float(short)) == full else ROUNDED + short


def _rounded(full: str, digits: int) -> str:
    """A number with fewer digits, by its text: its exponent may be one that no float of Python has."""
    part, mark, exponent = full.partition("e")
    return f"{float(part):.{digits}g}{mark}{exponent}"


def _rounded_complex(real: str, imag: str) -> str:
    """With three digits, or as many as leave room for the exponents."""
    sign = "" if imag.startswith("-") else "+"
    tried = (f"{ROUNDED}{_rounded(real, n)}{sign}{_rounded(imag, n)}j" for n in (3, 2))
    return next(
        (text for text in tried if len(text) <= _LONGEST), f"{ROUNDED}{_rounded(real, 1)}{sign}{_rounded(imag, 1)}j"
    )


def _spelled_text(value: str | bytes) -> str:
    if len(value) <= 6:
        return repr(value)
    start = repr(value[:5])
    return f"{start[:-1]}…{start[-1]}"


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    bool: str,
    type(None): str,
    int: _spelled_integer,
    float: _spelled_float,
    complex: _spelled_complex,
    str: lambda value: _spelled_text(str.__str__(value)),
    bytes: lambda value: _spelled_text(bytes.__getitem__(value, slice(7))),
}
_SPOKEN = frozenset({"datetime", "decimal", "fractions"})
"""Modules whose values say in ``str()`` what they are."""
