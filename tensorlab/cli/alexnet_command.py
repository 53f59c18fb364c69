"""``tensorlab alexnet``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure
from tensorlab.errors import LayoutError


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

    The weights are seeded random numbers: the work is real, the answers mean nothing.

    \b
    Examples:
      tensorlab alexnet --batch 8 --device cpu
      tensorlab alexnet --batch 1 --threads 1 --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.networks import time_alexnet

    figure = time_alexnet(batch=batch, device=device, threads=thread_count(threads), seed=seed)
    print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)


def thread_count(word: str) -> int | None:
    """The number that ``--threads`` stands for; None where torch shall choose.

    Raises:
        LayoutError: It is neither a whole number nor "all".

    >>> thread_count("2"), thread_count("")
    (2, None)
    """
    from tensorlab.bench.host.fingerprint import usable_processors

    if word == "all":
        return usable_processors()
    if not word:
        return None
    try:
        return int(word)
    except ValueError:
        raise LayoutError(f"threads are a whole number of 1 or more, or 'all'; got {word!r}") from None
