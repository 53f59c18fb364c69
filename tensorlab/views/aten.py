"""torch's view operations: every dense aten operation that may return an alias, lowered, and those left out.

The names are those of aten, which are those of ``torch.Tensor``'s methods and of torch's functions; what a tensor calls
otherwise (``T``, ``H``, square brackets) is added. A test reads torch's schemas and fails where one is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.views.spelling import expanded, one_axis_sliced, reshaped, subscripted
from tensorlab.views.torch_axes import AXES
from tensorlab.views.torch_conversion import BRIDGES, CONVERSIONS, COPIES
from tensorlab.views.torch_pieces import PIECES

if TYPE_CHECKING:
    from tensorlab.views.spelling import Lowering

ALIASES: dict[str, Lowering] = dict(
    sorted({**AXES, **CONVERSIONS, **PIECES, "broadcast_to": expanded, "expand": expanded, "reshape": reshaped}.items())
)
"""The dense operations whose schema says that the result may be an alias, and that write nothing."""

SOMETIMES = frozenset(
    {
        "contiguous", "cpu", "cuda", "flatten", "pin_memory", "ravel", "reshape", "reshape_as", "resolve_conj",
        "resolve_neg", "to",
    }
)  # fmt: skip
"""Those that copy where they must; all others give a view or raise."""

PUBLIC: dict[str, Lowering] = {
    **ALIASES,
    **BRIDGES,
    **COPIES,
    "getitem": subscripted,
    "slice_axis": one_axis_sliced,
}
"""What a chain may call under torch's rules, but for ``views.unannotated``."""
