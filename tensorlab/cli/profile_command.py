"""``tensorlab profile``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.bench_limits import telling
from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, OutputOption, print_figure, say
from tensorlab.cli.progress import progress_bar

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.cli.output import Color
    from tensorlab.render.figure import Figure


def profile(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="alexnet, module:function or path.py:function.")],
    *,
    batch: Annotated[int, typer.Option(metavar="N", help="Examples in a pass.")] = 8,
    shape: Annotated[
        str,
        typer.Option("--input", metavar="SHAPE", help="Of one example, without the batch.", show_default="3,224,224"),
    ] = "",
    train: Annotated[bool, typer.Option("--train", help="With backward and the step of an optimizer.")] = False,
    device: Annotated[str, typer.Option(help="Where it runs: cpu, cuda, cuda:1, mps.")] = "cpu",
    place: Annotated[
        str, typer.Option(metavar="LAYER=DEVICE,...", help="Layers on devices of their own; the rest lies on --device.")
    ] = "",
    threads: Annotated[
        str, typer.Option(metavar="N|all", help="Threads of torch on the CPU.", show_default="what torch chooses")
    ] = "",
    seconds: Annotated[float, typer.Option(metavar="S", help="How long to repeat it, 5 times at least.")] = 1.0,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Every layer told: layout, parameters, multiply-adds, bytes, time, its part of the limit, what is alive when.

    A function takes no arguments and gives a module, or a module and its inputs:
    "return model, batch". Tensor bytes are held against those of torch's own
    allocator; what kernels take for themselves has a row of its own. The limits
    of the machine are measured once, which takes about 20 seconds. With --place a
    forward pass over several devices: its parts, and what is handed over.

    Exit codes: 0 measured, 2 wrong usage, 3 no such module, file or device.

    \b
    Examples:
      tensorlab profile alexnet --batch 8
      tensorlab profile alexnet --batch 8 --train --json
      tensorlab profile torchvision.models:resnet18 --batch 1 -o resnet18.html
      tensorlab profile models.py:mlp --input 784
      tensorlab profile alexnet --place features=cuda:0,classifier=cpu
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.layer_profiles import profile_figure, profile_target
    from tensorlab.api.machine_limits import limits_of_a_run
    from tensorlab.api.placements import placed_target
    from tensorlab.errors import ExpressionError

    if place:
        if train:
            raise ExpressionError("--place runs the forward pass alone; got --train beside it")
        figure = placed_target(
            target, place, batch=batch, shape=shape, home=device, threads=threads or None, seconds=seconds
        )
        _show(figure, output, as_json=as_json, color=color, ascii_only=ascii_only)
        return
    with progress_bar(lines=True) as watch:
        ceilings = limits_of_a_run(telling(watch))
    found = profile_target(
        target,
        batch=batch,
        shape=shape,
        train=train,
        device=device,
        threads=threads or None,
        seconds=seconds,
        ceilings=ceilings,
    )
    _show(profile_figure(found), output, as_json=as_json, color=color, ascii_only=ascii_only)


def _show(figure: Figure, output: Path | None, *, as_json: bool, color: Color, ascii_only: bool) -> None:
    if output is not None:
        say(f"{figure.save(output)}: {str(figure.data).splitlines()[0]}")
    if output is None or as_json:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
