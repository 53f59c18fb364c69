from __future__ import annotations

import dataclasses
import json
import math
import typing
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.records import NOT_STORED, RECORDS, STORED, alternatives, hints, records

from tensorlab.autograd.record import Column  # noqa: TC001 - the codec reads annotations
from tensorlab.codec import decode, encode
from tensorlab.errors import StoreError, UnsupportedError
from tensorlab.layout.dtype import DType
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand
from tensorlab.progress import Progress
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Cells, Group, Span, Table, Text
from tensorlab.views.record import DropAxes, Permute  # noqa: TC001 - the codec reads annotations

SAME_FIELDS = {("DropAxes", "Permute")}
"""Records that meet in one field and have the same fields: what holds them can be written, not always read."""


@dataclass(frozen=True, slots=True)
class Everything:
    """One field of every form that a record may hold."""

    word: str
    raw: bytes
    count: int
    real: float
    flag: bool
    maybe: int | None
    either: str | Quantity
    choice: Literal["a", "b", 3]
    pair: tuple[str, float]
    single: tuple[int]
    many: tuple[int, ...]
    names: frozenset[str]
    table: Mapping[str, float]
    nested: tuple[tuple[str, Everything], ...]
    reals: Mapping[str, tuple[float | None, ...]]
    numbered: Mapping[int, str]
    column: Column


def everything(**changes: Any) -> Everything:
    fields: dict[str, Any] = {
        "word": "nan",
        "raw": b"\x00\xff",
        "count": 2**70,
        "real": 1.5,
        "flag": True,
        "maybe": None,
        "either": "three",
        "choice": 3,
        "pair": ("x", 2.0),
        "single": (1,),
        "many": (1, 2, 3),
        "names": frozenset({"b", "a"}),
        "table": {"x": 0.25},
        "nested": (),
        "reals": {},
        "numbered": {-7: "x"},
        "column": array("q", [-1, 2**63 - 1]),
    }
    return Everything(**{**fields, **changes})


def same(one: object, two: object) -> bool:
    """Equal in every field, and NaN is itself."""
    return plain(one) == plain(two)


def plain(value: Any) -> object:
    """The value with types beside the fields of records, and a word for NaN."""
    if dataclasses.is_dataclass(value):
        return type(value), [plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def through_json(value: object) -> object:
    return json.loads(json.dumps(encode(value), allow_nan=False))


def each(kinds: Mapping[str, type]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds.values(), ids=kinds.keys())


def test_the_records_are_found() -> None:
    assert {Layout, DType, Operand, Group, Quantity, Progress} <= set(STORED.values())
    assert set(NOT_STORED) <= set(RECORDS)


@each(STORED)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_every_record_comes_back_from_json(kind: type, data: st.DataObject) -> None:
    record = data.draw(records(kind))
    written = through_json(record)
    try:
        read: object = decode(kind, written)
    except StoreError as error:
        read = record if is_ambiguous(error) else None
    assert same(read, record)


def is_ambiguous(error: StoreError) -> bool:
    return any("could be" in error.message and all(name in error.message for name in pair) for pair in SAME_FIELDS)


@each(STORED)
def test_no_record_is_made_from_anything_else(kind: type) -> None:
    for data in (None, 3, "x", [], [1], {"no such field": 1}):
        with pytest.raises(StoreError, match=rf"{kind.__name__}"):
            decode(kind, data)


@each(STORED)
def test_records_that_meet_in_a_field_have_different_fields(kind: type) -> None:
    for found in alternatives(kind):
        for one, two in combinations(sorted(found, key=lambda member: member.__name__), 2):
            assert set(hints(one)) != set(hints(two)) or (one.__name__, two.__name__) in SAME_FIELDS


@dataclass(frozen=True, slots=True)
class Holder:
    """Two records with the same fields in one place."""

    op: Permute | DropAxes


def test_two_records_with_the_same_fields_are_not_guessed() -> None:
    with pytest.raises(StoreError, match=r"Holder\.op could be a Permute or a DropAxes: their fields are the same"):
        decode(Holder, through_json(Holder(Permute((0,)))))


@pytest.mark.parametrize(
    "record",
    [
        everything(),
        everything(maybe=0, either=Quantity(3.0, "B"), choice="b"),
        everything(real=math.inf, pair=("", -math.inf), table={"nan": math.nan, "": -0.0}),
        everything(reals={"x": (None, math.nan, 1e300)}, names=frozenset(), many=()),
        everything(nested=(("a", everything(nested=(("b", everything()),))), ("c", everything(flag=False)))),
    ],
)
def test_every_form_of_field(record: Everything) -> None:
    assert same(decode(Everything, through_json(record)), record)


def test_a_scene_of_all_elements() -> None:
    cell = Cell(Span(Quantity(4.0, "B"), "reused"), right=True)
    scene = Group((Text((Span("a"),)), Table(("x",), ((cell,),)), Cells((1,), (cell,)), Group((), "inner")), "outer")
    assert decode(Group, through_json(scene)) == scene


def test_a_whole_number_in_a_real_field_is_real() -> None:
    value = decode(Quantity, {"value": 3, "unit": "B"}).value
    assert isinstance(value, float)


def test_sets_are_sorted() -> None:
    assert encode(frozenset({"b", "c", "a"})) == ["a", "b", "c"]
    assert encode({3, 1, 2}) == [1, 2, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"word": 3}, "Everything.word is a str; got 3"),
        ({"word": None}, "Everything.word is a str; got None"),
        ({"raw": "0g"}, "Everything.raw is hexadecimal digits; got '0g'"),
        ({"raw": [1]}, r"Everything.raw is a bytes; got \[1\]"),
        ({"count": "3"}, "Everything.count is an int; got '3'"),
        ({"count": 3.0}, r"Everything.count is an int; got 3\.0"),
        ({"count": True}, "Everything.count is an int; got True"),
        ({"real": "fast"}, "Everything.real is a float; got 'fast'"),
        ({"real": False}, "Everything.real is a float; got False"),
        ({"flag": 1}, "Everything.flag is a bool; got 1"),
        ({"maybe": "x"}, "Everything.maybe is an int; got 'x'"),
        ({"either": 3}, "Everything.either is a str or a Quantity; got 3"),
        ({"either": {"value": 3}}, "Everything.either is a str or a Quantity; got"),
        ({"either": {"value": "x", "unit": "B"}}, "Everything.either.value is a float; got 'x'"),
        ({"choice": "c"}, "Everything.choice is one of 'a', 'b', 3; got 'c'"),
        ({"choice": 3.0}, r"Everything.choice is one of 'a', 'b', 3; got 3\.0"),
        ({"pair": ["x"]}, "Everything.pair has 2 items; got 1"),
        ({"single": [1, 2]}, "Everything.single has 1 items; got 2"),
        ({"many": 3}, "Everything.many is a tuple; got 3"),
        ({"many": "12"}, "Everything.many is a tuple; got '12'"),
        ({"many": [1, "2"]}, r"Everything.many\[1\] is an int; got '2'"),
        ({"names": {"a": 1}}, "Everything.names is a frozenset; got"),
        ({"numbered": {"x": "a"}}, "the keys of Everything.numbered are whole numbers; got 'x'"),
        ({"numbered": {"01": "a"}}, "the keys of Everything.numbered are whole numbers; got '01'"),
        ({"column": 3}, "Everything.column is an array; got 3"),
        ({"column": [1, 2.0]}, r"Everything.column holds whole numbers of 64 bits; got 2\.0"),
        ({"column": [True]}, "Everything.column holds whole numbers of 64 bits; got True"),
        ({"column": [1, 2**63]}, "Everything.column holds whole numbers of 64 bits; got 9223372036854775808"),
        ({"table": [1]}, r"Everything.table is a Mapping; got \[1\]"),
        ({"table": {"x": None}}, r"Everything.table\['x'\] is a float; got None"),
        ({"nested": [["a", {}]]}, r"Everything.nested\[0\]\[1\]: Everything lacks \['choice', "),
    ],
)
def test_wrong_data(change: dict[str, Any], message: str) -> None:
    data = typing.cast("dict[str, Any]", through_json(everything()))
    with pytest.raises(StoreError, match=message):
        decode(Everything, {**data, **change})


def test_missing_and_unknown_fields() -> None:
    with pytest.raises(StoreError, match=r"Progress: Progress lacks \['total'\] and has no \['all'\]"):
        decode(Progress, {"label": "x", "done": 1, "all": 2})
    with pytest.raises(StoreError, match=r"lacks \[\] and has no \['3'\]"):
        decode(Progress, {"label": "x", "done": 1, "total": 2, 3: 4})


def test_what_the_record_refuses() -> None:
    with pytest.raises(StoreError, match="not a Layout: got 0 strides for the 1 axes") as caught:
        decode(Layout, {"shape": [2], "strides": [], "offset": 0, "itemsize": 4})
    assert caught.value.hint == "give one stride an axis, in bytes"


@pytest.mark.parametrize(
    "value",
    [object(), bytearray(b"x"), 1j, {1.5: 2}, {True: 2}, array("d", [1]), {"x": [len]}, Progress, {("a", "b"): 1}],
)
def test_what_no_record_holds(value: object) -> None:
    with pytest.raises(
        UnsupportedError,
        match=r"a record holds numbers, words and records|keys of a mapping are words or whole numbers",
    ):
        encode(value)


def test_a_message_holds_the_beginning_of_what_is_long() -> None:
    with pytest.raises(StoreError, match=r"Layout.offset is an int; got \[0, 1") as caught:
        decode(Layout, {"shape": [2], "strides": [4], "offset": list(range(100_000)), "itemsize": 4})
    assert len(str(caught.value)) < 300
