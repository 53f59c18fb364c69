from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from support.probe import loaded
from torch import nn

import tensorlab
from tensorlab.api.explaining import explain, explain_text, explain_view
from tensorlab.codec import decode, encode
from tensorlab.dispatch.record import Explanation
from tensorlab.errors import ExpressionError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.render.figure import Figure

MERGE = "COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 4*6=24"


def data(figure: Figure) -> Explanation:
    assert isinstance(figure.data, Explanation)
    return figure.data


@pytest.mark.parametrize("x", [torch.arange(24).view(4, 6), np.arange(24).reshape(4, 6)])
def test_a_copy_names_the_axes_that_cannot_merge(x: Any) -> None:
    figures = [explain(lambda x: x.T.reshape(24), x), explain_view(x.T, 24), explain_view(x.T, (-1,))]
    for figure in figures:
        step = data(figure).steps[-1]
        assert str(step).startswith(MERGE)
        assert (step.nbytes, step.agrees) == (192, True)
        assert MERGE in figure.text()
        assert MERGE in figure.text(ascii=True)
        assert MERGE.partition(": ")[2] in figure.html()
        assert decode(Explanation, encode(figure.data)) == figure.data


def test_a_text_is_explained_as_the_command_line_does() -> None:
    found = data(explain("torch.arange(6).view(2,3).t().reshape(6)"))
    assert [step.verdict for step in found.steps] == ["NEW", "VIEW", "VIEW", "COPY"]
    assert str(found.steps[3]).startswith("COPY: axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6")


def test_explaining_changes_nothing() -> None:
    x, a = torch.arange(6.0), np.arange(6.0)
    both = torch.zeros(3)
    pair = [both, both[1:]]

    def write(t: torch.Tensor, n: Any, many: list[torch.Tensor]) -> None:
        t[t > 2] = 0
        t.add_(1)
        n[:] = 7
        many[1].fill_(5)
        assert many[0].tolist() == [0, 5, 5]

    found = data(explain(write, x, a, pair))
    assert [step.verdict for step in found.steps][1:5] == ["WRITE", "WRITE", "WRITE", "WRITE"]
    assert (x.tolist(), a.tolist(), both.tolist()) == ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 0, 0])


@pytest.mark.parametrize(
    ("function", "verdict", "words"),
    [
        (lambda x, _: x[[0, 1]], "COPY", "a list picks any"),
        (lambda x, mask: x[mask], "COPY", "a mask picks any elements"),
        (lambda x, _: x.clone(), "COPY", "always makes a new block of memory"),
        (lambda x, _: x.copy_(x + 1), "WRITE", "all 6 elements, 24 B, of x"),
        (lambda x, _: x.contiguous(), "SAME", "x itself"),
        (lambda x, mask: x.__setitem__(mask, 0), "WRITE", "where the mask is True"),
        (lambda x, _: x.view(7), "REFUSED", "RuntimeError"),
        (lambda x, _: torch.from_numpy(x.numpy()), "VIEW", "strides (3, 1)"),
    ],
)
def test_what_learners_ask_first(function: Callable[..., object], verdict: str, words: str) -> None:
    x = torch.arange(6.0).view(2, 3)
    step = data(explain(function, x, x > 2)).steps[-1]
    assert (step.verdict, words in step.reason) == (verdict, True)


def test_broadcasting_draws_a_stride_of_zero() -> None:
    figure = explain(lambda x, y: x + y, torch.zeros(2, 3), torch.zeros(3))
    step = data(figure).steps[0]
    assert dict(step.stretched)["y"].layout.strides == (0, 4)
    assert "y read" in figure.text()
    assert "strides (0, 1)" in figure.text()
    augmented = data(explain(lambda x, y: x.__iadd__(y), np.zeros((2, 3)), np.zeros(3))).steps[0]
    assert augmented.verdict == "WRITE"
    assert dict(augmented.stretched)["y"].layout.strides == (0, 8)


def test_huge_arrays_cost_nothing() -> None:
    wide, meta = torch.zeros(3).expand(10**9, 3), torch.empty(10**6, 10**6, device="meta")
    assert data(explain(lambda x: x.t().reshape(-1), wide)).verdict == "COPY"
    assert data(explain(lambda x: x.t().reshape(-1), meta)).nbytes == 4 * 10**12
    array = np.broadcast_to(np.zeros(3), (10**9, 3))
    found = data(explain(lambda x: x.T.reshape(-1), array))
    assert (found.verdict, found.nbytes) == ("COPY", 24 * 10**9)
    assert found.doubts[0].startswith("not run: it would take 24,000,000,000 B")
    for thing in (wide.t(), meta.t(), array.T):
        assert data(explain_view(thing, -1)).verdict == "COPY"


def test_an_error_is_a_step() -> None:
    found = data(explain_view(torch.arange(6), (4,)))
    assert str(found.steps[0]) == "REFUSED: RuntimeError: shape '[4]' is invalid for input of size 6"
    assert data(explain_view(np.arange(6), (4,))).verdict == "REFUSED"
    assert data(explain_view(np.arange(6), (-1, -1))).verdict == "REFUSED"
    later = data(explain(lambda x: x.t() and 1 / 0, torch.zeros(1, 1) + 1))
    assert later.doubts == ("the function raised ZeroDivisionError: division by zero",)


def test_a_cure_is_told() -> None:
    notes = data(explain_view(torch.arange(24).view(4, 6).t(), 24)).steps[0].notes
    assert "x.contiguous() first costs the same 192 B, once: each reshape after it is a view" in notes
    assert "x.permute(1, 0).reshape(24) is a view: the elements in the order of memory" in notes


def test_a_result_that_no_call_gave_is_observed() -> None:
    found = data(explain(lambda a: torch.from_numpy(np.asarray(a)), np.zeros(3)))
    assert (found.verdict, found.steps[-1].notes[-1]) == ("VIEW", "observed, not predicted")


def test_a_module_and_parameters_are_taken_as_they_are() -> None:
    layer = nn.BatchNorm1d(3)
    explain(layer, torch.rand(4, 3))
    assert layer.running_mean is not None
    assert layer.running_mean.tolist() == [0, 0, 0]


def test_names_of_the_arguments() -> None:
    x = torch.zeros(2)
    assert [name for name, _ in data(explain(lambda *xs: xs[0] + xs[1], x, x)).given] == ["xs[0]", "xs[1]"]
    assert [name for name, _ in data(explain(torch.add, x, x)).given] == ["A", "B"]


@pytest.mark.parametrize("shape", ["six", None, 2.5, (1, "2"), True, (True,), [[1]], range(99)])
def test_a_shape_is_integers(shape: Any) -> None:
    with pytest.raises(UnsupportedError, match="a shape is an integer, or a tuple of 64 at most"):
        explain_view(torch.zeros(6), shape)


def test_what_cannot_be_explained() -> None:
    with pytest.raises(UnsupportedError, match="explain takes a function and what it is given; got int"):
        explain(3)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(UnsupportedError, match="the function raised NameError"):
        explain(lambda _: nothing, torch.zeros(2))  # type: ignore[name-defined]  # noqa: F821 - what is tested
    with pytest.raises(UnsupportedError, match="only an array with strides"):
        explain_view([1, 2], 2)
    with pytest.raises(UnsupportedError, match="there is no call on an array in '1 \\+ 2'"):
        explain_text("1 + 2")
    with pytest.raises(ExpressionError, match="is not part of the language"):
        explain_text("torch.load('x')")
    with pytest.raises(ExpressionError, match="is too large"):
        explain_text("torch.zeros(10**6, 10**6)")


@pytest.mark.parametrize("library", ["np", "torch"])
def test_augmented_assignment_writes_in_place(library: str) -> None:
    found = data(explain_text(f"x = {library}.ones((2, 3)); x += {library}.ones(3); x[[0]] *= 2"))
    assert [step.verdict for step in found.steps] == ["NEW", "NEW", "WRITE", "COPY", "WRITE", "WRITE"]
    assert [name for name, _ in found.steps[2].stretched] == ["x", "#2"]


def test_a_refusal_in_a_text_is_a_step() -> None:
    found = data(explain_text("torch.arange(6).view(5)"))
    assert found.steps[-1].reason == "RuntimeError: shape '[5]' is invalid for input of size 6"


def test_a_record_is_drawn() -> None:
    figure = explain_text("np.arange(6).reshape(2, 3).T")
    assert tensorlab.show(figure.data).text() == figure.text()


def test_importing_loads_no_library() -> None:
    assert loaded("import tensorlab.api.explaining", frozenset({"torch", "numpy"})) == frozenset()


@pytest.mark.parametrize("function", [lambda x: x[x > 0], lambda x: x.sum().item(), lambda x: bool(x.sum() > 0)])
def test_what_needs_elements_that_are_not_there_is_not_refused(function: Callable[[Any], object]) -> None:
    found = data(explain(function, torch.zeros(1).expand(10**9)))
    assert "REFUSED" not in [step.verdict for step in found.steps]
    assert found.doubts[-1].endswith("needs elements, and there are none on the meta device")
    meta = data(explain(lambda x: x[x > 0], torch.zeros(3, device="meta")))
    assert meta.verdict == "REFUSED"


def test_a_refused_view_names_the_axes() -> None:
    step = data(explain_text("torch.arange(6).view(2,3).t().view(6)")).steps[-1]
    assert step.verdict == "REFUSED"
    assert step.notes == ("no view has shape (6,); axes 0 and 1 cannot merge: stride[0]=1, needs 2*3=6 elements",)


@pytest.mark.parametrize(
    ("text", "nbytes"),
    [
        ("x = torch.zeros(1).expand(10**9); x.contiguous()", 4 * 10**9),
        ("np.ascontiguousarray(np.broadcast_to(np.zeros(1), (10**9,)))", 8 * 10**9),
    ],
)
def test_a_copy_that_is_too_large_is_predicted(text: str, nbytes: int) -> None:
    found = data(explain_text(text))
    assert (found.verdict, found.steps[-1].nbytes) == ("COPY", nbytes)
    assert "not run: it would take" in found.doubts[0]


def test_a_view_of_much_is_a_view() -> None:
    assert data(explain_text("np.broadcast_to(np.zeros(1), (10**9,)).reshape(2, -1)")).verdict == "VIEW"


@pytest.mark.parametrize(
    ("text", "sentence", "nbytes"),
    [
        ("bytes(4)[1:]", "COPY: a slice of bytes is a copy; one of a memoryview of it would be a view", 3),
        ("array.array('d', [1, 2])[::2]", "COPY: a slice of an array.array is a copy; one of a", 8),
        ("np.arange(6)[2]", "COPY: this operation always makes a new block of memory", 8),
    ],
)
def test_what_has_ways_of_its_own_is_told_by_them(text: str, sentence: str, nbytes: int) -> None:
    step = data(explain_text(text)).steps[-1]
    assert str(step).startswith(sentence)
    assert (step.nbytes, [note for note in step.notes if "predicted" in note]) == (nbytes, [])
