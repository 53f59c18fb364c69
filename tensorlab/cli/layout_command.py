"""``tensorlab layout``: a layout from numbers, with no library behind it."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure
from tensorlab.errors import ExpressionError


def layout(
    *,
    shape: Annotated[str, typer.Option(help="Sizes of the axes, as 3,5; an empty word for 0-d.")],
    strides: Annotated[
        str | None, typer.Option(help="Strides in elements, as 70,7; those of C order if left out.")
    ] = None,
    offset: Annotated[str, typer.Option(metavar="<int>", help="Elements before element (0, ..., 0).")] = "0",
    storage: Annotated[
        str | None, typer.Option(metavar="<int>", help="Elements in the storage; what is touched if left out.")
    ] = None,
    dtype: Annotated[str, typer.Option(help="What an element is.")] = "float32",
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """What a shape and strides touch of a storage: address formula, span, holes, reuse, overlap.

    All numbers are elements. Neither torch nor NumPy is needed.

    \b
    Examples:
      tensorlab layout --shape 3,5 --strides 70,7 --offset 23 --storage 1000
      tensorlab layout --shape 8,3 --strides 1,1 --dtype int64
      tensorlab layout --shape 4 --strides=-1 --offset 3
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.layouts import from_numbers

    figure = from_numbers(
        numbers(shape, "--shape"),
        None if strides is None else numbers(strides, "--strides"),
        offset=number(offset, "--offset"),
        storage=None if storage is None else number(storage, "--storage"),
        dtype=dtype,
    )
    print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)


def numbers(text: str, option: str) -> tuple[int, ...]:
    """Integers between commas; brackets around them and a comma at the end are allowed."""
    inner = re.sub(r"^\s*[(\[](.*)[)\]]\s*$", r"\1", text).strip().removesuffix(",")
    if not inner.strip():
        return ()
    parts = [part.strip() for part in inner.split(",")]
    if not all(map(_is_number, parts)):
        found = [number for number in re.findall(r"-?[0-9]+", text) if _is_number(number)]
        hint = f"{option} {','.join(found)}" if found else f"for example {option} 3,5"
        _refuse_large(parts, option)
        raise ExpressionError(f"{option} takes integers with commas between them; got {text!r}", hint=hint)
    return tuple(map(int, parts))


def number(text: str, option: str) -> int:
    """One integer."""
    if not _is_number(text.strip()):
        _refuse_large([text.strip()], option)
        raise ExpressionError(f"{option} takes one integer; got {text!r}", hint=f"for example {option} 23")
    return int(text)


def _refuse_large(parts: list[str], option: str) -> None:
    """Integers all of them, and one that is too large, are told apart from what is no integer."""
    if all(re.fullmatch(r"[+-]?[0-9]+", part) for part in parts):
        found = next(part for part in parts if not _is_number(part))
        shown = found if len(found) <= 40 else f"one of {len(found):,} digits"
        raise ExpressionError(f"{option} takes integers below 2**63; got {shown}", hint="more bytes have no address")


def _is_number(text: str) -> bool:
    """Whether it is an integer of ASCII digits that fits 64 bits: more bytes than that have no address."""
    return re.fullmatch(r"[+-]?[0-9]{1,19}", text) is not None and abs(int(text)) < 2**63
