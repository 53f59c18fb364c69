"""``tensorlab bench compare``."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.output import DONE, FINDING, AsciiOption, ColorOption, JsonOption, print_figure
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from tensorlab.bench.two_files.record import RunComparison


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="File of runs: what it is compared with.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="File of runs: what is judged.")],
    *,
    fail_above: Annotated[
        float | None,
        typer.Option(metavar="RATIO", help="1.05: exit 1 where B takes over 1.05 times as long as A, for sure."),
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Two files of runs, case by case: ratio of B to A with its interval, and whether B is faster or slower.

    Blocks that ran in turns are compared pair by pair, other runs by the medians of their processes: measure both with
    --processes 3 or more. Exit codes: 0 compared, 1 with --fail-above where the interval of a case excludes the bound
    in at least three processes, 2 wrong usage or a file that cannot be read, 3 no such file.

    \b
    Examples:
      tensorlab bench softmax --processes 3 --output a.jsonl
      tensorlab bench softmax --processes 3 --output b.jsonl
      tensorlab bench compare a.jsonl b.jsonl
      tensorlab bench compare a.jsonl b.jsonl --fail-above 1.05
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.run_files import compare_runs, require_bound, run_comparison_scene
    from tensorlab.render.figure import Figure

    bound = None if fail_above is None else require_bound(fail_above)
    found = compare_runs(first, second)
    print_figure(Figure(found, run_comparison_scene(found)), as_json=as_json, color=color, ascii_only=ascii_only)
    if bound is not None:
        raise typer.Exit(_judged(found, bound))


def _judged(found: RunComparison, bound: float) -> int:
    """1 where a case is above the bound for sure; on stderr which, or why nothing could be."""
    above = found.above(bound)
    for one in above:
        print(f"above {bound:g}: {one}", file=sys.stderr)
    few = found.too_few()
    if few:
        told = f"{counted(len(few), 'case')} measured in fewer than 3 processes of each file cannot be above"
        print(f"note: {told} {bound:g}: measure with --processes 3", file=sys.stderr)
    return FINDING if above else DONE
