from __future__ import annotations

import pickle
from collections import OrderedDict, deque
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import StoreError
from tensorlab.memory.files.inert import MOST_BYTES, MOST_NODES, interpret
from tensorlab.memory.files.nodes import Node, items

if TYPE_CHECKING:
    from tensorlab.memory.files.nodes import Value


def rebuilt(value: Value) -> Any:
    """The object of a node that holds plain containers only."""
    if not isinstance(value, Node):
        return value
    if value.kind == "tuple":
        return tuple(map(rebuilt, value.values))
    if value.kind == "list":
        return list(map(rebuilt, value.values))
    if value.kind == "set":
        return set(map(rebuilt, value.values))
    flat = list(map(rebuilt, value.pairs))
    return dict(zip(flat[::2], flat[1::2], strict=True))


PLAIN = st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | st.text() | st.binary()
NESTED = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner)
        | st.tuples(inner, inner, inner, inner)
    ),
    max_leaves=20,
)


@given(thing=NESTED, protocol=st.sampled_from([3, 4, 5]))
def test_plain_values_are_read_as_they_were_written(thing: object, protocol: int) -> None:
    assert rebuilt(interpret(pickle.dumps(thing, protocol)).root) == thing


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_older_protocols(protocol: int) -> None:
    thing = {"a": [1, 2.5, None, True, (3,)], "b": 2**70, "c": "é\n", 5: ()}
    assert rebuilt(interpret(pickle.dumps(thing, protocol)).root) == thing


class Slotted:
    """Rebuilt by a call with words."""

    def __getnewargs_ex__(self) -> tuple[tuple[int], dict[str, int]]:
        return (1,), {"x": 2}

    def __new__(cls, *_: object, **__: object) -> Self:
        return super().__new__(cls)


@pytest.mark.parametrize("protocol", range(6))
def test_calls_are_noted_and_not_made(protocol: int) -> None:
    things = [Fraction(1, 3), OrderedDict(a=1), deque([1]), {1, 2}, frozenset({3}), Slotted(), 1j]
    for thing in things:
        said = interpret(pickle.dumps(thing, protocol))
        assert isinstance(said.root, Node)
        assert {name.removesuffix("()") for name in said.called} <= {*said.names}


def test_what_is_shared_stays_one_node() -> None:
    inner = [1]
    root = interpret(pickle.dumps([inner, inner, {"x": inner}])).root
    first, second, _ = items(root, kind="list")
    assert first is second


def test_a_long_pickle_is_not_followed() -> None:
    with pytest.raises(StoreError, match="longer than is followed"):
        interpret(bytes(MOST_BYTES + 1))


def test_a_pickle_of_too_many_containers_is_not_followed() -> None:
    with pytest.raises(StoreError, match="more than 500,000 containers"):
        interpret(b"]" * (MOST_NODES + 1) + b".")
