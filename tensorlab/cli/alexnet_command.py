"""``tensorlab alexnet``."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotation when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.output import DONE, USAGE, AsciiOption, Color, ColorOption, JsonOption, print_figure
from tensorlab.cli.progress import progress_bar
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from tensorlab.models.classified import Classification

BATCH, SEED, TOP = 8, 0, 5


def alexnet(
    images: Annotated[
        list[Path] | None, typer.Argument(metavar="[IMAGE]...", help="Files to classify; none: layers are timed.")
    ] = None,
    *,
    weights: Annotated[
        str,
        typer.Option(
            metavar="FILE|imagenet|random:SEED", help="Of the network that classifies.", show_default="imagenet"
        ),
    ] = "",
    top: Annotated[int | None, typer.Option(metavar="N", help="Labels of an image.", show_default=str(TOP))] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="For pictures of steps, filters and activations.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(metavar="N", help="Images in a timed pass.", show_default=str(BATCH))
    ] = None,
    device: Annotated[str, typer.Option(help="Where it runs: cpu, cuda, cuda:1, mps.")] = "cpu",
    threads: Annotated[
        str, typer.Option(metavar="N|all", help="Threads of torch on the CPU.", show_default="what torch chooses")
    ] = "",
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of the timed weights and images.", show_default=str(SEED))
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Images in, labels of ImageNet out; without images, AlexNet's forward pass layer by layer.

    An image is resized, cropped and normalised as torchvision's weights want it (extra vision). They come from the
    cache of torch.hub, or are downloaded and verified. Without images each layer tells shape, parameters,
    multiply-adds, bytes and time, on seeded random numbers: the work is real, the answers mean nothing.

    Exit codes: 0 done, 2 wrong usage, a batch that does not fit into memory, or a file that holds no image,
    3 a device, a file, the weights or torchvision is not there.

    \b
    Examples:
      tensorlab alexnet dog.jpg
      tensorlab alexnet dog.jpg cat.png --weights alexnet.pth --top 3 --pictures out
      tensorlab alexnet --batch 8 --device cpu
      tensorlab alexnet --batch 1 --threads 1 --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    if images:
        _refuse(("--batch", batch), ("--seed", seed), what="images: it is of the layers that are timed")
        found = _classified(images, weights, top, device, pictures, threads)
        _tell(found, as_json=as_json, color=color, ascii_only=ascii_only)
        raise typer.Exit(USAGE if found.failures else DONE)
    _refuse(("--weights", weights or None), ("--top", top), ("--pictures", pictures), what="no image")
    from tensorlab.api.networks import time_alexnet

    figure = time_alexnet(
        batch=BATCH if batch is None else batch,
        device=device,
        threads=threads or None,
        seed=SEED if seed is None else seed,
    )
    print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)


def _refuse(*options: tuple[str, object], what: str) -> None:
    for name, value in options:
        if value is not None:
            raise UnsupportedError(f"{name} does not go with {what}", hint="see tensorlab alexnet --help")


def _classified(  # noqa: PLR0917 - the options of the command
    images: list[Path], weights: str, top: int | None, device: str, pictures: Path | None, threads: str
) -> Classification:
    from contextlib import nullcontext

    from tensorlab.api.classifying import classify

    limited = nullcontext()
    if threads:
        from tensorlab.bench.threads import equal_threads, thread_count

        limited = equal_threads(thread_count(threads))  # type: ignore[assignment]  # likewise a context
    with progress_bar(lines=True) as watch, limited:
        return classify(
            images,
            weights=weights or "imagenet",
            top=TOP if top is None else top,
            device=device,
            pictures=pictures,
            progress=watch,
        )


def _tell(found: Classification, *, as_json: bool, color: Color, ascii_only: bool) -> None:
    from tensorlab.api.classifying import classification_figure

    print_figure(classification_figure(found), as_json=as_json, color=color, ascii_only=ascii_only)
    for _, why in found.failures:
        print(f"error: {why}", file=sys.stderr)
