"""``tensorlab bench import``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.json...", help="What pytest-benchmark wrote.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="For the JSON lines; a new one under runs/ if left out."),
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Read pytest-benchmark's JSON, ours or anybody's, into a file of runs that compare and report read.

    Every raw time is kept. Runs of our suite under benchmarks/ come back as they were measured; of others nothing is
    made up: a case is the test's full name. Each of several files is a process. Exit codes: 0 written, 2 wrong usage or
    a file that cannot be read, 3 no such file.

    \b
    Examples:
      pytest benchmarks --benchmark-only --benchmark-json=a.json
      tensorlab bench import a.json -o a.jsonl
      tensorlab bench import 1.json 2.json 3.json -o b.jsonl
      tensorlab bench compare a.jsonl b.jsonl
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.run_files import import_runs, imported_scene
    from tensorlab.render.figure import Figure

    found = import_runs(*files, output=output)
    print_figure(Figure(found, imported_scene(found)), as_json=as_json, color=color, ascii_only=ascii_only)
