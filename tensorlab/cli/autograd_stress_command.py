"""``tensorlab autograd stress``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tensorlab.autograd.stress.record import Pattern, Shape
from tensorlab.cli.output import FINDING, AsciiOption, ColorOption, JsonOption, print_figure, say
from tensorlab.cli.progress import progress_bar
from tensorlab.codec import encode
from tensorlab.errors import ExpressionError

if TYPE_CHECKING:
    from tensorlab.autograd.stress.record import StressTable

Hold = Literal["middle"]


def stress(
    *,
    chain: Annotated[int | None, typer.Option(metavar="N", help="Steps of its loop; 200,000 if left out.")] = None,
    gru: Annotated[
        int | None, typer.Option(metavar="N", help="A loop of N GRUCell steps: --shape gru --chain N.")
    ] = None,
    shape: Annotated[Shape, typer.Option(help="What a step does.")] = "chain",
    hold: Annotated[Hold | None, typer.Option(help="A tensor from the middle outlives the loss.")] = None,
    pattern: Annotated[Pattern, typer.Option(metavar="NAME", help="What else happens to it: see --all.")] = "plain",
    thread: Annotated[
        bool, typer.Option("--thread", help="In a thread with a stack of 512 KB; 1,000 to 20,000 without --chain.")
    ] = False,
    free: Annotated[bool, typer.Option("--free", help="Free it while one looks, and count what stays.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="A table of every shape and pattern, freed.")] = False,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Build a deep graph, capture it and free it again, in a process of its own.

    Freeing a deep graph that Python has walked can end a process. Here that is a
    finding: "crashed" and the signal, exit code 1, as is "kept" where nodes stay.
    Without --free the graph is held until the interpreter ends.

    \b
    Examples:
      tensorlab autograd stress --chain 200000 --free
      tensorlab autograd stress --shape residual --hold middle --free
      tensorlab autograd stress --gru 5000 --free
      tensorlab autograd stress --thread --free
      tensorlab autograd stress --all --chain 200000
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.autograd_stress import LENGTH, stress_all, stress_figure
    from tensorlab.api.autograd_stress import stress as run

    if gru is not None and (chain is not None or shape not in {"chain", "gru"}):
        raise ExpressionError("--gru is a shape and a length of its own", hint="leave out --chain and --shape")
    with progress_bar() as watch:
        if everything:
            table = stress_all(LENGTH if chain is None else chain, watch=watch)
        else:
            table = run(
                chain if gru is None else gru,
                shape=shape if gru is None else "gru",
                pattern=hold or pattern,
                free=free,
                thread=thread,
                watch=watch,
            )
    if as_json:
        say(json.dumps(encode(table if everything or len(table.runs) > 1 else table.runs[0]), indent=2))
    elif everything:
        print_figure(stress_figure(table), as_json=False, color=color, ascii_only=ascii_only)
    else:
        _say_lines(table)
    if table.failed:
        raise typer.Exit(FINDING)


def _say_lines(table: StressTable) -> None:
    """A line for each graph; with what it is where there are several."""
    many = len(table.runs) > 1
    for run in table.runs:
        say(f"{run.case.shape} {run.case.length:>6,} {run}" if many else str(run))
