"""torch's names for parts and bits of the elements, and those that are a copy only where something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.memory_format import suggested_format
from tensorlab.views.arguments import Given, Pieces
from tensorlab.views.axes import normal
from tensorlab.views.conversion import without_negative
from tensorlab.views.record import Convert, Flip, Part, Refused, View
from tensorlab.views.spelling import reversed_axes, same, swapped

if TYPE_CHECKING:
    from tensorlab.views.calls import Call
    from tensorlab.views.primitives import Cause, CopyOrder
    from tensorlab.views.record import Primitive, Rules
    from tensorlab.views.spelling import Lowered, Lowering

_ORDERS: dict[str, CopyOrder] = {
    "contiguous_format": "C",
    "channels_last": "channels_last",
    "channels_last_3d": "channels_last_3d",
    "preserve_format": "K",
}
_SUGGESTED = {"C": "contiguous", "channels_last": "channels_last", "channels_last_3d": "channels_last_3d"}


def _order(given: Given, default: str) -> CopyOrder:
    return _ORDERS[given.word("memory_format", tuple(_ORDERS), default)]


def _contiguous(view: View, call: Call, _rules: Rules) -> Lowered:
    order = _order(Given(call, "", "memory_format"), "contiguous_format")
    if order == "K":
        lies = is_contiguous(view.layout)
        return () if lies else Refused("RuntimeError", "contiguous keeps no order of its own; give another format")
    return (Convert(order),)


def _clone(_view: View, call: Call, _rules: Rules) -> Lowered:
    return (Convert(_order(Given(call, "", "memory_format"), "preserve_format"), cause="always"),)


def _to(view: View, call: Call, _rules: Rules) -> Lowered:
    first = call.args[0] if call.args else None
    named = {name for name, _ in call.keywords}
    flags = "non_blocking copy"
    kind: DType | None
    if isinstance(first, View) or "other" in named:
        given = Given(call, f"other {flags}", "memory_format")
        kind, device = given.view("other").dtype, given.view("other").device
    elif isinstance(first, DType):
        given = Given(call, f"dtype {flags}", "memory_format")
        kind, device = first, None
    else:
        given = Given(call, f"device dtype {flags}", "memory_format layout pin_memory")
        kind, device = given.kind("dtype"), given.value("device")
    given.truth("non_blocking")
    if given.value("layout") is not None or given.value("pin_memory"):
        raise given.unknown()
    return _converted(view, given, kind, _device(view, device, given))


def _converted(view: View, given: Given, kind: DType | None, device: str | None) -> Lowered:
    order = _order(given, "preserve_format")
    cause: Cause | None = "always" if given.truth("copy") else None
    if cause is None and order != "K" and suggested_format(view.layout) != _SUGGESTED[order]:
        cause = "format"
    changes = (kind is not None and kind != view.dtype) or (device is not None and device != view.device)
    if cause is None and not changes:
        return ()
    return without_negative(view) or (Convert(order, kind, device, None if changes else cause),)


def _device(view: View, asked: object, given: Given) -> str | None:
    """A device by its word; a GPU without a number is the current one, which is not known here."""
    if asked is None:
        return None
    if type(asked) is not str or not asked:
        raise given.unknown()
    known, _, index = view.device.partition(":")
    if ":" not in asked and known == asked and index not in {"", "0"}:
        raise given.unknown()
    if asked in {"cpu:0", "cpu"}:
        return "cpu"
    return view.device if ":" not in asked and known == asked else asked


def _cpu(view: View, call: Call, _rules: Rules) -> Lowered:
    return _converted(view, Given(call, "", "memory_format"), None, "cpu")


def _cuda(view: View, call: Call, _rules: Rules) -> Lowered:
    given = Given(call, "device non_blocking", "memory_format")
    given.truth("non_blocking")
    asked = given.value("device")
    if type(asked) is int:
        asked = f"cuda:{asked}"
    device = _device(view, "cuda" if asked is None else asked, given)
    if device is None or not device.startswith("cuda"):
        raise given.unknown()
    return _converted(view, given, None, device)


def _pin_memory(view: View, call: Call, _rules: Rules) -> Lowered:
    """Memory that a GPU can read is another block; a view does not say that it lies in such a block already."""
    Given(call)
    if view.device != "cpu":
        return Refused("RuntimeError", f"only memory of the CPU can be pinned; the view is on {view.device}")
    return (Convert("same", cause="device"),)


def _conj(view: View, call: Call, _rules: Rules) -> Lowered:
    Given(call)
    return (Flip("conj"),) if view.dtype.kind == "complex" else ()


def _flip(bit: str) -> Lowering:
    def lowering(_view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        return (Flip("conj" if bit == "conj" else "neg"),)

    return lowering


def _resolve(bit: str) -> Lowering:
    def lowering(view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        return (Convert(cause="flag"),) if getattr(view, bit) else ()

    return lowering


def _part(part: str) -> Lowering:
    def lowering(_view: View, call: Call, _rules: Rules) -> Lowered:
        Given(call)
        return (Part(part),)  # type: ignore[arg-type]  # the rows below name the four

    return lowering


def _positive(view: View, call: Call, rules: Rules) -> Lowered:
    if view.dtype.kind == "bool":
        return Refused("RuntimeError", "there is no + of a bool")
    return same(view, call, rules)


def _matrix(view: View, call: Call, rules: Rules) -> Lowered:
    """``mT``: the last two axes. A 0-d tensor stays what it is, and one axis is refused."""
    Given(call)
    ndim = len(view.layout.shape)
    if ndim == 1:
        return Refused("RuntimeError", "a matrix has two axes or more; the view has 1")
    axes = [normal(axis, ndim, rules) for axis in ((-2, -1) if ndim else (0, 0))]
    return (swapped(view, *(axis for axis in axes if isinstance(axis, int))),) if ndim else ()


def _adjoint(view: View, call: Call, rules: Rules) -> Lowered:
    lowered = _matrix(view, call, rules)
    if isinstance(lowered, Refused) or view.dtype.kind != "complex":
        return lowered
    return (*_primitives(lowered), Flip("conj"))


def _hermitian(view: View, call: Call, rules: Rules) -> Lowered:
    if len(view.layout.shape) > 2:
        return Refused("RuntimeError", f"H is of a matrix; the view has {len(view.layout.shape)} axes")
    return _adjoint(view, call, rules)


def _primitives(lowered: Lowered) -> tuple[Primitive, ...]:
    return () if isinstance(lowered, Refused | Pieces) else lowered


def to_dtype(kind: str | DType) -> Lowering:
    """``x.float()``, ``x.long()``: the view itself where the dtype is that already.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> to_dtype("float32")(View(Layout((), (), itemsize=4), DTYPES["float32"]), Call("float"), "torch")
    ()
    """

    def lowering(view: View, call: Call, _rules: Rules) -> Lowered:
        wanted = DTYPES[kind] if isinstance(kind, str) else kind
        return _converted(view, Given(call, "", "memory_format"), wanted, None)

    return lowering


def as_other(view: View, call: Call, _rules: Rules) -> Lowered:
    """``type_as(other)``: the dtype and the device of another tensor.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.views.calls import Call
    >>> view = View(Layout((), (), itemsize=4), DTYPES["float32"])
    >>> as_other(view, Call("type_as", (view,)), "torch")
    ()
    """
    other = Given(call, "other").view("other")
    return _converted(view, Given(type(call)(call.name)), other.dtype, other.device)


CONVERSIONS: dict[str, Lowering] = {
    "_conj": _flip("conj"),
    "_neg_view": _flip("neg"),
    "adjoint": _adjoint,
    "alias": same,
    "conj": _conj,
    "contiguous": _contiguous,
    "cpu": _cpu,
    "cuda": _cuda,
    "detach": same,
    "imag": _part("imag"),
    "mH": _adjoint,
    "mT": _matrix,
    "matrix_H": _hermitian,
    "numpy_T": reversed_axes,
    "pin_memory": _pin_memory,
    "positive": _positive,
    "real": _part("real"),
    "resolve_conj": _resolve("conj"),
    "resolve_neg": _resolve("neg"),
    "to": _to,
    "view_as_complex": _part("join"),
    "view_as_real": _part("pairs"),
}
"""Names that ask for more than the shape."""

COPIES: dict[str, Lowering] = {"clone": _clone}
"""Names that always copy, and are no views."""

BRIDGES: dict[str, Lowering] = {"H": _hermitian, "T": reversed_axes}
"""Properties that aten knows under another name."""
