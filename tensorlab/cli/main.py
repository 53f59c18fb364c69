"""The command ``tensorlab``: every subcommand, and what happens to an error that none of them caught."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from tensorlab.cli import object_commands
from tensorlab.cli.alexnet_command import alexnet
from tensorlab.cli.bench import bench_app
from tensorlab.cli.doctor_command import doctor
from tensorlab.cli.output import INTERRUPTED, fail
from tensorlab.errors import TensorlabError

app = typer.Typer(
    name="tensorlab",
    help="See what a tensor really is: storage, offset, strides, views, bytes, and what it all costs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("show")(object_commands.show)
app.command("compare")(object_commands.compare)
app.add_typer(bench_app, name="bench")
app.command("alexnet")(alexnet)
app.command("doctor")(doctor)


def _print_version(asked: bool) -> None:
    if asked:
        try:
            print(version("tensorlab-toolkit"))
        except PackageNotFoundError:
            print("unknown: run from a source tree that is not installed")
        raise typer.Exit


@app.callback()
def _root(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Callback for the options of the command itself."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        app(prog_name="tensorlab")
    except TensorlabError as error:
        fail(error)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
