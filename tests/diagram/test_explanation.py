from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from tensorlab.api.explaining import explain, explain_text, explanation_picture
from tensorlab.diagram import explanation as module
from tensorlab.diagram.explanation import arrays_of
from tensorlab.dispatch.record import Explanation
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    import pytest

PICTURE = """\
2 calls: 1 VIEW, 1 NEW; new memory: 24 B
#1 x = np.arange(3)
NEW: 24 B of memory of its own

#2 x[::-1]
VIEW: shape (3,), strides (-1,) and offset 2 in elements
in the storage of x: no element is copied

storage 0: begins with #1
storage 0 under x and #2: 24 B on cpu, 3 places of 8 B, numbered in elements; in
a box: the index of its element
at  0  1  2
x  [0][1][2]
#2 [2][1][0]
[n] used

x: numpy.ndarray int64 (3,)
shape (3,), strides (1,) elements = (8,) B, offset 0 elements = 0 B
address(i) = 0 + 1*i   (elements)

element at each index, by its position in the storage (elements)
0 [0][1][2]

#2: numpy.ndarray int64 (3,)
shape (3,), strides (-1,) elements = (-8,) B, offset 2 elements = 16 B
address(i) = 2 - 1*i   (elements)

element at each index, by its position in the storage (elements)
0 [2][1][0]"""


def record(text: str) -> Explanation:
    found = explain_text(text).data
    assert isinstance(found, Explanation)
    return found


def test_the_picture() -> None:
    found = record("x = np.arange(3); x[::-1]")
    figure = Figure(found, explanation_picture(found))
    assert figure.text() == PICTURE
    assert figure.text(ascii=True).isascii()
    assert explanation_picture(found) == explanation_picture(found)


def test_a_copy_begins_a_storage_and_an_argument_is_drawn_as_it_is_read() -> None:
    found = record("x = torch.ones(2, 3); y = x[[0]]; x + y; x[0] = 5")
    words = Figure(found, explanation_picture(found)).text()
    assert "storage 1: begins where #2 copies" in words
    assert "y read: torch.Tensor float32 (2, 3)" in words
    assert "x written: torch.Tensor float32 (3,)" in words


def test_what_is_drawn_of_arguments_alone() -> None:
    given = record("np.arange(3)").steps[0].gave
    drawn = arrays_of(Explanation(given=given))
    assert [(one.name, one.step) for one in drawn] == [("#1", None)]
    assert "of #1" in Figure(None, explanation_picture(Explanation(given=given))).text()


def test_components_have_storages_of_their_own() -> None:
    found = explain(lambda x: x.to_dense(), torch.eye(3).to_sparse()).data
    assert isinstance(found, Explanation)
    words = Figure(found, explanation_picture(found)).text()
    assert "x.values" in words
    assert found.verdict == "NEW"


def test_only_so_much_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    found = record("np.arange(3)" + "[:]" * 20)
    assert "… 5 more arrays not drawn" in Figure(found, explanation_picture(found)).text()
    monkeypatch.setattr(module, "_MOST_STEPS", 3)
    assert "… 18 more calls" in Figure(found, explanation_picture(found)).text()


def test_doubts_are_told() -> None:
    found = replace(record("np.arange(3)"), doubts=("something is missing",))
    assert "something is missing" in Figure(found, explanation_picture(found)).text()
