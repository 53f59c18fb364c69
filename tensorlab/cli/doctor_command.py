"""``tensorlab doctor``."""

from __future__ import annotations

import typer

from tensorlab.cli.output import FINDING, AsciiOption, ColorOption, JsonOption, print_figure


def doctor(*, color: ColorOption = "auto", as_json: JsonOption = False, ascii_only: AsciiOption = False) -> None:
    """What is there for tensorlab to work with, and what is wrong: libraries, CPU, accelerators, extras, variables.

    It also answers where torch or NumPy is missing or broken. Exit code 0: everything works, warnings or not; 1: torch
    or NumPy does not work.

    \b
    Examples:
      tensorlab doctor
      tensorlab doctor --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.machine import doctor as examine
    from tensorlab.api.machine import draw_checkup

    checkup = examine()
    print_figure(draw_checkup(checkup), as_json=as_json, color=color, ascii_only=ascii_only)
    if checkup.problems:
        raise typer.Exit(FINDING)
