"""``tensorlab bench``: parse, measure, print."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.bench.ceilings.judging import doubted
from tensorlab.bench.workloads.names import NAMES
from tensorlab.cli.bench_aa_command import aa
from tensorlab.cli.bench_chase_command import chase
from tensorlab.cli.bench_compare_command import compare
from tensorlab.cli.bench_crossover_command import crossover
from tensorlab.cli.bench_distributed_command import distributed
from tensorlab.cli.bench_import_command import import_files
from tensorlab.cli.bench_limits import drawn_into, telling
from tensorlab.cli.bench_report_command import report
from tensorlab.cli.bench_sizes import size_of, words_of
from tensorlab.cli.bench_stride_command import stride
from tensorlab.cli.bench_why_command import why
from tensorlab.cli.default_group import DefaultGroup
from tensorlab.cli.output import (
    ABSENT,
    DONE,
    DOUBTFUL,
    FINDING,
    INTERRUPTED,
    AsciiOption,
    ColorOption,
    JsonOption,
    print_figure,
    say,
)
from tensorlab.cli.progress import progress_bar

if TYPE_CHECKING:
    from tensorlab.bench.session import Session

DEFAULT = "run"
WORKLOADS = ", ".join(NAMES)


class DefaultRun(DefaultGroup):
    """``bench add`` is ``bench run add``."""

    default = DEFAULT


bench_app = typer.Typer(
    cls=DefaultRun,
    help="Time the same work in lists, NumPy and torch. `bench NAME` is `bench run NAME`; see `bench run -h`.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


@bench_app.callback()
def _group() -> None:
    """Hold subcommands, also while there is only one."""


bench_app.command()(aa)
bench_app.command()(stride)
bench_app.command()(crossover)
bench_app.command()(chase)
bench_app.command()(compare)
bench_app.command()(distributed)
bench_app.command("import")(import_files)
bench_app.command()(why)
bench_app.command()(report)


@bench_app.command(DEFAULT)
def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help=f"{WORKLOADS}; or path.py:function; none means all."),
    ] = None,
    *,
    device: Annotated[
        str, typer.Option(help="Comma-separated: cpu, cuda, cuda:1. All that are there if left out.")
    ] = "",
    size: Annotated[str, typer.Option(help="Comma-separated: 1000, 1e6. The profile's if left out.")] = "",
    dtype: Annotated[str, typer.Option(help="Comma-separated: float32, bfloat16. The profile's if left out.")] = "",
    full: Annotated[bool, typer.Option("--full/--quick", help="More sizes and dtypes, measured longer.")] = False,
    threads: Annotated[str, typer.Option(metavar="N|all", help="The same for every library.")] = "1",
    backend: Annotated[
        str, typer.Option(help="Comma-separated: list, array, numpy, torch, torch.compile. The profile's if left out.")
    ] = "",
    cache: Annotated[
        str, typer.Option(metavar="warm|cold|both", help="The same operands each call, or operands that take turns.")
    ] = "",
    allocation: Annotated[
        str, typer.Option(metavar="in|out|both", help="Each call makes its result, or writes into one: out=.")
    ] = "",
    processes: Annotated[int, typer.Option(metavar="N", help="How many processes measure each case.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File for the JSON lines; a new one under runs/ if left out. With --roofline also .svg, .html, .png.",
        ),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on with a file: measure only what it lacks.")
    ] = None,
    roofline: Annotated[bool, typer.Option("--roofline", help="Draw the machine's roofs and the rows below.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 4 where a row is above its ceiling.")] = False,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Time workloads in lists, NumPy and torch on every device; check each result against float64 first.

    Every raw time is written as JSON lines, row by row. What cannot be measured is a row that says why. Exit codes: 0
    measured, 1 a result was wrong, a case failed or nothing could be measured, 2 wrong usage, 3 a device that was asked
    for is not there, 4 with --strict where a row is above its ceiling, 130 interrupted (what was measured is kept).
    The machine's ceilings are measured once, which takes about 20 seconds; see `tensorlab ceilings`.

    \b
    Examples:
      tensorlab bench
      tensorlab bench add matmul --device cpu,cuda --size 1000,1e6 --dtype float32
      tensorlab bench alexnet --full --threads all --json
      tensorlab bench softmax --processes 3 --output runs/a.jsonl
      tensorlab bench --resume runs/a.jsonl
      tensorlab bench mine.py:smooth --size 1e6
      tensorlab bench add matmul --roofline -o roof.svg
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.measurement import benchmark, roofline_of, session_scene
    from tensorlab.render.figure import Figure

    picture, output = drawn_into(output) if roofline else (None, output)
    with progress_bar(lines=True) as watch:
        session = benchmark(
            *(names or ()),
            devices=words_of(device) or None,
            sizes=[size_of(word) for word in words_of(size)] or None,
            dtypes=words_of(dtype) or None,
            profile="full" if full else "quick",
            threads=threads,
            backends=words_of(backend) or None,
            cache=words_of(cache) or None,
            allocation=words_of(allocation) or None,
            processes=processes,
            output=output,
            resume=resume,
            progress=telling(watch),
        )
    print_figure(Figure(session, session_scene(session)), as_json=as_json, color=color, ascii_only=ascii_only)
    if picture is not None:
        roofline_of(session).save(picture)
    elif roofline and not as_json:
        say("")
        print_figure(roofline_of(session), as_json=False, color=color, ascii_only=ascii_only)
    _tell(session, quiet=as_json)
    raise typer.Exit(exit_code(session, strict=strict))


def exit_code(session: Session, *, strict: bool = False) -> int:
    """130 interrupted, 1 wrong or failed, 3 not there although asked for by name, 1 nothing measured, otherwise 0.

    With ``strict`` 4 in its place, where a row is above its ceiling.
    """
    if session.interrupted:
        return INTERRUPTED
    if not session.stored or any(row.cause in {"wrong", "failed"} for row in session.skipped):
        return FINDING
    if any(row.named and row.cause == "device" for row in session.skipped):
        return ABSENT
    if not session.runs:
        return FINDING
    return DOUBTFUL if strict and any(doubted(run) for run in session.runs) else DONE


def _tell(session: Session, *, quiet: bool) -> None:
    """Where the raw times are; on stderr what did not go as usual."""
    for note in session.notes:
        print(f"note: {note}", file=sys.stderr)
    if not session.runs and not session.interrupted:
        print("note: nothing was measured; each row says why", file=sys.stderr)
    if session.interrupted:
        print(f"interrupted: what was measured is in {session.path}", file=sys.stderr)
    elif not quiet:
        say(f"\nraw times: {session.path}")
