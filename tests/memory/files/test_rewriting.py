from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensorlab.errors import StoreError
from tensorlab.memory.files.inert import operations
from tensorlab.memory.files.rewriting import pushing, rewritten


@given(value=st.integers(0, 2**63 - 1) | st.text(max_size=5))
def test_what_is_pushed_is_the_value(value: int | str) -> None:
    assert pickle.loads(b"\x80\2" + pushing(value) + b".") == value


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_one_value_changes_and_nothing_else(protocol: int) -> None:
    thing = {"a": [70, 71, {"b": (72, "word")}], "c": b"x" * 300}
    data = pickle.dumps(thing, protocol)
    places = {argument: place for _, argument, place in operations(data) if argument in (71, 72)}
    changed = rewritten(data, {places[71]: 10**12, places[72]: 5})
    assert pickle.loads(changed) == {"a": [70, 10**12, {"b": (5, "word")}], "c": b"x" * 300}
    assert rewritten(data, {}) is data


def test_a_word_that_is_used_elsewhere_is_not_changed() -> None:
    word = "some word"
    data = pickle.dumps([word, word], 2)
    (place,) = (place for _, argument, place in operations(data) if argument == word)
    with pytest.raises(StoreError, match="uses the name of a storage for something else"):
        rewritten(data, {place: "other"})
    (fetched,) = (place for name, _, place in operations(data) if name == "BINGET")
    assert pickle.loads(rewritten(data, {fetched: "other"})) == [word, "other"]
    assert pickle.loads(rewritten(data, {fetched: "other", place: "other"})) == ["other", "other"]


def test_only_numbers_and_words_change() -> None:
    with pytest.raises(StoreError, match="EMPTY_LIST where a number or a word is needed"):
        rewritten(b"\x80\2].", {2: 3})
