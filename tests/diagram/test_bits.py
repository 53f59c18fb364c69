from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.diagram.bits import _short, bits_scene
from tensorlab.layout.bits.record import Bits
from tensorlab.layout.bits.stored import stored
from tensorlab.layout.dtype import DTYPES
from tensorlab.render.text import text

TENTH = """\
0.1 as float32
<0>[0][1][1][1][1][0][1][1] 1  0  0  1  1  0  0
 1  1  0  0  1  1  0  0  1  1  0  0  1  1  0  1
<n> sign (1 bit)   [n] exponent (8 bits)    n  mantissa (23 bits)

bits    0x3dcccccd = 0 01111011 10011001100110011001101
stored  0.100000001490116119384765625 = 0x1.99999ap-4
kind    normal
below   0.0999999940395355224609375 = 0x1.999998p-4, 0x3dcccccc
above   0.10000000894069671630859375 = 0x1.99999cp-4, 0x3dccccce
error   +1.49e-09, 0.2 ulp (1 ulp = 7.45e-09 here), 1.49e-08 of the number
C type  float

0.1 as float8_e4m3fn
<0>[0][0][1][1] 1  0  1
<n> sign (1 bit)   [n] exponent (4 bits)    n  mantissa (3 bits)

bits    0x1d = 0 0011 101
stored  0.1015625 = 0x1.ap-4
kind    normal
below   0.09375 = 0x1.8p-4, 0x1c
above   0.109375 = 0x1.cp-4, 0x1e
error   +1.56e-03, 0.2 ulp (1 ulp = 7.81e-03 here), 1.56e-02 of the number
C type  none"""
BYTE = """\
-2 as int8
<1>[1][1][1][1][1][1][0]
<n> sign (1 bit)   [n] value (7 bits)

bits    0xfe = 1 1111110
stored  -2
kind    two's complement
below   -3, 0xfd
above   -1, 0xff
error   none: stored exactly
C type  int8_t"""
POWER = """\
-3 as float8_e8m0fnu
[1][0][0][0][0][0][0][1]
[n] exponent (8 bits)

bits    0x81 = 10000001
stored  4 = 0x1p+2
kind    normal; asked for lies halfway between two: the larger is taken
below   2 = 0x1p+1, 0x80
above   8 = 0x1p+3, 0x82
error   +7, 1.75 ulp (1 ulp = 4 here), 2.33 of the number
C type  none

float8_e8m0fnu has no sign: torch keeps the magnitude"""


def drawn(number: str, *names: str, ascii: bool = False) -> str:  # noqa: A002 - the word
    bits = Bits(number, tuple(part for name in names for part in stored(number, name)))
    first = text(bits_scene(bits), ascii=ascii)
    assert text(bits_scene(bits), ascii=ascii) == first
    return first


def test_a_tenth_to_the_letter() -> None:
    assert drawn("0.1", "float32", "float8_e4m3fn") == TENTH
    assert drawn("0.1", "float32", "float8_e4m3fn", ascii=True) == TENTH


def test_an_integer_and_a_power_to_the_letter() -> None:
    assert drawn("-2", "int8") == BYTE
    assert drawn("-3", "float8_e8m0fnu") == POWER


@pytest.mark.parametrize(
    ("number", "name", "lines"),
    [
        ("nan", "float16", ["stored  nan", "kind    not a number", "below   none", "above   none", "C type  none"]),
        ("inf", "float16", ["stored  inf", "kind    infinity", "below   65504 = 0x1.ffcp+15, 0x7bff", "above   none"]),
        ("-0.0", "float16", ["stored  -0 = -0x0p+0", "kind    zero", "error   none: stored exactly"]),
        ("1e-7", "float16", ["kind    subnormal"]),
        ("7", "uint8", ["kind    unsigned", "C type  uint8_t"]),
        ("17", "float8_e4m3fn", ["error   -1, 0.5 ulp (1 ulp = 2 here), 5.88e-02 of the number"]),
        ("1e-400", "float32", ["error   -1e-400, 7.14e-356 ulp (1 ulp = 1.40e-45 here), 1 of the number"]),
    ],
)
def test_lines(number: str, name: str, lines: list[str]) -> None:
    found = drawn(number, name).splitlines()
    assert [line for line in lines if line not in found] == []


def test_a_long_value_is_cut_and_counted() -> None:
    found = drawn("5e-324", "float64", ascii=True)
    assert "...e-324 (751 digits)" in found
    assert found.isascii()
    assert max(map(len, found.splitlines())) <= 80


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_fits_the_page(name: str) -> None:
    assert max(map(len, drawn("1", name).splitlines())) <= 80


def test_the_parts_of_a_complex_number_are_two_pictures() -> None:
    titles = [line for line in drawn("1+2j", "complex64").splitlines() if "part" in line]
    assert titles == ["1+2j as complex64, real part", "1+2j as complex64, imaginary part"]


@given(st.fractions(min_value=Fraction(1, 10**300), max_value=10**300))
def test_short_words_are_within_a_percent(size: Fraction) -> None:
    assert abs(Fraction(_short(size)) / size - 1) < Fraction(1, 100)
