"""How every number is printed: one place for digits, prefixes and units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIXES = {-9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P"}
_EXACT = frozenset({"B", "elements", ""})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; ``str()`` is how it is printed.

    Bytes, elements and plain counts are whole and printed exactly; anything else has three digits and a prefix.

    >>> str(Quantity(244361984, "B")), str(Quantity(6, "elements"))
    ('244,361,984 B', '6 elements')
    >>> str(Quantity(1.2345e-5, "s")), str(Quantity(34.56e9, "B/s"))
    ('12.3 µs', '34.6 GB/s')
    >>> str(Quantity(61100840, "")), str(Quantity(1, "elements"))
    ('61,100,840', '1 element')
    >>> str(Quantity(2**62, "B"))
    '4,611,686,018,427,387,904 B'
    """

    value: float
    """The number, in ``unit``."""
    unit: str
    """"B", "elements", "s", "B/s", "FLOP/s" or "" for a plain count."""

    def __str__(self) -> str:
        if self.unit in _EXACT:
            unit = "element" if self.unit == "elements" and self.value == 1 else self.unit
            whole = isinstance(self.value, int) or self.value.is_integer()
            number = f"{int(self.value):,}" if whole else f"{self.value:,.15g}"
            return f"{number} {unit}".rstrip()
        return prefixed(self.value, self.unit)


def prefixed(value: float, unit: str) -> str:
    """Three significant digits with an SI prefix.

    >>> prefixed(0.000999, "s"), prefixed(0.0009999, "s"), prefixed(0, "s"), prefixed(1e-13, "s")
    ('999 µs', '1.00 ms', '0 s', '0.0001 ns')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g} {unit}"
    rounded = float(f"{value:.3g}")
    if math.isinf(rounded):
        rounded = value
    power = min(max(3 * math.floor(math.log10(abs(rounded)) / 3), min(_PREFIXES)), max(_PREFIXES))
    return f"{digits(rounded / 10**power)} {_PREFIXES[power]}{unit}"


def digits(value: float) -> str:
    """Three significant digits without an exponent where that stays short; whole digits are never dropped.

    >>> [digits(x) for x in (0.1234, 1.0, 9.996, 12.345, 999.6, 123456.0)]
    ['0.123', '1.00', '10.0', '12.3', '1000', '123456']
    """
    if not math.isfinite(value):
        return f"{value}"
    rounded = float(f"{value:.3g}")
    if math.isinf(rounded):
        rounded = value
    if 0 < abs(rounded) < 0.1:
        return f"{rounded:.3g}"
    whole_digits = math.floor(math.log10(abs(rounded))) + 1 if rounded else 1
    return f"{value:.{max(0, 3 - whole_digits)}f}"


def ratio(value: float) -> str:
    """A ratio, as ``12.3x``.

    >>> ratio(1.0), ratio(12.34), ratio(0.0123)
    ('1.00x', '12.3x', '0.0123x')
    """
    return f"{digits(value)}x"


def counted(count: int, word: str) -> str:
    """A count and its word, in the plural where it takes one.

    >>> counted(1, "usable processor"), counted(16, "thread"), counted(0, "warning")
    ('1 usable processor', '16 threads', '0 warnings')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], most: int, *, last: str = ", ") -> str:
    """Names as words of a sentence: the first ``most``, and how many more there are.

    ``last`` stands before the final one where all are named.

    >>> listed(["a", "b"], 3), listed(["a", "b", "c"], 3, last=" and "), listed(list("abcdefgh"), 3)
    ('a, b', 'a, b and c', 'a, b, c and 5 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return f"{', '.join(names[:-1])}{last}{names[-1]}" if len(names) > 1 else "".join(names)
