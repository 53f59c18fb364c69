"""Torch's own operators under layouts that their tests do not try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import UnavailableError, UnsupportedError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure
    from tensorlab.testing.aten.record import AtenSweep

DTYPES = ("float32", "float64", "bfloat16", "float16", "complex64", "complex128", "int64", "int32", "int16", "int8",
          "uint8", "bool")  # fmt: skip
"""What the samples may be made of."""


def sweep_aten(
    *,
    ops: Sequence[str] = (),
    dtype: str = "float32",
    seed: int = 0,
    workers: int = 2,
    progress: Callable[[Progress], None] | None = None,
) -> AtenSweep:
    """Call every OpInfo sample of torch's operators under at least four layouts, and hold each result against C order.

    Each operator runs in a process of its own, so that one that dies ends nothing else. Samples without a tensor are
    counted as skipped. In-place forms and ``out=`` are called too, where an operator has them.

    Args:
        ops: Names of OpInfo, with or without the variant of the test; none for all.
        dtype: Of the samples.
        seed: Of their values.
        workers: Processes at a time.
        progress: Told after each operator.

    Raises:
        UnavailableError: expecttest is not there, which OpInfo imports, or this system cannot fork.
        UnknownNameError: There is no such operator or dtype.
        UnsupportedError: ``seed`` or ``workers`` is no whole number that fits.

    >>> swept = sweep_aten(ops=["kron"])
    >>> [(found.op, found.verdict, found.confirmed) for found in swept.findings]
    [('kron', 'REFUSED', True)]
    """
    if dtype not in DTYPES:
        raise unknown_name("dtype", str(dtype), DTYPES)
    for word, number, least in (("seed", seed, 0), ("workers", workers, 1)):
        if type(number) is not int or number < least:
            raise UnsupportedError(
                f"{word} is a whole number from {least} on; got {number!r}", hint=f"for one: {word}={least}"
            )
    try:
        import torch

        from tensorlab.testing.aten.database import operators
        from tensorlab.testing.aten.sweeping import sweep
    except ImportError as error:
        raise UnavailableError(
            f"torch's samples cannot be loaded: {error}", hint="pip install 'tensorlab-toolkit[testing]'"
        ) from error
    names = (ops,) if isinstance(ops, str) else tuple(ops)
    kind = getattr(torch, dtype)
    return sweep(operators(names, dtype=kind), dtype=kind, seed=seed, workers=workers, watch=progress)


def draw_aten(swept: AtenSweep, *, scripts: bool = True) -> Figure:
    """The picture of a sweep, with the sweep as its ``data``.

    Args:
        swept: What ``sweep_aten`` gave.
        scripts: Whether the scripts of the findings stand in it; their long lines are broken.
    """
    from tensorlab.render.figure import Figure
    from tensorlab.testing.aten.picture import aten_scene

    return Figure(swept, aten_scene(swept, scripts=scripts))
