from __future__ import annotations

from typing import get_args

import pytest

from tensorlab.errors import LayoutError
from tensorlab.views import primitives, record
from tensorlab.views.primitives import (
    PRIMITIVES,
    AsStrided,
    Convert,
    Diagonal,
    Flip,
    Part,
    Primitive,
    Reshape,
    Unfold,
    require_integers,
    require_word,
)


def test_there_are_fifteen_and_the_record_names_them_too() -> None:
    assert len(PRIMITIVES) == 15
    assert set(PRIMITIVES) == set(get_args(Primitive))
    assert all(getattr(record, kind.__name__) is getattr(primitives, kind.__name__) for kind in PRIMITIVES)


def test_bad_fields_are_refused() -> None:
    odd: list[tuple[type, tuple[object, ...], str]] = [
        (Diagonal, (0, True), "first, second and shift must be integers; got True"),
        (Unfold, (0, 1.5), "axis, size and step must be integers"),
        (AsStrided, ((2,), (None,)), "shape, strides and offset must be integers"),
        (Part, ("both",), "part must be one of real, imag, pairs, join; got 'both'"),
        (Flip, ("sign",), "bit must be one of conj, neg"),
        (Convert, ("Q",), "order must be one of C, F, A, K, same, channels_last, channels_last_3d; got 'Q'"),
        (Convert, ("C", None, None, "mood"), "cause must be one of axes"),
        (Reshape, ((2,), "view", "A"), "order must be one of C, F; got 'A'"),
    ]
    for kind, args, message in odd:
        with pytest.raises(LayoutError, match=message):
            kind(*args)


def test_what_is_required_passes_or_is_told() -> None:
    require_integers("axes", ())
    require_word("mode", None, ("view", None))
    with pytest.raises(LayoutError, match="axes must be integers; got '0' of type str"):
        require_integers("axes", ("0",))  # type: ignore[arg-type]  # what comes from outside may be anything
    with pytest.raises(LayoutError, match="mode must be one of view; got 5"):
        require_word("mode", 5, ("view",))
