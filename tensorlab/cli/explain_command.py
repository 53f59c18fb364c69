"""``tensorlab explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, OutputOption, print_figure, say
from tensorlab.quantity import Quantity


def explain(
    text: Annotated[str, typer.Argument(metavar="EXPR", help="What to explain; see the examples below.")],
    *,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Tell of each call in an expression whether it gives a view or copies, why, and what it costs.

    VIEW: the same bytes under other strides. COPY: why no strides reach the elements, and the bytes of the copy. WRITE:
    bytes that were there are written. NEW: other elements. SAME: an argument itself. REFUSED: what the library says.
    Then each storage is drawn once, under all views of it.

    EXPR is read as show reads it. Statements may stand before one another, separated by ";": name = value, name[index]
    = value, name += value, and methods that write (add_, mul_, fill_, ...).

    \b
    Examples:
      tensorlab explain "torch.arange(6).view(2,3).t().reshape(6)"
      tensorlab explain "x = torch.arange(6.); x[x > 2] = 0; x += 1"
      tensorlab explain "np.arange(12).reshape(3, 4)[[0, 2]]"
      tensorlab explain "torch.ones(3, 4) + torch.arange(4)" -o broadcast.svg
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.explaining import explain_text

    figure = explain_text(text)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {Quantity(saved.stat().st_size, 'B')}")
