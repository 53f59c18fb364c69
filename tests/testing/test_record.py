from __future__ import annotations

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.record import Laid, Report, Spec

FLOAT = dtype("float32")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dtypes": ()}, "at least one dtype"),
        ({"shape": (2, -1)}, r"cannot be negative; got shape \(2, -1\)"),
        ({"low": 3, "high": 3}, "holds at least one; got 3 to 3"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(fields: dict[str, object], message: str) -> None:
    given = {"shape": ("n",), "dtypes": (FLOAT,)} | fields
    with pytest.raises(LayoutError, match=message):
        Spec(**given)  # type: ignore[arg-type]  # wrong on purpose


def test_an_argument_has_the_itemsize_of_its_dtype() -> None:
    with pytest.raises(LayoutError, match="layout has itemsize 8, dtype float32 has 4"):
        Laid(layout=Layout((1,), (8,), itemsize=8), dtype=FLOAT, nbytes=8, classes=frozenset())


def test_a_storage_has_no_negative_size() -> None:
    with pytest.raises(LayoutError, match="cannot have -1 bytes"):
        Laid(layout=Layout((0,), (4,), itemsize=4), dtype=FLOAT, nbytes=-1, classes=frozenset())


def test_a_report_passed_where_nothing_was_found() -> None:
    assert Report(target="m:f", contract=("value",), tested=3).passed
