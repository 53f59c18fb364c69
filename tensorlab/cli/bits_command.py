"""``tensorlab bits``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def bits(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="0.1, -0.0, 1e-400, 0x1.8p3, 1/3, inf, nan, 1+2j.")],
    *,
    dtype: Annotated[
        str, typer.Option(help="Comma-separated: float32, float8_e4m3fn, int8, complex64.")
    ] = "float64,float32,float16,bfloat16",
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """A number as bits: sign, exponent, mantissa, the value that is stored, its neighbours, the error.

    The number is read exactly and rounded once, by integers alone: neither torch nor NumPy is needed.

    \b
    Examples:
      tensorlab bits 0.1 --dtype float32,bfloat16,float8_e4m3fn
      tensorlab bits 1/3 --dtype float16
      tensorlab bits -1 --dtype int8
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.bits import number_bits

    print_figure(number_bits(number, dtypes=dtype), as_json=as_json, color=color, ascii_only=ascii_only)
