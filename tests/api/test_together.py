from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import tensorlab
from tensorlab.api.objects import show
from tensorlab.api.together import together
from tensorlab.codec import encode
from tensorlab.errors import UnsupportedError
from tensorlab.memory.registry import describe

X = torch.arange(6.0).reshape(2, 3)


def test_data_are_what_each_would_give_alone() -> None:
    figure = together([X, [1.5], tensorlab.retains(X)], "index")
    assert isinstance(figure.data, tuple)
    assert figure.data[0] == describe(X) == show(X).data
    assert type(figure.data[2]).__name__ == "Retention"
    stored = json.loads(json.dumps(encode(figure.data)))
    assert stored[0]["shape"] == [2, 3]


def test_records_are_drawn_below_the_objects() -> None:
    kept = tensorlab.retains(X)
    text = show(kept, X, X.t()).text()
    assert text.startswith("2 objects, 1 storage\nA and B share 24 B")
    assert text.endswith(show(kept).text())
    assert show(kept, show(X)).text() == f"{show(kept).text()}\n\n{show(X).text()}"


def test_a_memory_map_stands_for_its_object() -> None:
    memory = describe(X)
    text = show(memory, X.t(), cells="value").text()
    assert "A and B share 24 B: all of both" in text
    assert show(memory, memory).data == (memory, memory)


def test_values_and_addresses_in_the_grids() -> None:
    assert "1 [3][4][5]" in show(X, X.t(), cells="value").text().splitlines()
    assert "1 [12][16][20]" in show(X, X.t(), cells="address").text().splitlines()


def test_two_mappings_of_one_file_are_not_known(tmp_path: object) -> None:
    path = f"{tmp_path}/x"
    np.arange(4.0).tofile(path)
    one, other = (np.memmap(path, np.float64, "r+") for _ in range(2))
    text = " ".join(show(one, other).text().split())
    assert "A and B: not known whether they share a byte: separate mappings of one file" in text


def test_nothing_and_what_has_no_elements_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="there is nothing to show"):
        show()
    with pytest.raises(UnsupportedError, match="has no elements in memory"):
        show(X, 3)


def test_the_same_objects_make_the_same_picture() -> None:
    assert show(X, X.t()).html() == show(X, X.t()).html()
    assert show([X, X], X).text() == show([X, X], X).text()


@pytest.mark.parametrize("count", [2, 5, 12, 20])
def test_pictures_of_many_large_objects_are_as_large_as_of_few(count: int) -> None:
    apart = [torch.empty(1000, 1000) for _ in range(count)]
    views = [apart[0][n:] for n in range(count)]
    assert len(show(*apart).html()) < 100_000
    assert len(show(*views).html()) < 100_000


def test_objects_that_pointers_of_two_lists_lead_to_are_counted() -> None:
    one, other = 1.5, "a"
    text = show([one, other, 2.5], np.array([other, one], object), [3.5], X).text()
    assert "A and B point at 2 common objects" in text
    assert "A and C point" not in text
