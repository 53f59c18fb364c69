"""Numbers rounded to the nearest value of a format, ties to even, once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.errors import UnsupportedError
from tensorlab.layout.bits.formats import FORMATS, magnitude, meaning, power_of_two
from tensorlab.layout.bits.record import Number

if TYPE_CHECKING:
    from tensorlab.layout.bits.formats import Format
    from tensorlab.layout.bits.record import Pattern


class Rounded(NamedTuple):
    """A number as a format holds it."""

    pattern: Pattern
    tie: bool
    """Whether it lay halfway between two values."""
    overflowed: bool
    """Whether it was too large to be rounded."""


def rounded(number: Number, form: Format) -> Rounded:
    """The nearest value of the format; of two equally near ones that whose last bit is 0.

    Raises:
        UnsupportedError: NaN, in a format without one.

    >>> from tensorlab.layout.bits.literals import number
    >>> rounded(number("0.1"), FORMATS["float32"]).pattern.hex
    '0x3dcccccd'
    >>> small = FORMATS["float8_e4m3fn"]
    >>> print(rounded(number("1000"), small).pattern.value, rounded(number("17"), small).pattern.value)
    448 16
    """
    if number.kind == "nan":
        if form.nan is None:
            raise UnsupportedError(f"{form.name} has no NaN", hint="its values are 0 to 6, in either sign")
        return Rounded(meaning(form, form.nan), tie=False, overflowed=False)
    if number.kind == "infinity":
        return Rounded(_beyond(number, form), tie=False, overflowed=form.infinity is None)
    bits, tie = _power(number.magnitude) if form.is_power else _bits(number.magnitude, form)
    if bits > form.top:
        return Rounded(_beyond(number, form), tie, overflowed=True)
    return Rounded(meaning(form, _signed(bits, number, form)), tie, overflowed=False)


def neighbours(pattern: Pattern, form: Format) -> tuple[Pattern | None, Pattern | None]:
    """The next smaller and the next larger value.

    >>> from tensorlab.layout.bits.literals import number
    >>> below, above = neighbours(meaning(FORMATS["float16"], 0x3C00), FORMATS["float16"])
    >>> print(below.value, above.value)
    0.99951171875 1.0009765625
    """
    if pattern.kind == "nan":
        return None, None
    return _beside(pattern, form, -1), _beside(pattern, form, 1)


def distance(pattern: Pattern, form: Format) -> Fraction | None:
    """How far apart values lie where this one lies, away from zero; None where it is no finite number.

    >>> distance(meaning(FORMATS["float32"], 0x3F800000), FORMATS["float32"]) == Fraction(1, 2**23)
    True
    """
    if pattern.value.kind != "finite":
        return None
    if form.is_power:
        return pattern.value.magnitude
    return magnitude(form, 1) * (1 << max((pattern.code & _mask(form)) >> form.mantissa, 1) - 1)


def _mask(form: Format) -> int:
    return (1 << (form.exponent + form.mantissa)) - 1


def _signed(bits: int, number: Number, form: Format) -> int:
    if not number.negative or not form.sign or (form.one_zero and not bits):
        return bits
    return bits | 1 << (form.width - 1)


def _beyond(number: Number, form: Format) -> Pattern:
    """What a format keeps of a number that is too large, or infinite."""
    if form.beyond == "nan" and form.nan is not None:
        return meaning(form, form.nan)
    bits = form.top if form.infinity is None else form.infinity
    return meaning(form, _signed(bits, number, form))


def _bits(size: Fraction, form: Format) -> tuple[int, bool]:
    """The bits without a sign, where rounding up carries into the exponent; and whether it was a tie."""
    power = max(_log2(size), form.least) if size else form.least
    steps = size / power_of_two(power - form.mantissa)
    whole = round(steps)  # of a Fraction: half to even, exactly
    return ((power - form.least) << form.mantissa) + whole, steps.denominator == 2


def _power(size: Fraction) -> tuple[int, bool]:
    """The same for powers of two; a number halfway goes up, as it does in torch."""
    bias = FORMATS["float8_e8m0fnu"].bias
    power = _log2(size) if size else -bias
    part = size / power_of_two(power)
    return max(power + bias + (part >= Fraction(3, 2)), 0), part == Fraction(3, 2)


def _log2(size: Fraction) -> int:
    """The largest power of two that is not above a number above 0."""
    power = size.numerator.bit_length() - size.denominator.bit_length()
    return power if power_of_two(power) <= size else power - 1


def _beside(pattern: Pattern, form: Format, step: int) -> Pattern | None:
    bits, negative = pattern.code & _mask(form), pattern.value.negative
    if not bits and not form.is_power:
        bits, negative = 1, step < 0
    else:
        bits += -step if negative else step
    if bits < 0 or (bits > form.top and bits != form.infinity):
        return None
    return meaning(form, _signed(bits, Number("finite", negative), form))
