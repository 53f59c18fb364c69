"""``torch.compile``: the same functions as eager torch, made into one kernel where that can be."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

import torch

from tensorlab.bench.backends import tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.record import Prepare
    from tensorlab.layout.dtype import DType

NAME = "torch.compile"
COMPILERS = ("g++", "clang++", "c++", "cl")


def absent() -> str:
    """One sentence where nothing can compile what it writes."""
    if any(map(shutil.which, COMPILERS)):
        return ""
    return f"torch.compile needs a C++ compiler; none of {', '.join(COMPILERS)} is here"


def _compiled(prepare: Prepare, device: str, kind: DType) -> Callable[..., object]:
    """A function for one size: what was compiled for others is forgotten."""
    torch.compiler.reset()
    with catch_warnings():  # the compiler imports what torch itself has deprecated
        simplefilter("ignore", DeprecationWarning)
        found: Callable[..., object] = torch.compile(prepare(device, kind), dynamic=False)
    return found


BACKEND = replace(
    tensor.BACKEND,
    name=NAME,
    absent=absent,
    quick=frozenset({"fused"}),
    into=frozenset(),
    where_written=True,
    implementations={name: partial(_compiled, prepare) for name, prepare in tensor.BACKEND.implementations.items()},
)
"""Unasked, in the quick profile, for chains of operations only: a compiler works for seconds."""
