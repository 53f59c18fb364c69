"""A number exactly, a pattern of bits, and what one dtype makes of a number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tensorlab.errors import LayoutError, UnsupportedError

NumberKind = Literal["finite", "infinity", "nan"]
PatternKind = Literal["zero", "subnormal", "normal", "infinity", "nan", "integer", "boolean"]
_LONGEST = 24
"""Characters of a decimal that is written without an exponent."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number exactly, with a sign of its own, so that -0 is not 0; ``str()`` is its exact decimal.

    Raises:
        LayoutError: It is no fraction, or an infinity or NaN with digits.

    >>> print(Number("finite", False, 1, 8), Number("finite", True, 1, 3), Number("infinity", True))
    0.125 -1/3 -inf
    """

    kind: NumberKind
    negative: bool = False
    numerator: int = 0
    """Of the magnitude."""
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 1:
            raise LayoutError(f"a magnitude is a fraction; got {self.numerator} / {self.denominator}")
        if self.kind != "finite" and (self.numerator, self.denominator) != (0, 1):
            raise LayoutError(f"a number that is {self.kind} has no digits; got {self.numerator} / {self.denominator}")

    @property
    def magnitude(self) -> Fraction:
        """Without its sign; 0 for what is not finite."""
        return Fraction(self.numerator, self.denominator)

    @property
    def fraction(self) -> Fraction | None:
        """The value; None for what is not finite.

        >>> Number("finite", True, 1, 2).fraction, Number("nan").fraction
        (Fraction(-1, 2), None)
        """
        if self.kind != "finite":
            return None
        return -self.magnitude if self.negative else self.magnitude

    @property
    def hex(self) -> str:
        """The value as C's ``%a`` writes it, "" where no such number is exact.

        >>> Number("finite", False, 1, 10).hex, Number("finite", False, 12).hex, Number("finite", True).hex
        ('', '0x1.8p+3', '-0x0p+0')
        """
        if self.kind != "finite" or self.denominator & (self.denominator - 1):
            return ""
        sign = "-" if self.negative else ""
        if not self.numerator:
            return f"{sign}0x0p+0"
        top = self.numerator.bit_length() - 1
        rest = -(-top // 4)
        digits = f"{self.numerator << (4 * rest - top):x}"[1:].rstrip("0")
        power = top - (self.denominator.bit_length() - 1)
        return f"{sign}0x1{'.' if digits else ''}{digits}p{power:+d}"

    def __str__(self) -> str:
        words = {"infinity": "inf", "nan": "nan"}
        return ("-" if self.negative and self.kind != "nan" else "") + (words.get(self.kind) or decimal(self.magnitude))


def decimal(magnitude: Fraction) -> str:
    """A number of 0 or more as an exact decimal, as a fraction where no decimal is exact.

    >>> decimal(Fraction(1, 8)), decimal(Fraction(448)), decimal(Fraction(1, 6)), decimal(Fraction(1, 2**40))
    ('0.125', '448', '1/6', '9.094947017729282379150390625e-13')
    """
    places = _places(magnitude.denominator)
    if places is None:
        return f"{magnitude.numerator}/{magnitude.denominator}"
    digits = str(magnitude.numerator * 10**places // magnitude.denominator)
    plain = digits if not places else f"{digits[:-places] or '0'}.{digits[-places:].rjust(places, '0')}"
    if len(plain) <= _LONGEST or (not plain.startswith("0.00000") and places):
        return plain
    power = len(digits) - 1 - places
    digits = digits.rstrip("0")
    return f"{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{power:+03d}"


def _places(denominator: int) -> int | None:
    """Digits behind the point; None where there is no end of them."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """The bits of one value of a dtype, and what they mean.

    Raises:
        LayoutError: The code needs more bits than the parts have.

    >>> parts = (("sign", 1), ("exponent", 5), ("mantissa", 10))
    >>> half = Pattern("float16", parts, 0x3800, Number("finite", False, 1, 2))
    >>> half.words, half.hex
    ('0 01110 0000000000', '0x3800')
    """

    dtype: str
    parts: tuple[tuple[str, int], ...]
    """Name and bits of each part, the highest first: ("sign", 1), ("exponent", 8), ("mantissa", 23)."""
    code: int
    """The bits, as an unsigned integer."""
    value: Number
    kind: PatternKind = "normal"

    def __post_init__(self) -> None:
        if not 0 <= self.code < 1 << self.width:
            raise LayoutError(f"a pattern of {self.width} bits cannot be {self.code}")

    @property
    def width(self) -> int:
        """Bits in all."""
        return sum(bits for _, bits in self.parts)

    @property
    def hex(self) -> str:
        """The code in hexadecimal digits."""
        return f"0x{self.code:0{-(-self.width // 4)}x}"

    @property
    def words(self) -> str:
        """The bits, with a space between the parts."""
        bits, start, pieces = f"{self.code:0{self.width}b}", 0, []
        for _, size in self.parts:
            pieces.append(bits[start : start + size])
            start += size
        return " ".join(piece for piece in pieces if piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What one dtype makes of a number."""

    asked: Number
    pattern: Pattern
    below: Pattern | None
    """The next smaller value; None where there is none."""
    above: Pattern | None
    """The next larger value; None where there is none."""
    ulp: Number | None
    """The distance of two neighbours where the value lies; None for what is not finite."""
    tie: bool = False
    """Whether the number lies exactly halfway between two values."""
    component: Literal["", "real", "imaginary"] = ""
    """Of a complex number."""
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> Fraction | None:
        """Stored minus asked; None where one of them is not finite."""
        value, asked = self.pattern.value.fraction, self.asked.fraction
        return None if value is None or asked is None else value - asked

    @property
    def ulps(self) -> Fraction | None:
        """The size of the error, in distances between neighbours."""
        return None if self.error is None or self.ulp is None else abs(self.error) / self.ulp.magnitude


@dataclass(frozen=True, slots=True)
class Bits:
    """One number as several dtypes store it; ``str()`` is a sentence.

    Raises:
        UnsupportedError: There is nothing stored.
    """

    text: str
    """The number, as it was written."""
    stored: tuple[Stored, ...]

    def __post_init__(self) -> None:
        if not self.stored:
            raise UnsupportedError("bits of a number need a dtype; got none")

    def __str__(self) -> str:
        words = (f"{s.pattern.dtype} {s.pattern.hex} = {s.pattern.value}" for s in self.stored)
        return f"{self.text}: {'; '.join(words)}"
