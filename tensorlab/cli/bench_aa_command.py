"""``tensorlab bench aa``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import DONE, FINDING, INTERRUPTED, AsciiOption, ColorOption, JsonOption, print_figure
from tensorlab.cli.progress import progress_bar


def aa(
    *,
    quick: Annotated[bool, typer.Option("--quick/--full", help="A third of the time, the same gates.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the orders of the turns.")] = 0,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Measure the same beside the same: is the measuring itself honest on this machine, now?

    Ratios alone and beside three busy processes of its own (always ended), whether the interval covers 1, whether 3.1%
    more work is found, how often it is found where it is not. Takes two minutes. Exit codes: 0 every gate passed, 1
    one failed, 130 interrupted (what was measured is printed).

    \b
    Examples:
      tensorlab bench aa
      tensorlab bench aa --quick --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.honesty_check import check_honesty, honesty_picture
    from tensorlab.render.figure import Figure

    with progress_bar() as watch:
        found = check_honesty(quick=quick, seed=seed, progress=watch)
    print_figure(Figure(found, honesty_picture(found)), as_json=as_json, color=color, ascii_only=ascii_only)
    raise typer.Exit(INTERRUPTED if found.interrupted else DONE if found.passed else FINDING)
