"""``tensorlab autograd check``, ``why`` and ``nan``: a script of the user's, run under a recording."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tensorlab.cli.output import DONE, FINDING, JsonOption, say
from tensorlab.codec import encode
from tensorlab.errors import ExpressionError
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from tensorlab.api.autograd_scripts import Task
    from tensorlab.autograd.findings.report import ScriptReport

FORWARDED = {"ignore_unknown_options": True}
"""Options that are not ours are the script's; after ``--`` all of them are."""
ScriptArgument = Annotated[Path, typer.Argument(metavar="SCRIPT", help="A Python script that calls backward.")]
RestArgument = Annotated[list[str] | None, typer.Argument(metavar="ARGS", help="Arguments of the script.")]


def check(script: ScriptArgument, args: RestArgument = None, *, as_json: JsonOption = False) -> None:
    """Run a script and say, to the line, what breaks its backward.

    Before each backward call every saved tensor is looked at: who wrote it since it was
    saved, whether torch will say so, which backward freed it. The script runs as with
    python SCRIPT ARGS; options that are not ours are its own, after -- all are.

    Exit codes: 0 nothing found, 1 a finding, 2 wrong usage, 3 no such file; a script that
    ends itself keeps its own code.

    \b
    Examples:
      tensorlab autograd check train.py
      tensorlab autograd check train.py --epochs 1
      tensorlab autograd check --json -- train.py --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    _run(script, args, "check", as_json=as_json)


def why(
    script: ScriptArgument,
    args: RestArgument = None,
    *,
    tensor: Annotated[str, typer.Option(metavar="NAME", help="As why lists them: x, model.head.weight.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Run a script and say why each tensor that wants a gradient has none.

    Looked at are the parameters of the modules and the leaves that the script has names
    for when it has ended; those that its functions had names for, or that anything was
    computed of, at its last backward call. Frozen ones are listed; they are a finding
    only where --tensor names them.

    Exit codes: 0 each has a gradient, 1 one has none, 2 wrong usage, 3 no such file or
    tensor.

    \b
    Examples:
      tensorlab autograd why train.py
      tensorlab autograd why --tensor model.head.weight train.py --epochs 1
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    _run(script, args, "why", tensor=tensor, as_json=as_json)


def nan(script: ScriptArgument, args: RestArgument = None, *, as_json: JsonOption = False) -> None:
    """Run a script and name the first operation that made a NaN or an infinity of finite values.

    Exit codes: 0 every value was finite, 1 a finding, 2 wrong usage, 3 no such file.

    \b
    Examples:
      tensorlab autograd nan train.py
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    _run(script, args, "nan", as_json=as_json)


def _run(script: Path, args: list[str] | None, task: Task, *, tensor: str = "", as_json: bool) -> None:
    from tensorlab.api.autograd_scripts import run_recorded

    if str(script).startswith("-"):
        raise ExpressionError(f"no such option: {script}", hint=f"see tensorlab autograd {task} --help")
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        report = run_recorded(script, args or [], task=task, tensor=tensor)
    if report.error:
        print(report.error, file=sys.stderr, flush=True)
    if as_json:
        say(json.dumps(encode(report), indent=2))
    else:
        _tell(report)
    raise typer.Exit(FINDING if report.found else report.script_code or DONE)


def _tell(report: ScriptReport) -> None:
    """Sentences as they are, not broken into lines: they are there to be searched."""
    say("\n".join(map(printable, str(report).split("\n"))))
    cures = [one.cure for one in report.findings] + [one.cure for one in report.missing]
    for cure in dict.fromkeys(filter(None, cures)):
        say(f"cure: {printable(cure)}")
