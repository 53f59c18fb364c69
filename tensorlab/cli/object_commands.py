"""``tensorlab show`` and ``tensorlab compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.api.objects import PythonType
from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, OutputOption, print_figure, say
from tensorlab.diagram.filling import Content
from tensorlab.quantity import Quantity


def show(
    targets: Annotated[list[str], typer.Argument(metavar="EXPR|FILE...", help="What to show; see the examples below.")],
    *,
    cells: Annotated[Content, typer.Option(help="In the boxes: storage position, byte address, or value.")] = "index",
    name: Annotated[str, typer.Option(help="Which array of an .npz or .pt file that holds several.")] = "",
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Draw the memory of a list, an array or a tensor.

    EXPR is made of literals, torch, numpy (np) and array functions, slices and view methods; it is read, never
    evaluated as code. FILE is an .npy, .npz, .pt, .pth or .safetensors file; no pickled code is run.

    Several are drawn in one picture, named A, B, C, ..., with each storage once under all of its views; an expression
    may use the ones before it by their names.

    \b
    Examples:
      tensorlab show "torch.arange(24).reshape(4, 6)[1:3, ::2].t()"
      tensorlab show "np.arange(12).reshape(3, 4)[::-1]" --cells value
      tensorlab show "torch.arange(24).reshape(4, 6)" "A.t()" "A[1:, ::2]" "A.view(torch.int8)"
      tensorlab show weights.npy -o weights.svg
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.objects import show as draw
    from tensorlab.api.targets import load_all

    figure = draw(*load_all(targets, name=name), cells=cells)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {Quantity(saved.stat().st_size, 'B')}")


def compare(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="EXPR|FILE", help="One list to convert, or several containers as they are."),
    ] = None,
    *,
    n: Annotated[int | None, typer.Option("--n", help="How many values to make where nothing is given.")] = None,
    type_: Annotated[
        PythonType | None, typer.Option("--type", help="Python type of the values made; float if left out.")
    ] = None,
    fork: Annotated[bool, typer.Option("--fork", help="Measure what a forked reader copies.")] = False,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """The same values as list, array.array, NumPy array and torch tensor: bytes, C types, addresses.

    \b
    Examples:
      tensorlab compare --n 1000000 --type float
      tensorlab compare --n 2000000 --type int --fork
      tensorlab compare "[[1, 2], [3, 4]]"
      tensorlab compare "list(range(99))" "np.arange(99)" "torch.arange(99)"
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.objects import compare as draw
    from tensorlab.api.targets import load

    things = [load(target) for target in targets or []]
    count = 1_000_000 if n is None and not things else n
    print_figure(draw(*things, n=count, type=type_, fork=fork), as_json=as_json, color=color, ascii_only=ascii_only)
