"""``tensorlab bench distributed``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tensorlab.cli.bench_sizes import size_of, words_of
from tensorlab.cli.output import (
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

if TYPE_CHECKING:
    from tensorlab.distributed.record import DistributedRun


def distributed(
    parts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PART]...", help="collectives, products, alexnet; all if none is named."),
    ] = None,
    *,
    nproc: Annotated[int, typer.Option(metavar="N", help="Processes here, each a rank; torchrun has its own.")] = 2,
    device: Annotated[Literal["cpu", "cuda"], typer.Option(help="gloo on cpu, NCCL on cuda: a device a rank.")] = "cpu",
    size: Annotated[
        str, typer.Option(metavar="B,...", help="Bytes of collectives.", show_default="4096 to 1.7e7")
    ] = "",
    side: Annotated[int, typer.Option(metavar="N", help="Rows and columns of the matrices.")] = 1024,
    batch: Annotated[int, typer.Option(metavar="N", help="Images on each rank.")] = 8,
    threads: Annotated[int, typer.Option(metavar="N", help="Of each rank.", show_default="processors / ranks")] = 0,
    full: Annotated[bool, typer.Option("--full/--quick", help="More sizes and rounds: minutes.")] = False,
    fake: Annotated[bool, typer.Option("--fake", help="Start no rank: layouts of the products over N ranks.")] = False,
    port: Annotated[int, typer.Option(metavar="P", help="Where they meet.", show_default="one that is free")] = 0,
    timeout: Annotated[float, typer.Option(metavar="S", help="Seconds for a step of a rank; then it hangs.")] = 60.0,
    limit: Annotated[float, typer.Option(metavar="S", help="Seconds for the whole.")] = 600.0,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Several processes: bandwidth of collectives, products over DTensor, AlexNet as replicas with DDP.

    torchrun starts them. Each result is checked: collectives element by element,
    products against float64, replicas against one process with all images. A rank
    that dies, raises or hangs is named, and no process is left behind. Started by
    torchrun itself, on many machines too, it is a rank, and rank 0 prints:

    \b
      torchrun --nnodes 2 --nproc-per-node 8 --rdzv-backend c10d
          --rdzv-endpoint HOST:29500 -m tensorlab bench distributed

    Exit codes: 0 measured, 1 a rank failed or a result was wrong (the rows before
    are printed), 2 wrong usage, 3 no such device, or the port is taken,
    130 interrupted.

    \b
    Examples:
      tensorlab bench distributed --nproc 2
      tensorlab bench distributed collectives --size 1e6,1e8 --nproc 4
      tensorlab bench distributed alexnet --batch 16 -o replicas.html
      tensorlab bench distributed --fake --nproc 1024 --side 8192
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.distributed_runs import (
        distributed_figure,
        distributed_run,
        imagined_run,
        is_rank,
        plan_of,
        run_as_rank,
        threads_of_a_rank,
    )
    from tensorlab.distributed.launching import Launch
    from tensorlab.errors import ExpressionError

    if fake and (parts or size):
        raise ExpressionError("--fake draws the products alone; got parts or sizes beside it")
    ranks = None if is_rank() else nproc
    plan = plan_of(
        parts or (),
        sizes=[size_of(word) for word in words_of(size)],
        full=full,
        threads=threads or threads_of_a_rank(ranks),
        side=side,
        batch=batch,
        device=device,
        patience=timeout,
    )
    if fake:
        run: DistributedRun | None = imagined_run(nproc, side, limit=limit)
    elif ranks is None:
        run = run_as_rank(plan)
    else:
        launched = Launch(ranks=ranks, threads=plan.threads, port=port, patience=timeout, limit=limit)
        with progress_bar(lines=True) as watch:
            run = distributed_run(plan, launched, progress=watch)
    if run is None:
        return
    figure = distributed_figure(run)
    saved = None if output is None else figure.save(output)
    if saved is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
    else:
        say(f"{saved}: {run}")
    _end(run)


def _end(run: DistributedRun) -> None:
    """What went wrong on stderr, and the exit code."""
    for words in run.wrong:
        print(f"wrong: {words}", file=sys.stderr)
    if run.failure is not None:
        print(f"error: {run.failure}", file=sys.stderr)
        if run.failure.cause in {"hangs", "late"}:
            print("hint: a slow machine gets more with --timeout and --limit", file=sys.stderr)
    if run.interrupted:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(FINDING if run.failure is not None or run.wrong else DONE)
