"""Sizes as they are written on the command line."""

from __future__ import annotations

from decimal import Decimal

from tensorlab.bench.words import LARGEST, brief
from tensorlab.errors import LayoutError, UnsupportedError


def size_of(word: str) -> int:
    """A whole number, also as 1e6 or 1_000.

    Raises:
        LayoutError: It is larger than anything that somebody may ask for.
        UnsupportedError: It is no whole number.

    >>> size_of("1e6"), size_of("1_000")
    (1000000, 1000)
    """
    try:
        number = Decimal(word)
    except ArithmeticError:
        number = Decimal("nan")
    if number.is_finite() and abs(number) > LARGEST:
        raise LayoutError(f"a size is a count from 1 to 10**18; got {brief(word)}", hint="choose a size such as 1000")
    if not number.is_finite() or number != number.to_integral_value():
        raise UnsupportedError(f"a size is a whole number; got {brief(word)}", hint="write 1000, 1e6 or 1_000")
    return int(number)


def words_of(listed: str) -> list[str]:
    """The words between commas.

    >>> words_of("cpu, cuda,")
    ['cpu', 'cuda']
    """
    return [word.strip() for word in listed.split(",") if word.strip()]
