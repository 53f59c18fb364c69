"""A number as bits: one strip a dtype, and what was stored beside what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.bits.record import decimal
from tensorlab.layout.dtype import DTYPES, c_type
from tensorlab.quantity import digits
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text

if TYPE_CHECKING:
    from fractions import Fraction

    from tensorlab.layout.bits.record import Bits, Pattern, Stored
    from tensorlab.scene.record import Role

_ROLES: dict[str, Role] = {
    "sign": "reused",
    "exponent": "used",
    "mantissa": "plain",
    "value": "used",
    "unused": "hole",
}
_ROW = 16
"""Bits on a line, where they need more than one."""
_MOST_DIGITS = 120
"""Of a value that is drawn; the record holds all of them."""


def bits_scene(bits: Bits) -> Group:
    """The picture of a number in several dtypes.

    >>> from tensorlab.layout.bits.record import Bits
    >>> from tensorlab.layout.bits.stored import stored
    >>> scene = bits_scene(Bits("0.1", stored("0.1", "float8_e4m3fn")))
    >>> scene.title, [cell.span.text for cell in scene.children[0].cells]
    ('0.1 as float8_e4m3fn', ['0', '0', '0', '1', '1', '1', '0', '1'])
    """
    if len(bits.stored) == 1:
        return _block(bits.text, bits.stored[0])
    return Group(tuple(_block(bits.text, stored) for stored in bits.stored))


def _block(text: str, stored: Stored) -> Group:
    part = f", {stored.component} part" if stored.component else ""
    notes = [Group(tuple(Text((Span(note),)) for note in stored.notes))] if stored.notes else []
    return Group((_strip(stored.pattern), _facts(stored), *notes), title=f"{text} as {stored.pattern.dtype}{part}")


def _strip(pattern: Pattern) -> Cells:
    names = [name for name, size in pattern.parts for _ in range(size)]
    cells = (
        Cell(Span(bit, _ROLES[name]), f"bit {pattern.width - 1 - place}: {name}", right=True)
        for place, (bit, name) in enumerate(zip(f"{pattern.code:0{pattern.width}b}", names, strict=True))
    )
    legend = tuple(Span(f"{name} ({size} bit{'' if size == 1 else 's'})", _ROLES[name]) for name, size in pattern.parts)
    return Cells((pattern.width,), tuple(cells), row=_ROW, labels=False, legend=legend)


def _facts(stored: Stored) -> Table:
    pattern = stored.pattern
    rows = [("bits", f"{pattern.hex} = {pattern.words}"), ("stored", _words(pattern)), ("kind", _kind(stored))]
    rows += [(name, _beside(other)) for name, other in (("below", stored.below), ("above", stored.above))]
    rows += [("error", words) for words in _error(stored)]
    kind = DTYPES[pattern.dtype]
    rows.append(("C type", c_type(kind)))
    return Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows))


def _words(pattern: Pattern) -> str:
    """The value, in hexadecimal too where it is a float."""
    text = str(pattern.value)
    hexadecimal = "" if pattern.kind in {"integer", "boolean"} else pattern.value.hex
    if len(text) > _MOST_DIGITS:
        mantissa, letter, power = text.partition("e")
        kept = _MOST_DIGITS - len(power)
        text = f"{mantissa[:kept]}…{letter}{power} ({len(mantissa.lstrip('-').replace('.', '')):,} digits)"
    return f"{text} = {hexadecimal}" if hexadecimal else text


def _beside(pattern: Pattern | None) -> str:
    return "none" if pattern is None else f"{_words(pattern)}, {pattern.hex}"


def _kind(stored: Stored) -> str:
    words = {
        "integer": "two's complement" if stored.pattern.parts[0][0] == "sign" else "unsigned",
        "nan": "not a number",
    }
    kind = words.get(stored.pattern.kind, stored.pattern.kind)
    if not stored.tie or stored.pattern.kind not in {"zero", "subnormal", "normal"}:
        return kind
    even = "the larger" if stored.pattern.parts[0][0] == "exponent" else "the one that ends in 0"
    return f"{kind}; asked for lies halfway between two: {even} is taken"


def _error(stored: Stored) -> list[str]:
    error, ulps = stored.error, stored.ulps
    if error is None or ulps is None:
        return []
    if not error:
        return ["none: stored exactly"]
    words = [f"{'-' if error < 0 else '+'}{_short(abs(error))}"]
    if stored.ulp is not None:
        words.append(f"{_short(ulps)} ulp (1 ulp = {_short(stored.ulp.magnitude)} here)")
    if stored.asked.numerator:
        words.append(f"{_short(abs(error) / stored.asked.magnitude)} of the number")
    return [", ".join(words)]


def _short(size: Fraction) -> str:
    """Three digits of a number above 0, however small or large; the exact decimal where that is as short."""
    exact = decimal(size)
    if len(exact) <= 6 and "/" not in exact:
        return exact
    if 1 <= size < 1000:
        return digits(float(size))
    power = len(str(size.numerator)) - len(str(size.denominator))
    power -= size < (10**power if power >= 0 else 1 / type(size)(10**-power))
    scaled = size * 10**-power if power <= 0 else size / 10**power
    leading = f"{float(scaled):.2f}"
    return f"{leading}e{power:+03d}" if leading != "10.00" else f"1.00e{power + 1:+03d}"
