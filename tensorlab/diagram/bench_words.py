"""How the numbers of a benchmark are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import digits

if TYPE_CHECKING:
    from tensorlab.bench.record import Standing

SAME = "1.00x"


def compact(size: int) -> str:
    """A size in few letters, without rounding it.

    >>> [compact(size) for size in (8, 1024, 1000, 100_000, 10_000_000, 16_777_216, 1_234_567, 10**15)]
    ['8', '1,024', '1k', '100k', '10M', '16Mi', '1,234,567', '1,000,000G']
    """
    for unit, word in ((10**9, "G"), (10**6, "M"), (10**3, "k"), (2**30, "Gi"), (2**20, "Mi")):
        if size % unit == 0:
            return f"{size // unit:,}{word}"
    return f"{size:,}"


def percent(part: float) -> str:
    """A part of the whole in two digits.

    >>> percent(0.0034), percent(0.0996), percent(0.31), percent(1.2)
    ('0.3%', '10%', '31%', '120%')
    """
    return f"{100 * part:.1f}%" if part < 0.0995 else f"{100 * part:.0f}%"


def giga(rate: float) -> str:
    """Billions in three digits, and no more than three of them after the point.

    >>> giga(117e9), giga(1.234e9), giga(48e6), giga(5.8e6), giga(1e3), giga(60123e9)
    ('117', '1.23', '0.048', '0.006', '0.000', '60,123')
    """
    return grouped(rate / 1e9) if rate >= 1e9 else f"{rate / 1e9:.3f}"


def grouped(value: float) -> str:
    """Three digits; from a thousand on all of them, in groups of three like every count.

    >>> grouped(12.34), grouped(999.4), grouped(1034.2)
    ('12.3', '999', '1,034')
    """
    return digits(value) if value < 999.5 else f"{value:,.0f}"


def standing(speedup: float | None) -> str:
    """How a time stands beside NumPy's, so that nobody need know which way the ratio goes.

    >>> standing(2.0), standing(1 / 1034), standing(1.001), standing(None)
    ('2.00x faster', '1,034x slower', '1.00x', '-')
    """
    if speedup is None:
        return "-"
    if 0.995 <= speedup < 1.005:
        return SAME
    return f"{grouped(speedup)}x faster" if speedup > 1 else f"{grouped(1 / speedup)}x slower"


def interval(ratio: Standing | None) -> str:
    """How far the ends of the interval lie from the ratio, in per cent of it: the farther of the two.

    An interval of 100% and more comes of few blocks or few makes of the buffers, and says nothing.

    >>> from tensorlab.bench.record import Standing
    >>> interval(Standing(value=2.0, low=1.98, high=2.01, paired=True, pairs=9, makes=3)), interval(None)
    ('±1.0%', '')
    >>> interval(Standing(value=2.0, low=0.01, high=400.0, paired=True, pairs=2, makes=2))
    'few'
    """
    if ratio is None or ratio.low == ratio.high:
        return ""
    reach = max(ratio.high / ratio.value, ratio.value / ratio.low) - 1
    return f"±{percent(reach)}" if reach < 1 else "few"
