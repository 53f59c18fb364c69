"""``tensorlab models``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.default_group import DefaultGroup
from tensorlab.cli.output import AsciiOption, Color, ColorOption, JsonOption, OutputOption, print_figure

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.render.figure import Figure

DEFAULT = "list"


class DefaultList(DefaultGroup):
    """``models resnet`` is ``models list resnet``."""

    default = DEFAULT


models_app = typer.Typer(
    cls=DefaultList,
    help="The models of torchvision. `models PATTERN` is `models list PATTERN`; see `models list -h`.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


@models_app.callback()
def _group() -> None:
    """Hold subcommands."""


@models_app.command(DEFAULT)
def list_models(
    pattern: Annotated[str, typer.Argument(metavar="[PATTERN]", help="Part of a name, or with * ? []; all.")] = "",
    *,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Each model's class, the function that builds it, and its weights: parameters, GFLOPs, file size, accuracy.

    Nothing is downloaded. Exit codes: 0 listed, 2 no model has such a name, 3 torchvision is not installed.

    \b
    Examples:
      tensorlab models
      tensorlab models resnet
      tensorlab models "vgg1?_bn" --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api import model_zoo

    _tell(model_zoo.list_models(pattern), output, as_json=as_json, color=color, ascii_only=ascii_only)


@models_app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="alexnet, resnet18, vit_b_16.")],
    *,
    output: OutputOption = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """A model module by module, in the order of a forward pass: shapes that come out, parameters.

    It is built without weights and without memory for them. Exit codes: 0 shown, 2 no model has that name, 3
    torchvision is not installed.

    \b
    Examples:
      tensorlab models show alexnet
      tensorlab models show vit_b_16 --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api import model_zoo

    _tell(model_zoo.show_model(name), output, as_json=as_json, color=color, ascii_only=ascii_only)


def _tell(figure: Figure, output: Path | None, *, as_json: bool, color: Color, ascii_only: bool) -> None:
    if output is not None:
        figure.save(output)
    else:
        print_figure(figure, as_json=as_json, color=color, ascii_only=ascii_only)
