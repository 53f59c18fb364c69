"""Calls of torch that return their argument, or a view of it, at run time, though no schema says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.layout.dtype import DType
from tensorlab.views.arguments import Given, spread, unsupported
from tensorlab.views.record import Convert, Refused, Reshape
from tensorlab.views.spelling import at_least, same
from tensorlab.views.torch_conversion import as_other, to_dtype
from tensorlab.views.torch_pieces import PIECES

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.record import Rules, View
    from tensorlab.views.spelling import Lowered, Lowering


class Unannotated(NamedTuple):
    """When a call gives memory of its argument, in words; and what it lowers to, where that is modelled.

    A lowering that would have to compute elements raises UnsupportedError.
    """

    when: str
    lowering: Lowering | None = None


def _dropout(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "p training inplace", "train")
    train = given.value("train", given.value("training", default=True))
    given.truth("inplace")
    chance = given.value("p", 0.5)
    if type(train) is not bool or type(chance) not in (int, float):
        raise given.unknown()
    if call.name == "dropout1d" and len(view.layout.shape) not in (2, 3):
        return Refused("RuntimeError", f"dropout1d is for 2 or 3 axes; got {view.layout.shape}")
    if not 0 <= chance <= 1:
        raise given.unknown()
    if train and chance:
        raise unsupported(call, "train=False or p=0: otherwise it computes new elements")
    return ()


def _sum_to_size(view: View, call: Call, _rules: Rules) -> Lowered:
    if spread(call, "size").sizes("size") != view.layout.shape or not view.layout.shape:
        raise unsupported(call, "the size that there is: otherwise it computes new elements")
    return ()


def _conj_physical(view: View, call: Call, _rules: Rules) -> Lowered:
    Given(call)
    if view.dtype.kind == "complex":
        raise unsupported(call, "a real tensor: of a complex one it computes new elements")
    return ()


def _cartesian_prod(view: View, call: Call, _rules: Rules) -> Lowered:
    Given(call)
    if len(view.layout.shape) != 1:
        return Refused("RuntimeError", f"cartesian_prod is of tensors with one axis; got {len(view.layout.shape)}")
    return ()


def _unsafe(name: str) -> Lowering:
    """As the name without "unsafe", but no view operation: conj and neg bits are applied first."""

    def lowering(view: View, call: Call, rules: Rules) -> Lowered:
        if name == "split" and _listed(call):
            return Refused("TypeError", "unsafe_split takes split_size, an integer")
        if view.conj or view.neg:
            raise unsupported(call, "integers, of a tensor whose conj and neg bits are not set")
        return PIECES[name](view, call, rules)

    return lowering


def _listed(call: Call) -> bool:
    """Whether sizes are given, or by the name that they have in ``split``."""
    words = dict(call.keywords)
    size = call.args[0] if call.args else words.get("split_size")
    return isinstance(size, tuple | list) or (not call.args and "split_size_or_sections" in words)


def _unsafe_view(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Reshape(Given(call, "size").sequence("size"), "view"),)


def _as_tensor(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "", "dtype device copy")
    kind, copy = given.kind("dtype"), given.value("copy")
    device = given.value("device")
    if device not in (None, view.device) or copy not in (None, False, True) or type(copy) is int:
        raise given.unknown()
    if copy is True and call.name == "as_tensor":
        raise given.unknown()
    changes = kind is not None and kind != view.dtype
    if copy is False and changes:
        return Refused("ValueError", "a copy is needed, and none is allowed")
    return (Convert(dtype=kind, cause="always" if copy and not changes else None),)


def _type(view: View, call: Call, rules: Rules) -> Lowered:
    kind = Given(call, "dtype").value("dtype")
    if not isinstance(kind, DType):
        raise unsupported(call, "a dtype")
    return to_dtype(kind)(view, type(call)(call.name), rules)


_EVAL = "in eval mode, or with p=0: the argument itself"
_SINGLE = "always: the views that the name without 'unsafe' gives"
_SAME_DTYPE = "where the dtype is that already: the argument itself"
_NUMBERS = {
    "bfloat16": "bfloat16", "bool": "bool", "byte": "uint8", "cdouble": "complex128", "cfloat": "complex64",
    "char": "int8", "double": "float64", "float": "float32", "half": "float16", "int": "int32", "long": "int64",
    "short": "int16",
}  # fmt: skip
"""Methods that name a dtype in C's words."""

UNANNOTATED: dict[str, Unannotated] = {
    **{
        name: Unannotated(_EVAL, _dropout)
        for name in (
            "alpha_dropout",
            "dropout",
            "dropout1d",
            "dropout2d",
            "dropout3d",
            "feature_alpha_dropout",
        )
    },
    "feature_dropout": Unannotated(_EVAL, _dropout),
    "sum_to_size": Unannotated("where the size is that already: the argument itself", _sum_to_size),
    "meshgrid": Unannotated("always: each result is its argument expanded, with stride 0 along the other axes"),
    "broadcast_tensors": Unannotated("always: each result is its argument expanded"),
    "atleast_1d": Unannotated("always: axes of size 1 are added", at_least(1)),
    "atleast_2d": Unannotated("always: axes of size 1 are added", at_least(2)),
    "atleast_3d": Unannotated("always: axes of size 1 are added", at_least(3)),
    "einsum": Unannotated("of one operand, where no axis is summed: the axes in another order, or a diagonal"),
    "conj_physical": Unannotated("of a real tensor: the argument itself", _conj_physical),
    "histogramdd": Unannotated("where the bins are given as tensors: the edges are those tensors"),
    "type_as": Unannotated("where dtype and device are those already: the argument itself", as_other),
    "cartesian_prod": Unannotated("of a single tensor: the argument itself", _cartesian_prod),
    "unsafe_chunk": Unannotated(_SINGLE, _unsafe("chunk")),
    "unsafe_split": Unannotated(_SINGLE, _unsafe("split")),
    "unsafe_split_with_sizes": Unannotated(_SINGLE, _unsafe("split_with_sizes")),
    "_unsafe_view": Unannotated("always: view", _unsafe_view),
    **{name: Unannotated(_SAME_DTYPE, to_dtype(kind)) for name, kind in _NUMBERS.items()},
    "type": Unannotated(_SAME_DTYPE, _type),
    "as_tensor": Unannotated("of a tensor whose dtype and device are as asked: the argument itself", _as_tensor),
    "asarray": Unannotated("of a tensor whose dtype and device are as asked: its memory", _as_tensor),
    "Identity": Unannotated("always: the argument itself", same),
    "to_dense": Unannotated("of a strided tensor: the argument itself", same),
    "dequantize": Unannotated("of a float32 tensor: the argument itself"),
    "data": Unannotated("always: the same memory under a tensor without history", same),
}
"""By name, of torch, ``torch.Tensor``, ``torch.nn.functional`` or ``torch.nn``. A test shares bytes for each."""

LOWERED: dict[str, Lowering] = {
    name: row.lowering for name, row in sorted(UNANNOTATED.items()) if row.lowering is not None
}
"""Those that a chain may call."""
