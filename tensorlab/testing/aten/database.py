"""Torch's table of operators with sample arguments: the one file that imports it.

The table is part of torch's own test suite, a private module that may change with any release; nothing public has
samples for every operator. It imports expecttest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.testing._internal.common_methods_invocations import op_db

from tensorlab.errors import unknown_name

if TYPE_CHECKING:
    from collections.abc import Sequence


def full_name(op: Any) -> str:  # noqa: ANN401 - an OpInfo, which has no public type
    """The operator's name, with the variant of its test after a dot.

    >>> full_name(next(op for op in op_db if op.variant_test_name == "tensor_overload"))
    'linspace.tensor_overload'
    """
    return f"{op.name}.{op.variant_test_name}" if op.variant_test_name else str(op.name)


def operators(names: Sequence[str] = (), *, dtype: torch.dtype = torch.float32) -> list[Any]:
    """The table's entries that take this dtype on the CPU; all of them, or those of the names.

    A name without its variant stands for every variant.

    Raises:
        UnknownNameError: There is no such operator, or it does not take that dtype.

    >>> [full_name(op) for op in operators(["kron", "linspace"])]
    ['linspace', 'linspace.tensor_overload', 'kron']
    """
    entries: list[Any] = list(op_db)
    found = [op for op in entries if dtype in op.supported_dtypes("cpu")]
    known = {word for op in found for word in (op.name, full_name(op))}
    for name in names:
        if name not in known:
            raise unknown_name(f"operator of dtype {str(dtype).removeprefix('torch.')}", name, sorted(known))
    return [op for op in found if not names or op.name in names or full_name(op) in names]
