"""``tensorlab bench why``."""

from __future__ import annotations

from typing import Annotated

import typer

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def why(
    name: Annotated[str, typer.Argument(help="A workload: add, mul, exp, sum, matmul.")],
    *,
    size: Annotated[
        str, typer.Option(metavar="N", help="1000, 1e6, 16777216. The largest of --quick if left out.")
    ] = "",
    backend: Annotated[str, typer.Option(help="torch, torch.compile, numpy, list, array.")] = "torch",
    dtype: Annotated[str, typer.Option(help="float32, bfloat16.")] = "float32",
    threads: Annotated[str, typer.Option(metavar="N|all", help="The same for every library.")] = "1",
    color: ColorOption = "auto",
    as_json: JsonOption = False,
    ascii_only: AsciiOption = False,
) -> None:
    """Why a call takes as long as it does: page faults, dispatch overhead, bytes, copies; and what would help.

    Each suggestion gives the same result, and is timed beside the call in interleaved pairs before it is printed.

    \b
    Examples:
      tensorlab bench why add --size 16777216
      tensorlab bench why add --size 1000
      tensorlab bench why matmul --size 512 --backend numpy --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.slowness import slowness_figure, why_workload
    from tensorlab.cli.bench_sizes import size_of

    found = why_workload(name, size_of(size) if size else None, backend=backend, dtype=dtype, threads=threads)
    print_figure(slowness_figure(found), as_json=as_json, color=color, ascii_only=ascii_only)
