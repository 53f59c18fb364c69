"""What every command shares: how a figure is printed, and how an error ends the process."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from tensorlab.codec import encode
from tensorlab.errors import TensorlabError, UnavailableError
from tensorlab.render.text import LEAST_WIDTH
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from tensorlab.render.figure import Figure

DONE, FINDING, USAGE, ABSENT, DOUBTFUL, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes, one table for all commands."""


Color = Literal["auto", "always", "never"]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the record as JSON instead of the picture.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Save as .svg, .html, .txt or .png instead of printing."),
]
ColorOption = Annotated[Color, typer.Option(help="Terminal colours: auto asks the terminal and NO_COLOR.")]
AsciiOption = Annotated[bool, typer.Option("--ascii", help="Only ASCII characters.")]


def print_figure(figure: Figure, *, as_json: bool, color: Color = "auto", ascii_only: bool = False) -> None:
    """The figure on stdout: as JSON, or as text in the terminal's width (80 columns where there is none)."""
    if as_json:
        say(json.dumps(encode(figure.data), indent=2))
        return
    width = max(shutil.get_terminal_size((80, 24)).columns, LEAST_WIDTH) if sys.stdout.isatty() else 80
    ascii_only = ascii_only or not can_encode(sys.stdout.encoding)
    say(figure.text(width=width, color=wants_color(color), ascii=ascii_only))


def say(text: str) -> None:
    """The text on stdout, all of it; a reader that has gone away (``| head``) ends the process without an error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(DONE) from None


def wants_color(color: Color) -> bool:
    """Whether to print terminal colours."""
    if color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return color == "always"


def can_encode(encoding: str | None) -> bool:
    """Whether the signs that pictures use can be written in that encoding.

    >>> can_encode("utf-8"), can_encode("ascii"), can_encode(None)
    (True, False, False)
    """
    try:
        "\N{MICRO SIGN}\N{MULTIPLICATION SIGN}\N{HORIZONTAL ELLIPSIS}\N{PLUS-MINUS SIGN}".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def fail(error: TensorlabError) -> NoReturn:
    """The error in one sentence and a hint on stderr, and the exit code of its kind."""
    for word, text in (("error", error.message), ("hint", error.hint)):
        if text:
            print(f"{word}: {printable(text)}", file=sys.stderr)
    raise SystemExit(ABSENT if isinstance(error, UnavailableError) else USAGE)
