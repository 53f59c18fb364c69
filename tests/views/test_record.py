from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import TYPE_CHECKING, Any, get_args

import pytest

from tensorlab.codec import decode, encode
from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.record import (
    PRIMITIVES,
    AsStrided,
    Cause,
    Convert,
    Copy,
    CopyNeeded,
    Diagonal,
    DropAxes,
    Expand,
    Flip,
    InsertAxis,
    Part,
    Permute,
    Refused,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    Unfold,
    View,
)

if TYPE_CHECKING:
    from tensorlab.views.record import (
        Primitive,
    )

INT: Any = 1.0
VIEW = View(Layout((6,), (4,), itemsize=4), dtype("float32"))
COPY = CopyNeeded("axes", VIEW, axes=(0, 1), stride=4, needed=12, count=3)
OPS: tuple[Primitive, ...] = (
    Permute((1, 0)),
    Slice(0, 1, None, 2),
    Select(0, -1),
    Expand((2, -1)),
    Reshape((6,), "view"),
    InsertAxis(-1),
    DropAxes((0,)),
    Reinterpret(dtype("int8")),
    Copy(),
    Diagonal(0, 1, -2),
    Unfold(0, 3, 2),
    AsStrided((2,), (4,), 8),
    Part("imag"),
    Flip("conj"),
    Convert("F", dtype("int8"), "cpu", "dtype"),
)


@pytest.mark.parametrize("op", OPS, ids=lambda op: type(op).__name__)
def test_a_primitive_is_frozen_slotted_and_rebuilt_from_its_fields(op: Primitive) -> None:
    assert type(op)(*(getattr(op, f.name) for f in fields(op))) == op
    assert not hasattr(op, "__dict__")
    for field in fields(op):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field"):
            setattr(op, field.name, ())
    assert decode(type(op), encode(op)) == op


def test_every_primitive_is_tried_here() -> None:
    assert {type(op) for op in OPS} == set(PRIMITIVES)


@pytest.mark.parametrize("record", [VIEW, COPY, CopyNeeded("always", VIEW), Refused("IndexError", "axis 5")], ids=str)
def test_nouns_survive_json(record: View | CopyNeeded | Refused) -> None:
    assert decode(type(record), encode(record)) == record


def test_bad_fields_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"axes must be integers; got 1\.0 of type float"):
        Permute((0, INT))
    with pytest.raises(LayoutError, match="axis, start, stop and step must be integers; got"):
        Slice(0, INT)
    with pytest.raises(LayoutError, match="axis and index must be integers; got True"):
        Select(0, True)
    with pytest.raises(LayoutError, match="shape must be integers"):
        Expand((INT,))
    with pytest.raises(LayoutError, match="shape must be integers"):
        Reshape((INT,))
    with pytest.raises(LayoutError, match="mode must be one of view, reshape; got 'copy'"):
        Reshape((1,), "copy")  # type: ignore[arg-type]  # what comes from outside may be any word
    with pytest.raises(LayoutError, match="axis must be integers"):
        InsertAxis(INT)
    with pytest.raises(LayoutError, match="axes must be integers"):
        DropAxes((INT,))


def test_a_view_that_cannot_be_is_refused() -> None:
    with pytest.raises(LayoutError, match="layout has itemsize 4, dtype float64 has 8"):
        View(VIEW.layout, dtype("float64"))
    with pytest.raises(LayoutError, match="only a complex view can be conjugated; got dtype float32"):
        View(VIEW.layout, dtype("float32"), conj=True)


def test_a_copy_names_the_axes_exactly_where_they_are_its_cause() -> None:
    with pytest.raises(LayoutError, match="a copy because of axes names the pair"):
        CopyNeeded("axes", VIEW, axes=(0, 1))
    with pytest.raises(LayoutError, match="only a copy because of axes names axes and strides; the cause is 'dtype'"):
        CopyNeeded("dtype", VIEW, stride=4)
    with pytest.raises(LayoutError, match="cause must be one of axes, flag"):
        CopyNeeded("mood", VIEW)  # type: ignore[arg-type]  # what comes from outside may be any word


def test_the_sentence_of_each_cause() -> None:
    assert str(COPY) == "COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 3*1=3 elements"
    assert COPY.nbytes == 24
    for cause in set(get_args(Cause)) - {"axes"}:
        assert str(CopyNeeded(cause, VIEW)).startswith("COPY: ")


def test_strides_that_are_no_whole_elements_are_told_in_bytes() -> None:
    field = View(Layout((2, 3), (15, 5), offset=1, itemsize=4), dtype("int32"))
    assert str(field) == "VIEW: shape (2, 3), strides (15, 5) and offset 1 in bytes"
    odd = CopyNeeded("axes", VIEW, axes=(0, 2), stride=5, needed=30, count=3)
    assert str(odd) == "COPY: axes 0 and 2 cannot merge: stride[0]=5, needs 3*10=30 bytes"
    empty = View(Layout((3, 2), (0, 0), itemsize=0), dtype=dtype("int8").__class__("V0", 0, "void"))
    assert str(empty) == "VIEW: shape (3, 2), strides (0, 0) and offset 0 in bytes"
