"""Environment variables that make a library slow: how slow, measured in a process without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.bench.selfcheck.penalties import penalty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.memory.record import Doubt

    Ask = Callable[[str, Mapping[str, str | None]], float | None]

PROBES: Mapping[str, str] = {
    "ATEN_CPU_CAPABILITY": "torch-exp",
    "DNNL_MAX_CPU_ISA": "torch-matmul",
    "MKL_ENABLE_INSTRUCTIONS": "torch-matmul",
    "NPY_DISABLE_CPU_FEATURES": "numpy-exp",
    "ONEDNN_MAX_CPU_ISA": "torch-matmul",
    "OPENBLAS_CORETYPE": "numpy-matmul",
    "PYTHONDEVMODE": "python",
    "PYTHONMALLOC": "python",
}
"""Variable to the work that tells what it costs."""


def with_penalty(doubt: Doubt, ask: Ask = penalty) -> Doubt:
    """The same doubt about a variable, with what the variable costs where that can be measured.

    Args:
        doubt: One of ``bench.host.environment.advice``: its code begins with the variable.
        ask: Measures; it starts processes.

    >>> from tensorlab.memory.record import Doubt
    >>> with_penalty(Doubt("OPENBLAS_CORETYPE=Haswell", "old kernels"), lambda probe, cured: 1.93).text
    'old kernels; a penalty of 1.93x, measured without it'
    """
    name = doubt.code.partition("=")[0]
    probe = PROBES.get(name)
    times = ask(probe, {name: None}) if probe else None
    if times is None:
        return doubt
    return replace(doubt, text=f"{doubt.text}; a penalty of {times:.2f}x, measured without it", penalty=times)
