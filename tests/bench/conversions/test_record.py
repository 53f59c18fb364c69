from __future__ import annotations

from typing import Any

import pytest

from tensorlab.bench.conversions.record import Conversion, Conversions
from tensorlab.errors import LayoutError

VERSIONS = (("torch", "2.13.0+cpu"), ("NumPy", "2.4.6"))


def row(call: str, outcome: Any, source: str = "ndarray, negative stride", **more: Any) -> Conversion:
    return Conversion(source=source, call=call, outcome=outcome, **more)


def test_hazards_are_told_by_source() -> None:
    found = Conversions(
        VERSIONS,
        (
            row("torch.from_numpy", "refuses", reason="ValueError: no"),
            row("torch.from_dlpack", "dies", reason="ended by SIGABRT"),
            row("np.asarray", "shares", made="ndarray"),
            row("np.array", "copies", "ndarray", made="ndarray"),
        ),
    )
    assert found.hazards == ("negative stride: from_numpy raises, from_dlpack aborts on torch 2.13.0",)
    assert str(found) == found.hazards[0]


def test_functions_of_two_libraries_keep_their_names() -> None:
    lost: Any = ("values",)
    rows = (row("np.asarray", "refuses", "neg view"), row("np.from_dlpack", "shares", "neg view", lost=lost))
    assert Conversions(VERSIONS, rows).hazards == ("neg view: np.asarray raises, np.from_dlpack gives other values",)


def test_those_that_do_the_same_are_told_together() -> None:
    more: dict[str, Any] = {"lost": ("read-only",), "written": True}
    rows = [row(f"torch.{name}", "shares", "ndarray, read-only", **more) for name in ("asarray", "from_numpy")]
    rows += [row("torch.asarray", "shares", "memoryview, read-only", **more)]
    assert Conversions(VERSIONS, tuple(rows)).hazards == (
        "ndarray, read-only: asarray and from_numpy let a read-only source be written on torch 2.13.0",
        "memoryview, read-only: asarray lets a read-only source be written on torch 2.13.0",
    )


def test_what_no_write_reaches_is_no_hazard() -> None:
    assert row("f", "shares", lost=("read-only", "strides"), written=None).hazards == ()
    assert row("f", "hangs").hazards == ("hangs",)
    assert str(Conversions(VERSIONS, (row("f", "copies"),))) == "1 conversions, none with a hazard"


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [("float", "float64", False), ("float", "float32", True), ("int", "int64", False), ("float64", "float64", False)],
)
def test_a_python_float_is_a_float64(before: str, after: str, changed: bool) -> None:  # noqa: FBT001 - a column
    assert row("f", "copies", made="x", before=before, after=after).changes_dtype == changed


def test_sentences() -> None:
    assert str(row("f", "dies", "a", reason="ended by SIGABRT")) == "a: f dies: ended by SIGABRT"
    told = row("f", "shares", "a", before="x", after="y", lost=("strides",), warning="beware")
    assert str(told) == "a: f shares, x -> y, strides lost, with a warning"


@pytest.mark.parametrize("outcome", ["refuses", "dies", "hangs", "untried"])
def test_what_died_made_nothing(outcome: str) -> None:
    with pytest.raises(LayoutError, match=f"a conversion that {outcome} makes nothing; got 'list'"):
        row("f", outcome, made="list")
