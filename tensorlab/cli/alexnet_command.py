"""``tensorlab alexnet``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def alexnet(
    *,
    batch: Annotated[int, typer.Option(help="Images in a pass.")] = 8,
    device: Annotated[str, typer.Option(help="Where it runs: cpu, cuda, cuda:1, mps.")] = "cpu",
    threads: Annotated[
        str, typer.Option(metavar="N|all", help="Threads of torch on the CPU.", show_default="what torch chooses")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of the random weights and images.")] = 0,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """AlexNet's forward pass layer by layer: shapes, parameters, multiply-adds, bytes, time, images a second.

    The weights are seeded random numbers: the work is real, the answers mean nothing. Exit codes: 0 measured, 2 wrong
    usage or a batch that does not fit into memory, 3 the device is not there.

    \b
    Examples:
      tensorlab alexnet --batch 8 --device cpu
      tensorlab alexnet --batch 1 --threads 1 --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.networks import time_alexnet

    figure = time_alexnet(batch=batch, device=device, threads=threads or None, seed=seed)
    print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
