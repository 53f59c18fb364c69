"""Environment variables that make a library slow: whom they concern, and how slow, measured without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.selfcheck.penalties import penalty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.memory.record import Doubt

    Ask = Callable[[str, Mapping[str, str | None]], float | None]


class Concern(NamedTuple):
    """Whom a variable slows down."""

    probe: str
    """The work that tells what it costs."""
    libraries: frozenset[str]
    products: bool | None = None
    """Whether only products of matrices and networks, or only what is none; None means both."""
    allocating: bool = False
    """Whether only calls whose result is new."""


_LISTS = frozenset({"list", "array"})
_NUMPY = frozenset({"numpy"})
_TORCH = frozenset({"torch", "torch.compile"})

CONCERNS: Mapping[str, Concern] = {
    "ATEN_CPU_CAPABILITY": Concern("torch-exp", _TORCH, products=False),
    "DNNL_MAX_CPU_ISA": Concern("torch-matmul", _TORCH, products=True),
    "MALLOC_CHECK_": Concern("numpy-add", _NUMPY | _TORCH, allocating=True),
    "MALLOC_PERTURB_": Concern("numpy-add", _NUMPY | _TORCH, allocating=True),
    "MKL_ENABLE_INSTRUCTIONS": Concern("torch-mm", _TORCH, products=True),
    "NPY_DISABLE_CPU_FEATURES": Concern("numpy-exp", _NUMPY, products=False),
    "ONEDNN_MAX_CPU_ISA": Concern("torch-matmul", _TORCH, products=True),
    "OPENBLAS_CORETYPE": Concern("numpy-matmul", _NUMPY, products=True),
    "PYTHONDEVMODE": Concern("python", _LISTS),
    "PYTHONMALLOC": Concern("python", _LISTS),
}


def concern(doubt: Doubt) -> Concern | None:
    """Whom a doubt about a variable concerns; None where nothing is known that measures it.

    >>> from tensorlab.memory.record import Doubt
    >>> concern(Doubt("OPENBLAS_CORETYPE=Haswell", "old kernels")).probe
    'numpy-matmul'
    """
    return CONCERNS.get(doubt.code.partition("=")[0])


def with_penalty(doubt: Doubt, ask: Ask = penalty) -> Doubt:
    """The same doubt about a variable, with what the variable costs where that can be measured.

    Args:
        doubt: One of ``bench.host.environment.advice``: its code begins with the variable.
        ask: Measures; it starts processes.

    >>> from tensorlab.memory.record import Doubt
    >>> with_penalty(Doubt("OPENBLAS_CORETYPE=Haswell", "old kernels"), lambda probe, cured: 1.93).text
    'old kernels; penalty: measured 1.93x, beside processes without it'
    """
    found = concern(doubt)
    times = ask(found.probe, {doubt.code.partition("=")[0]: None}) if found else None
    if times is None:
        return doubt
    told = f"{doubt.text}; penalty: measured {times:.2f}x, beside processes without it"
    return replace(doubt, text=told, penalty=times)
