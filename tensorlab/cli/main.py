"""The command ``tensorlab``: every subcommand, and what happens to an error that none of them caught."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from tensorlab.cli import object_commands
from tensorlab.cli.alexnet_command import alexnet
from tensorlab.cli.autograd import autograd_app
from tensorlab.cli.bench import bench_app
from tensorlab.cli.bits_command import bits
from tensorlab.cli.ceilings import ceilings
from tensorlab.cli.convert_command import convert
from tensorlab.cli.doctor_command import doctor
from tensorlab.cli.explain_command import explain
from tensorlab.cli.explore_command import explore
from tensorlab.cli.fuzz_command import fuzz
from tensorlab.cli.layout_command import layout
from tensorlab.cli.models_commands import models_app
from tensorlab.cli.output import DONE, INTERRUPTED, USAGE, fail, say
from tensorlab.cli.profile_command import profile
from tensorlab.cli.retains_command import retains
from tensorlab.errors import ExpressionError, StoreError, TensorlabError, UnavailableError, UnsupportedError
from tensorlab.memory.naming import reason

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
app.command("layout")(layout)
app.command("explain")(explain)
app.command("explore")(explore)
app.command("compare")(object_commands.compare)
app.command("convert")(convert)
app.command("bits", context_settings={"ignore_unknown_options": True})(bits)
app.command("retains")(retains)
app.command("fuzz")(fuzz)
app.add_typer(autograd_app, name="autograd")
app.add_typer(bench_app, name="bench")
app.command("profile")(profile)
app.command("alexnet")(alexnet)
app.add_typer(models_app, name="models")
app.command("ceilings")(ceilings)
app.command("doctor")(doctor)


def _print_version(asked: bool) -> None:
    if asked:
        try:
            say(version("tensorlab-toolkit"))
        except PackageNotFoundError:
            say("unknown: run from a source tree that is not installed")
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
    _open_streams()
    try:
        code = app(prog_name="tensorlab", standalone_mode=False)
    except TensorlabError as error:
        fail(error)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except MemoryError:
        fail(UnsupportedError("this takes more memory than there is", hint="ask for less at once"))
    except (ImportError, OSError) as error:
        fail(_outside_failure(error))
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        _fail_usage(error)
    raise SystemExit(code or DONE)


def _open_streams() -> None:
    """Somewhere to write where the caller has closed the standard streams."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process


def _outside_failure(error: ImportError | OSError) -> TensorlabError:
    """An output that cannot be written has a number; a library that cannot be loaded has only words."""
    if isinstance(error, OSError) and error.errno is not None:
        return StoreError(f"cannot write the output: {error.strerror}")
    return UnavailableError(f"a library does not work: {reason(error)}", hint="tensorlab doctor says which, and why")


def _fail_usage(error: Any) -> NoReturn:  # noqa: ANN401 - typer brings its own click, or uses the one installed
    """Wrong usage, found by the parser: help where nothing was asked for, else a sentence and where help is."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        raise SystemExit(USAGE)
    command = "tensorlab" if context is None else context.command_path
    fail(ExpressionError(error.format_message().replace(": Value error, ", ": "), hint=f"see {command} --help"))
