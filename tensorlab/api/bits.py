"""A number as bits of several dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.bits import bits_scene
from tensorlab.errors import UnsupportedError
from tensorlab.layout.bits.record import Bits
from tensorlab.layout.bits.stored import stored
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMON = ("float64", "float32", "float16", "bfloat16")


def number_bits(number: float | str, *, dtypes: str | Iterable[str] = COMMON) -> Figure:
    """A number as each dtype stores it: sign, exponent and mantissa, the exact value, its neighbours, the error.

    Neither torch nor NumPy is asked: it is arithmetic on integers and fractions.

    Args:
        number: A literal, read exactly: ``"0.1"``, ``"-0.0"``, ``"1e-400"``, ``"0x1.8p3"``, ``"1/3"``, ``"inf"``,
            ``"1+2j"``. A Python number stands for the literal that Python prints.
        dtypes: Names of dtypes, in a sequence or with commas between them.

    Returns:
        A ``Figure`` of a ``Bits``.

    Raises:
        ExpressionError: ``number`` is no number.
        UnknownNameError: No dtype has one of the names.
        OutOfBoundsError: An integer that a dtype does not hold.
        UnsupportedError: There are no dtypes, or one of them has no such value.

    >>> print(number_bits("0.1", dtypes="bfloat16").data)
    0.1: bfloat16 0x3dcd = 0.10009765625
    """
    text = _literal(number).strip()
    found = Bits(text, tuple(part for name in _names(dtypes) for part in stored(text, name)))
    return Figure(found, bits_scene(found))


def _literal(number: object) -> str:
    if type(number) not in {str, int, float, complex, bool}:
        raise UnsupportedError(f"a number or its literal is needed; got {type(number).__name__}", hint="for one: '0.1'")
    return str(int(number) if isinstance(number, bool) else number).strip("()")


def _names(dtypes: object) -> list[str]:
    if isinstance(dtypes, str):
        return list(dict.fromkeys(name.strip() for name in dtypes.split(",")))
    if not isinstance(dtypes, (list, tuple)):
        raise UnsupportedError(f"names of dtypes are needed; got {dtypes!r}", hint="for one: 'float32,bfloat16'")
    return list(dict.fromkeys(dtypes))
