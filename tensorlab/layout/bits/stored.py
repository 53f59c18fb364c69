"""What a dtype makes of a number: floats, integers, truth values and complex numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tensorlab.errors import OutOfBoundsError, UnsupportedError
from tensorlab.layout.bits.formats import FORMATS, PARTS_OF
from tensorlab.layout.bits.literals import numbers
from tensorlab.layout.bits.record import Number, Pattern, Stored
from tensorlab.layout.bits.rounding import distance, neighbours, rounded
from tensorlab.layout.dtype import DTYPES, dtype

if TYPE_CHECKING:
    from tensorlab.layout.bits.formats import Format
    from tensorlab.layout.bits.rounding import Rounded
    from tensorlab.layout.dtype import DType

_ONE = Number("finite", False, 1)
_WIDER = ("float64", "float32")
"""What a Python number goes through before torch makes a narrow float of it."""


def stored(text: str, name: str) -> tuple[Stored, ...]:
    """What the dtype of that name makes of a number: one part, or two of a complex dtype.

    Raises:
        ExpressionError: The text is no number.
        UnknownNameError: No dtype has that name.
        OutOfBoundsError: An integer that the dtype does not hold.
        UnsupportedError: A dtype that has no such value: an integer of NaN, a float of a complex number.

    >>> print(stored("0.1", "bfloat16")[0].pattern.value, stored("-1", "int8")[0].pattern.hex)
    0.10009765625 0xff
    """
    parts = numbers(text)
    kind = dtype("float4_e2m1fn_x2" if name == "float4_e2m1fn" else name)
    if kind.name in PARTS_OF:
        form = FORMATS[PARTS_OF[kind.name]]
        imaginary = parts[1] if len(parts) == 2 else Number("finite")
        return (
            replace(_float(parts[0], form, kind.name), component="real"),
            replace(_float(imaginary, form, kind.name), component="imaginary"),
        )
    if len(parts) == 2:
        raise UnsupportedError(f"{kind.name} has one part; got the complex number {text}", hint="use complex64")
    if kind.name in FORMATS:
        return (_float(parts[0], FORMATS[kind.name], kind.name),)
    return (_boolean(parts[0]) if kind.kind == "bool" else _integer(parts[0], kind),)


def _float(number: Number, form: Format, name: str) -> Stored:
    found = rounded(number, form)
    below, above = neighbours(found.pattern, form)
    step = distance(found.pattern, form)
    return Stored(
        asked=number,
        pattern=replace(found.pattern, dtype=name),
        below=below,
        above=above,
        ulp=None if step is None else Number("finite", False, step.numerator, step.denominator),
        tie=found.tie,
        notes=tuple(_notes(number, found, form)),
    )


def _notes(number: Number, found: Rounded, form: Format) -> list[str]:
    notes = []
    value = found.pattern.value
    if found.overflowed:
        notes.append(_overflow_words(number, found, form))
    elif number.kind == "finite" and value.kind == "finite" and number.numerator and not value.numerator:
        notes.append("too small: what is nearest is zero")
    if number.negative and number.kind == "finite" and not value.negative:
        what = "a zero of one sign only" if form.one_zero else "no sign: torch keeps the magnitude"
        notes.append(f"{form.name} has {what}")
    if form.is_power and not number.numerator and number.kind == "finite":
        notes.append(f"{form.name} has no zero: the smallest power of two stands for it")
    if DTYPES[form.name].lanes > 1:
        notes.append("two values lie in a byte: this is one of them")
    return [*notes, *_route_notes(number, found, form)]


def _overflow_words(number: Number, found: Rounded, form: Format) -> str:
    top = Fraction(0) if number.kind != "finite" else number.magnitude
    what = f"{form.name} has no infinity" if not top else "too large to be rounded"
    if form.beyond == "saturate":
        return f"{what}: the largest value stands for it{_SINCE.get(form.name, '')}"
    return f"{what}: {'NaN' if found.pattern.kind == 'nan' else 'infinity'} stands for it"


_SINCE = {"float8_e4m3fn": " (in torch 2.13; NaN in 2.11)"}
"""Where torch has changed what it stores instead of a value that is too large."""


def _route_notes(number: Number, found: Rounded, form: Format) -> list[str]:
    """A Python number is a float64 before torch sees it, and a float32 before it is narrower: each step rounds."""
    if number.kind != "finite" or form.name == "float64" or form.is_power or form.name == "float4_e2m1fn_x2":
        return []
    steps = _WIDER[:1] if form.name == "float32" else _WIDER
    there = number
    for step in steps:
        there = rounded(there, FORMATS[step]).pattern.value
    other = rounded(there, form).pattern
    if other.code == found.pattern.code:
        return []
    return [f"torch rounds more than once, through {' and '.join(steps)}, and stores {other.hex} = {other.value}"]


def _integer(number: Number, kind: DType) -> Stored:
    bits, signed = 8 * kind.itemsize, kind.kind == "int"
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    if number.fraction is None:
        raise UnsupportedError(f"{kind.name} holds integers; got {number}", hint="use a floating-point dtype")
    whole = int(number.fraction)
    if not low <= whole <= high:
        wrapped = (whole - low) % (1 << bits) + low
        raise OutOfBoundsError(
            f"{kind.name} holds {low} to {high}; got {number}",
            hint=f"NumPy refuses such a Python number; conversions (astype, to) wrap it around: {wrapped}",
        )
    cut = () if whole == number.fraction else ("the fraction is cut off, toward zero",)
    parts = (("sign", 1), ("value", bits - 1)) if signed else (("value", bits),)

    def pattern(value: int) -> Pattern | None:
        exact = Number("finite", value < 0, abs(value))
        fits = low <= value <= high
        return Pattern(kind.name, parts, value % (1 << bits), exact, "integer") if fits else None

    here = pattern(whole)
    assert here is not None, "it lies in the range that was checked"
    return Stored(asked=number, pattern=here, below=pattern(whole - 1), above=pattern(whole + 1), ulp=_ONE, notes=cut)


def _boolean(number: Number) -> Stored:
    """Whatever is not 0 is true: NaN too."""
    truth = number.kind != "finite" or number.numerator > 0
    false, true = (
        Pattern("bool", (("unused", 7), ("value", 1)), code, Number("finite", False, code), "boolean")
        for code in (0, 1)
    )
    return Stored(
        asked=number,
        pattern=true if truth else false,
        below=false if truth else None,
        above=None if truth else true,
        ulp=_ONE,
        notes=() if number.fraction in {0, 1} else ("any number but 0 is true",),
    )
