"""``tensorlab fuzz``: look for layouts that a function mishandles."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from tensorlab.cli.output import DONE, FINDING, USAGE, AsciiOption, ColorOption, JsonOption, print_figure, say
from tensorlab.cli.progress import progress_bar
from tensorlab.errors import ExpressionError
from tensorlab.render.width import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def fuzz(
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="package.module:function, path.py:function, torch:add.")
    ] = None,
    *,
    spec: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help='An argument: "float32[n, 3]"; once for each, in order.')
    ] = None,
    contract: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="value, pure, fresh, view, in-place, ...; several with +.  [default: pure]"),
    ] = None,
    examples: Annotated[int | None, typer.Option(min=1, help="Calls to look at.  [default: 1000]")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the layouts and of what the function draws.")] = 0,
    arg: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A keyword argument with a literal value.")
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="SPEC", help="Pass such an argument as out=.")] = None,
    isolate: Annotated[bool, typer.Option("--isolate", help="Call it in a process that may die.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="SECONDS", help="With --isolate: after which a call hangs.  [default: 300]"),
    ] = None,
    aten: Annotated[bool, typer.Option("--aten", help="Test torch's own operators by their samples instead.")] = False,
    op: Annotated[list[str] | None, typer.Option(metavar="NAME", help="With --aten: only these operators.")] = None,
    dtype: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --aten: of the samples.  [default: float32]")
    ] = None,
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Call a function with arguments in every kind of layout, and say what breaks.

    Results are held against those of contiguous copies, and every byte of every
    storage against what it was. A finding is made as small as it gets, drawn, and
    comes with three lines of Python that need no tensorlab and fail.

    SPEC is a dtype and axes: numbers, names (the same size wherever they stand),
    or ... for any axes. "int64[k] < n" indexes axis n, "np float64[n]" is an array.

    What the function prints goes to standard error.

    Exit code 1 if anything was found, 2 if nothing could be tested.

    \b
    Examples:
      tensorlab fuzz torch:softmax --spec "float32[n, m]" --arg dim=1
      tensorlab fuzz shop.kernels:blur --spec "float32[..., h, w]" --contract pure+fresh
      tensorlab fuzz kernels.py:scale_ --spec "float32[n, m]" --contract in-place
      tensorlab fuzz torch:from_dlpack --spec "np float64[n]" --isolate
      tensorlab fuzz --aten --op kron
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    of_a_target = {
        "TARGET": target, "--spec": spec, "--contract": contract, "--examples": examples, "--arg": arg, "--out": out,
        "--isolate": isolate or None, "--timeout": timeout,
    }  # fmt: skip
    of_aten = {"--op": op, "--dtype": dtype}
    if aten:
        _refuse(of_a_target, "does not go with --aten", "--aten takes --op, --dtype and --seed")
        from tensorlab.api.aten_fuzzing import draw_aten, sweep_aten

        with _apart(), progress_bar() as watch:
            swept = sweep_aten(ops=op or [], dtype=dtype or "float32", seed=seed, progress=watch)
        print_figure(draw_aten(swept, scripts=False), as_json=as_json, color=color, ascii_only=ascii_only)
        raise typer.Exit(_told(swept.findings, as_json=as_json))
    _refuse(of_aten, "goes with --aten only", "leave it out; --spec says what the arguments are")
    if target is None:
        raise ExpressionError(
            "fuzz takes a function to test", hint="give a TARGET such as package.module:function, or --aten"
        )
    if timeout is not None and not isolate:
        raise ExpressionError("--timeout goes with --isolate only", hint="give both: a hang is ended with its process")
    from tensorlab.api.fuzzing import fuzz as run
    from tensorlab.api.fuzzing import fuzz_figure, keyword_arguments

    options: dict[str, Any] = {
        "contract": contract or "pure", "examples": examples or 1000, "seed": seed, "out": out,
        "keywords": keyword_arguments(arg or []), "timeout": timeout,
    }  # fmt: skip
    chosen = {name: given for name, given in options.items() if given is not None}
    with _apart(), progress_bar() as watch:
        report = run(target, spec or [], isolate=isolate, watch=watch, **chosen)
    print_figure(fuzz_figure(report, script=False), as_json=as_json, color=color, ascii_only=ascii_only)
    code = _told(report.findings, as_json=as_json)
    raise typer.Exit(code if report.findings or report.passed else _untested(report.skipped))


def _refuse(given: Mapping[str, object], words: str, hint: str) -> None:
    """Options that would be left unread are told."""
    named = next((name for name, value in given.items() if value is not None), None)
    if named is not None:
        raise ExpressionError(f"{named} {words}", hint=hint)


@contextmanager
def _apart() -> Iterator[None]:
    """What the function prints, also below Python, goes to stderr: stdout is for the report."""
    sys.stdout.flush()
    try:
        kept = os.dup(sys.stdout.fileno())
    except OSError:  # no file: a stream of a test
        kept = -1
    try:
        if kept >= 0:
            os.dup2(2, sys.stdout.fileno())
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if kept >= 0:
            os.dup2(kept, sys.stdout.fileno())
            os.close(kept)


def _untested(skipped: Sequence[tuple[str, int]]) -> int:
    """Why there is nothing to say, where a program that reads no report sees it too."""
    reason = skipped[0][0] if skipped else "no call could be made"
    print(f"error: nothing could be tested: {printable(reason)}", file=sys.stderr)
    return USAGE


class _Scripted(Protocol):
    """A finding of either kind."""

    @property
    def verdict(self) -> str: ...
    @property
    def script(self) -> str: ...


def _told(findings: Sequence[_Scripted], *, as_json: bool) -> int:
    """The scripts as they are, not broken into lines: they are there to be pasted; and the exit code."""
    for finding in findings:
        if finding.script and not as_json:
            say(f"\nfails when pasted ({finding.verdict}):\n\n{finding.script}")
    return FINDING if findings else DONE
