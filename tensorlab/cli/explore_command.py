"""``tensorlab explore``: an interactive page of shapes and strides, written to a file."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotation at run time
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.layout_command import number, numbers
from tensorlab.cli.output import say
from tensorlab.codec import encode
from tensorlab.errors import ExpressionError, StoreError
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.memory.record import Operand
    from tensorlab.views.record import Rules

_DEFAULT = "4,6"


def explore(
    target: Annotated[
        str | None, typer.Argument(metavar="EXPR|FILE", help="Whose layout to start from, as in show.")
    ] = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.html", help="The file to write.")
    ] = None,
    shape: Annotated[str | None, typer.Option(help="Sizes of the axes, as 3,5; 4,6 if nothing is given.")] = None,
    strides: Annotated[
        str | None, typer.Option(help="Strides in elements, as 70,7; those of C order if left out.")
    ] = None,
    offset: Annotated[
        str | None, typer.Option(metavar="<int>", help="Elements before element (0, ..., 0); 0 if left out.")
    ] = None,
    storage: Annotated[
        str | None, typer.Option(metavar="<int>", help="Elements in the storage; what is touched if left out.")
    ] = None,
    dtype: Annotated[str | None, typer.Option(help="What an element is; float32 if left out.")] = None,
    name: Annotated[str, typer.Option(help="Which array of an .npz or .pt file that holds several.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the start as JSON; the page is written too.")] = False,
) -> None:
    """Write an interactive page: change shape, strides and offset, apply views, and see storage and grid follow.

    The page is one file that loads nothing; its state is in its address, so that a link carries it. A storage of 4,096
    bytes, 4,096 elements and 6 axes are the most that it draws.

    \b
    Examples:
      tensorlab explore -o strides.html
      tensorlab explore -o strides.html --shape 3,5 --strides 7,1 --offset 2 --storage 40
      tensorlab explore -o strides.html "torch.arange(24).reshape(4, 6)[1:3, ::2].t()"
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.exploring import explorer_page

    if output is None:
        raise ExpressionError("explore needs a file to write to", hint="tensorlab explore -o strides.html")
    if output.suffix.lower() not in {".html", ".htm"}:
        raise ExpressionError(
            f"explore writes a page, a file that ends in .html; got {str(output)!r}",
            hint="for a picture of another kind: tensorlab show -o OUT.svg"
            if output.suffix in {".svg", ".png"}
            else "tensorlab explore -o strides.html",
        )
    given = {"--shape": shape, "--strides": strides, "--offset": offset, "--storage": storage, "--dtype": dtype}
    start, rules = _start(target, name, {option: word for option, word in given.items() if word is not None})
    page = explorer_page(start.layout, start.dtype.name, nbytes=start.nbytes, rules=rules, name=target or "")
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"cannot write {str(output)!r}: {error.strerror}", hint="name a file in a folder that can be written to"
        ) from error
    if as_json:
        say(json.dumps(encode(start), indent=2))
    else:
        say(f"{output}: {Quantity(len(page.encode()), 'B')}; open it in a browser")


def _start(target: str | None, name: str, given: dict[str, str]) -> tuple[Operand, Rules]:
    from tensorlab.api.exploring import start_of_numbers, start_of_object
    from tensorlab.api.targets import load

    if target is not None:
        if given:
            raise ExpressionError(
                f"got an expression and {next(iter(given))}", hint="give an expression, or --shape with its numbers"
            )
        return start_of_object(load(target, name=name))
    if "--shape" not in given and set(given) - {"--dtype"}:
        raise ExpressionError(f"got {next(iter(given))} without --shape", hint=f"for example --shape {_DEFAULT}")
    return start_of_numbers(
        numbers(given.get("--shape", _DEFAULT), "--shape"),
        numbers(given["--strides"], "--strides") if "--strides" in given else None,
        offset=number(given.get("--offset", "0"), "--offset"),
        storage=number(given["--storage"], "--storage") if "--storage" in given else None,
        dtype=given.get("--dtype", "float32"),
    )
