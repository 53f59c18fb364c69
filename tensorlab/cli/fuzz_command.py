"""``tensorlab fuzz``: look for layouts that a function mishandles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from tensorlab.cli.output import DONE, FINDING, AsciiOption, ColorOption, JsonOption, print_figure, say
from tensorlab.cli.progress import progress_bar
from tensorlab.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Sequence


def fuzz(
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="package.module:function, path.py:function, torch:add.")
    ] = None,
    *,
    spec: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help='An argument: "float32[n, 3]"; once for each, in order.')
    ] = None,
    contract: Annotated[
        str, typer.Option(help="What it promises: value, pure, fresh, view, in-place, ...; several with +.")
    ] = "pure",
    examples: Annotated[int, typer.Option(min=1, help="Calls to look at.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the layouts and of what the function draws.")] = 0,
    arg: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A keyword argument with a literal value.")
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="SPEC", help="Pass such an argument as out=.")] = None,
    isolate: Annotated[bool, typer.Option("--isolate", help="Call it in a process that may die.")] = False,
    aten: Annotated[bool, typer.Option("--aten", help="Test torch's own operators by their samples instead.")] = False,
    op: Annotated[list[str] | None, typer.Option(metavar="NAME", help="With --aten: only these operators.")] = None,
    dtype: Annotated[str, typer.Option(help="With --aten: of the samples.")] = "float32",
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

    Exit code 1 if anything was found.

    \b
    Examples:
      tensorlab fuzz torch:softmax --spec "float32[n, m]" --arg dim=1
      tensorlab fuzz shop.kernels:blur --spec "float32[..., h, w]" --contract pure+fresh
      tensorlab fuzz kernels.py:scale_ --spec "float32[n, m]" --contract in-place
      tensorlab fuzz torch:from_dlpack --spec "np float64[n]" --isolate
      tensorlab fuzz --aten --op kron
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.fuzzing import fuzz as run
    from tensorlab.api.fuzzing import fuzz_figure, keyword_arguments

    if aten:
        from tensorlab.api.aten_fuzzing import draw_aten, sweep_aten

        with progress_bar() as watch:
            swept = sweep_aten(ops=op or [], dtype=dtype, seed=seed, progress=watch)
        print_figure(draw_aten(swept, scripts=False), as_json=as_json, color=color, ascii_only=ascii_only)
        raise typer.Exit(_told(swept.findings, as_json=as_json))
    if target is None:
        raise ExpressionError("fuzz takes a function to test", hint="tensorlab fuzz package.module:function, or --aten")
    keywords = keyword_arguments(arg or [])
    options = {"contract": contract, "examples": examples, "seed": seed, "keywords": keywords}
    if out is not None:
        options["out"] = out
    with progress_bar() as watch:
        report = run(target, spec or [], isolate=isolate, watch=watch, **options)
    print_figure(fuzz_figure(report, script=False), as_json=as_json, color=color, ascii_only=ascii_only)
    raise typer.Exit(_told(report.findings, as_json=as_json))


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
