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

_REASONS = {
    "of the parts of sparse tensors, which have no strides": (
        "_indices _sparse_broadcast_to _values ccol_indices coalesce col_indices crow_indices indices row_indices"
        " values"
    ),
    "of nested tensors, which have no one shape": (
        "_nested_get_values _nested_view_from_buffer _nested_view_from_jagged"
    ),
    "of lists and dictionaries": "__getitem__ get keys",
    "of another process (RPC)": "local_value to_here",
    "of forward-mode derivatives": "_fw_primal _make_dual _unpack_dual",
    "inside autograd, autocast, tracing and the batch norm of old; not for users": (
        "_autocast_to_full_precision _autocast_to_reduced_precision _grad_sum_to_size _ncf_unsqueeze _ncf_view"
        " _test_autograd_multiple_dispatch_view lift_fresh slice_inverse"
    ),
    "of TorchScript alone": (
        "_unwrap_optional as_tensor BailOut Guard IfThenElse data grad unchecked_unwrap_optional select_tensor"
    ),
    "prims of torch.compile, which stand for views of this table": (
        "broadcast_in_dim collapse_view split_dim view_of view_of_dtype"
    ),
    "of named axes, gone with torch 2.13": "align_as align_to refine_names rename",
}
EXCLUDED: dict[str, str] = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""Operations whose schema says so too and that are left out, each with the reason."""
