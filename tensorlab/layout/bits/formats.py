"""The binary formats of floating-point numbers: what each bit pattern means, and which patterns mean no number."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from tensorlab.layout.bits.record import Number, Pattern
from tensorlab.layout.dtype import DTYPES

if TYPE_CHECKING:
    from tensorlab.layout.bits.record import PatternKind

Beyond = Literal["infinity", "saturate", "nan"]


class Format(NamedTuple):
    """How the bits of one floating-point value are read."""

    name: str
    sign: int
    exponent: int
    mantissa: int
    bias: int
    top: int
    """The largest magnitude that is a number, as bits without the sign."""
    beyond: Beyond
    """What becomes of a number that is too large."""
    infinity: int | None = None
    """Its bits without the sign; None where there is none."""
    nan: int | None = None
    """The bits of the NaN that a conversion makes; None where there is none."""
    one_zero: bool = False
    """Whether the pattern of -0 is the NaN."""

    @property
    def least(self) -> int:
        """The power of two of the smallest normal numbers."""
        return 1 - self.bias

    @property
    def width(self) -> int:
        """Bits in all."""
        return self.sign + self.exponent + self.mantissa

    @property
    def is_power(self) -> bool:
        """Whether a value is a bare power of two: no sign, no mantissa, no zero."""
        return not self.mantissa


def _ieee(name: str, exponent: int, mantissa: int) -> Format:
    infinity = ((1 << exponent) - 1) << mantissa
    bias = (1 << (exponent - 1)) - 1
    nan = infinity | 1 << (mantissa - 1)
    return Format(name, 1, exponent, mantissa, bias, infinity - 1, "infinity", infinity, nan)


FORMATS = {
    form.name: form
    for form in (
        _ieee("float64", 11, 52),
        _ieee("float32", 8, 23),
        _ieee("float16", 5, 10),
        _ieee("bfloat16", 8, 7),
        _ieee("float8_e5m2", 5, 2),
        Format("float8_e4m3fn", 1, 4, 3, 7, 0x7E, "saturate", nan=0x7F),
        Format("float8_e4m3fnuz", 1, 4, 3, 8, 0x7F, "nan", nan=0x80, one_zero=True),
        Format("float8_e5m2fnuz", 1, 5, 2, 16, 0x7F, "nan", nan=0x80, one_zero=True),
        Format("float8_e8m0fnu", 0, 8, 0, 127, 0xFE, "nan", nan=0xFF),
        Format("float4_e2m1fn_x2", 1, 2, 1, 1, 0x7, "saturate"),
    )
}
"""Every floating-point dtype of NumPy and torch, by its name."""

PARTS_OF = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
"""The format of each of the two parts of a complex number."""
assert FORMATS.keys() == {name for name, kind in DTYPES.items() if kind.kind == "float"}, "one format a dtype"


def meaning(form: Format, code: int) -> Pattern:
    """What a pattern of bits stands for.

    Raises:
        LayoutError: The code has more bits than the format.

    >>> print(meaning(FORMATS["float8_e4m3fn"], 0x7E).value, meaning(FORMATS["float8_e4m3fn"], 0xFF).value)
    448 nan
    >>> meaning(FORMATS["float32"], 1).kind
    'subnormal'
    """
    negative = bool(form.sign) and bool(code >> (form.width - 1) & 1)
    bits = code & ((1 << (form.exponent + form.mantissa)) - 1)
    parts = tuple(
        (name, size)
        for name, size in (("sign", form.sign), ("exponent", form.exponent), ("mantissa", form.mantissa))
        if size
    )
    if bits == form.infinity:
        return Pattern(form.name, parts, code, Number("infinity", negative), "infinity")
    if bits > form.top or (form.one_zero and code == form.nan):
        return Pattern(form.name, parts, code, Number("nan", negative), "nan")
    size = magnitude(form, bits)
    kind: PatternKind = "zero" if not size else "normal" if bits >> form.mantissa or form.is_power else "subnormal"
    return Pattern(form.name, parts, code, Number("finite", negative, size.numerator, size.denominator), kind)


def magnitude(form: Format, bits: int) -> Fraction:
    """The value of bits without their sign.

    >>> magnitude(FORMATS["float16"], 0x3C00), magnitude(FORMATS["float8_e8m0fnu"], 130)
    (Fraction(1, 1), Fraction(8, 1))
    """
    if form.is_power:
        return power_of_two(bits - form.bias)
    exponent, mantissa = bits >> form.mantissa, bits & ((1 << form.mantissa) - 1)
    if exponent:
        mantissa |= 1 << form.mantissa
    return mantissa * power_of_two(max(exponent, 1) - form.bias - form.mantissa)


def power_of_two(power: int) -> Fraction:
    """Exactly, also where the power is negative.

    >>> power_of_two(3), power_of_two(-3)
    (Fraction(8, 1), Fraction(1, 8))
    """
    return Fraction(1 << power) if power >= 0 else Fraction(1, 1 << -power)
