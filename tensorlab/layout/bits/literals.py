"""Numbers read from text exactly, so that nothing is rounded before a dtype rounds it."""

from __future__ import annotations

import re
from fractions import Fraction

from tensorlab.errors import ExpressionError
from tensorlab.layout.bits.record import Number

MOST_DIGITS = 4000
"""Of a number that is written out: Python itself refuses to print many more."""
_MOST_POWER = 6
"""Signs of a power that is looked at; a longer one is larger than any number may have digits."""
_LONGEST_SHOWN = 24
_HINT = "for one: 0.1, -0.0, 1e-400, 0x1.8p3, 1/3, inf, nan, 1+2j"
_TRUTH = {"true": "1", "false": "0"}
_DECIMAL = re.compile(r"(?P<whole>\d*)\.?(?P<part>(?<=\.)\d*)?(?:e(?P<power>[+-]?\d+))?")
_HEXADECIMAL = re.compile(r"0x(?P<whole>[0-9a-f]*)\.?(?P<part>(?<=\.)[0-9a-f]*)?(?:p(?P<power>[+-]?\d+))?")
_COMPLEX = re.compile(r"(?P<real>.*?[^ep+-])??(?P<imaginary>[+-]?[^+-]*(?:(?<=[ep])[+-]\d+)?)j")


def number(text: str) -> Number:
    """The number that a literal stands for: decimal, hexadecimal with a power of two, a fraction, inf or nan.

    Raises:
        ExpressionError: It is no number, or one of more than 4,000 digits.

    >>> print(number("1e-3"), number("0x1.8p3"), number("1/3"), number("-0.0"), number("-inf"))
    0.001 12 1/3 -0 -inf
    """
    words = text.strip().lower().replace("_", "")
    negative = words.startswith("-")
    body = words[1:] if words[:1] in {"+", "-"} else _TRUTH.get(words, words)
    if body in {"inf", "infinity"}:
        return Number("infinity", negative)
    if body == "nan":
        return Number("nan", negative)
    above, _, below = body.partition("/")
    value, divisor = _magnitude(above, text), _magnitude(below, text) if "/" in body else Fraction(1)
    if not divisor:
        raise ExpressionError(f"a fraction cannot have 0 below the line; got {text!r}", hint=_HINT)
    value /= divisor
    return Number("finite", negative, value.numerator, value.denominator)


def numbers(text: str) -> tuple[Number, ...]:
    """One number; or two, the parts of a complex one.

    Raises:
        ExpressionError: It is no number.

    >>> [str(part) for part in numbers("1-2e-1j")], [str(part) for part in numbers("-.5j")], len(numbers("1"))
    (['1', '-0.2'], ['0', '-0.5'], 1)
    """
    found = _COMPLEX.fullmatch(text.strip().lower())
    if found is None:
        return (number(text),)
    imaginary = found["imaginary"]
    return number(found["real"] or "0"), number(f"{imaginary}1" if imaginary in {"", "+", "-"} else imaginary)


def _magnitude(body: str, text: str) -> Fraction:
    for pattern, base, step in ((_DECIMAL, 10, 10), (_HEXADECIMAL, 16, 2)):
        found = pattern.fullmatch(body)
        digits = "" if found is None else found["whole"] + (found["part"] or "")
        if found is not None and digits:
            exponent = found["power"] or "0"
            power = int(exponent) if len(exponent) <= _MOST_POWER else MOST_DIGITS
            if len(digits) + abs(power) > MOST_DIGITS:
                raise ExpressionError(
                    f"a number of at most {MOST_DIGITS:,} digits is needed; got {len(digits):,} and the power "
                    f"{exponent if len(exponent) <= _LONGEST_SHOWN else f'of {len(exponent):,} digits'}"
                )
            below = base ** len(found["part"] or "") * step ** max(-power, 0)
            return Fraction(int(digits, base) * step ** max(power, 0), below)
    raise ExpressionError(f"a number is needed; got {text!r}", hint=_HINT)
