"""Environment variables that change speed: which they are, and what is wrong with some values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIXES = ("BLIS_", "DNNL_", "GOMP_", "KMP_", "MALLOC_", "MKL_", "NPY_", "OMP_", "ONEDNN_", "OPENBLAS_", "VECLIB_")
"""Families of which every member counts."""

NAMES = frozenset(
    {
        "ATEN_CPU_CAPABILITY",
        "CUBLAS_WORKSPACE_CONFIG",
        "CUDA_LAUNCH_BLOCKING",
        "CUDA_MODULE_LOADING",
        "CUDA_VISIBLE_DEVICES",
        "GOTO_NUM_THREADS",
        "LD_PRELOAD",
        "NVIDIA_TF32_OVERRIDE",
        "PYTHONDEVMODE",
        "PYTHONMALLOC",
        "PYTORCH_ALLOC_CONF",
        "PYTORCH_CUDA_ALLOC_CONF",
        "PYTORCH_NO_CUDA_MEMORY_CACHING",
        "THP_MEM_ALLOC_ENABLE",
        "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
    }
)
"""Single variables that count."""

HARMLESS = frozenset({"KMP_DUPLICATE_LIB_OK"})
"""Members of the families that change no speed; threadpoolctl sets this one when it is imported."""

HIDDEN = "(set)"
"""Printed instead of a value that may be a path."""


def speed_variables(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The variables that change speed, sorted; a value that may be a path is not repeated.

    >>> speed_variables({"OMP_NUM_THREADS": "2", "HOME": "/root", "LD_PRELOAD": "/lib/libjemalloc.so"})
    (('LD_PRELOAD', '(set)'), ('OMP_NUM_THREADS', '2'))
    """
    chosen = (name for name in environment.keys() - HARMLESS if name in NAMES or name.startswith(PREFIXES))
    return tuple((name, _public(environment[name])) for name in sorted(chosen))


def _public(value: str) -> str:
    return HIDDEN if len(value) > 80 or any(mark in value for mark in "/\\~@") else value
