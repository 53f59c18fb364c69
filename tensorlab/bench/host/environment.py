"""Environment variables that change speed: which they are, and what is wrong with some values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tensorlab.bench.host.record import Host
from tensorlab.memory.record import Doubt

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


Judge: TypeAlias = Callable[[str, Host], bool]


class Rule(NamedTuple):
    """When the value of a variable costs speed, and what that means."""

    names: tuple[str, ...]
    bad: Judge
    text: str
    cure: str = "unset {name}"


def _is_set(value: str, host: Host) -> bool:  # noqa: ARG001 - the signature of a judge
    return value.strip().lower() not in {"", "0", "false", "off", "no"}


def _wide(host: Host) -> bool:
    return "avx512f" in host.vector


def _is_narrower(value: str, host: Host) -> bool:
    """Whether the value names kernels or a CPU from before AVX-512, on a CPU that has it."""
    old = {"default", "avx", "avx2", "sse41", "sse42", "sse4_1", "sse4_2", "avx2_vnni", "generic"}
    old |= {"haswell", "zen", "sandybridge", "nehalem", "core2", "barcelona", "bulldozer", "piledriver", "excavator"}
    return _wide(host) and value.strip().lower() in old


def _is_single(value: str, host: Host) -> bool:
    return value.strip() == "1" and host.usable > 1


def _is_crowd(value: str, host: Host) -> bool:
    first = value.partition(",")[0].strip()
    return first.isdigit() and int(first) > host.usable


def _hides(value: str, host: Host) -> bool:
    return value.strip() in {"", "-1"} and bool(host.accelerators)


_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "GOTO_NUM_THREADS", "BLIS_NUM_THREADS")

RULES = (
    Rule(
        ("OPENBLAS_CORETYPE",),
        _is_narrower,
        "NumPy's OpenBLAS takes kernels for an older CPU; this one has AVX-512: matrix products may take twice as long",
    ),
    Rule(
        ("ATEN_CPU_CAPABILITY",),
        _is_narrower,
        "torch takes its own code for an older CPU; this one has AVX-512",
    ),
    Rule(
        ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS"),
        _is_narrower,
        "torch's linear algebra takes code for an older CPU; this one has AVX-512",
    ),
    Rule(("NPY_DISABLE_CPU_FEATURES",), _is_set, "NumPy leaves parts of this CPU unused"),
    Rule(_THREADS, _is_single, "linear algebra runs on one processor; this process may use more"),
    Rule(
        _THREADS,
        _is_crowd,
        "more threads than processors: they wait for one another, and times vary several-fold",
        "set {name} to the number of processors or less",
    ),
    Rule(("CUDA_LAUNCH_BLOCKING",), _is_set, "every kernel is waited for: a tool for finding errors, not for speed"),
    Rule(("PYTORCH_NO_CUDA_MEMORY_CACHING",), _is_set, "every tensor on the GPU is allocated by the driver, slowly"),
    Rule(("CUDA_VISIBLE_DEVICES",), _hides, "the GPUs that the driver lists are hidden from this process"),
    Rule(
        ("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"),
        lambda value, host: _is_set(value, host) and bool(host.accelerators),
        "float32 products on the GPU are rounded to TF32, against what a program asks for",
    ),
    Rule(("PYTHONDEVMODE",), _is_set, "Python's development mode checks every allocation"),
    Rule(
        ("PYTHONMALLOC",),
        lambda value, host: "debug" in value or (value == "malloc" and host.usable > 0),
        "Python's own small-object allocator is off: lists and floats are slower",
    ),
    Rule(("MALLOC_CHECK_", "MALLOC_PERTURB_"), _is_set, "the C library checks or fills every allocation"),
)
"""What is known to cost speed. Measured behind the first: a product of 512 at 108 GFLOP/s instead of 209."""


def advice(host: Host) -> tuple[Doubt, ...]:
    """What is wrong with the variables that are set on this host, in the order of their names.

    >>> from dataclasses import replace
    >>> from tensorlab.bench.host.fingerprint import host_facts
    >>> host = replace(host_facts(), vector=("avx512f",), environment=(("OPENBLAS_CORETYPE", "Haswell"),))
    >>> advice(host)[0].cure
    'unset OPENBLAS_CORETYPE'
    """
    return tuple(
        Doubt(f"{name}={value}", f"{name}={value}: {rule.text}", rule.cure.format(name=name))
        for name, value in host.environment
        for rule in RULES
        if name in rule.names and rule.bad(value, host)
    )
