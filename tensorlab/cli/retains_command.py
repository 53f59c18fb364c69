"""``tensorlab retains``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def retains(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .pt, .pth, .safetensors, .npy or .npz file.")],
    *,
    slim: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write a copy to OUT without the bytes that no tensor touches.")
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """How the tensors of a file lie in it, which share, and what is dead weight.

    Nothing in the file is run and no element is read. With --slim, each group of
    tensors that overlap gets a trimmed storage of its own; FILE stays as it is.

    \b
    Examples:
      tensorlab retains model.pt
      tensorlab retains model.safetensors --json
      tensorlab retains model.pt --slim slim.pt
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.files import file_retention, slimmed_copy
    from tensorlab.api.objects import show

    done = file_retention(file) if slim is None else slimmed_copy(file, slim)
    print_figure(show(done), as_json=as_json, color=color, ascii_only=ascii_only)
