"""``tensorlab bench crossover``."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import Annotated

import typer

from tensorlab.cli.bench_limits import telling
from tensorlab.cli.bench_sizes import words_of
from tensorlab.cli.output import (
    ABSENT,
    DONE,
    FINDING,
    INTERRUPTED,
    AsciiOption,
    ColorOption,
    JsonOption,
    OutputOption,
    print_figure,
    say,
)
from tensorlab.cli.progress import progress_bar


def crossover(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Workloads: add, matmul, softmax.")],
    *,
    device: Annotated[str, typer.Option(help="The CPU and one device: cpu,cuda.")] = "cpu,cuda",
    dtype: Annotated[
        str, typer.Option(help="Comma-separated: float32 (TF32 off), tfloat32 (on), bfloat16, float16, float8_e4m3fn.")
    ] = "",
    threads: Annotated[str, typer.Option(metavar="N|all", help="Of the CPU.")] = "1",
    model: Annotated[
        str, typer.Option(metavar="h100|a100|t4", help="Whose figures stand for a device that is not here.")
    ] = "h100",
    ceilings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="From tensorlab ceilings --json where the device is.")
    ] = None,
    full: Annotated[bool, typer.Option("--full/--quick", help="More dtypes, larger sizes, more repeats.")] = False,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """The size from which on a device beats the CPU, with and without transfer.

    Both compute in torch, in turns. A device's kernel time, the latency of one
    call and the time with its operands' way are told apart, each beside the limit
    of this machine that binds it. Without the device
    its line is projected from figures of one, and labelled so. Exit codes: 0 done,
    projected or measured, 1 a result was wrong, 3 nobody knows figures of it, or nothing that was
    asked for can be compared, 130 interrupted (what was measured is printed).

    \b
    Examples:
      tensorlab bench crossover add matmul --device cpu,cuda
      tensorlab bench crossover matmul --dtype float32,tfloat32,bfloat16 --model a100
      tensorlab bench crossover add -o crossover.svg
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.device_crossings import device_crossings
    from tensorlab.api.machine_limits import limits_of_a_run
    from tensorlab.bench.crossing.record import Crossings

    with progress_bar() as watch:
        limits = limits_of_a_run(told := telling(watch))
        figure = device_crossings(
            *names,
            devices=words_of(device),
            dtypes=words_of(dtype),
            threads=threads,
            model=model,
            ceilings=ceilings,
            full=full,
            limits=limits,
            progress=told,
        )
    run = figure.data
    assert isinstance(run, Crossings)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {run}")
    if run.model is not None:
        print(f"note: no {run.device} device is here; its times are projected from {run.model.name}", file=sys.stderr)
    if run.interrupted:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(FINDING if run.wrong else DONE if run.crossings else ABSENT)
