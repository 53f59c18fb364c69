from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.calling import Randomness, Subject, call, contents, contiguous, reseed, things_of
from tensorlab.testing.placing import place
from tensorlab.testing.record import Case, Laid
from tensorlab.testing.specs import parse, slot


def subject(fn: object, *specs: object, **more: object) -> Subject:
    return Subject(fn, tuple(map(slot, specs)), **more)  # type: ignore[arg-type]  # functions and options of a test


def test_constants_keywords_and_out_have_their_places() -> None:
    def told(*given: object, **keywords: object) -> object:
        return given, keywords

    asked = subject(told, "float32[n]", 3, "float32[n]", None, keywords={"k": 1}, out=parse("float32[n]"))
    assert call(asked, ("x", "y", "o"), seeded=False).result == (("x", 3, "y", None), {"k": 1, "out": "o"})
    assert asked.outs == (None, None, "out")
    assert asked.written == {2}
    assert asked.free == (True, True, True)


def test_the_first_argument_is_written_in_place() -> None:
    assert subject(len, "float32[n]", contract=("in-place",)).written == {0}
    assert subject(len, "float32[n]").written == frozenset()


def test_examples_and_ranges_are_not_free() -> None:
    assert subject(len, torch.ones(2), "int64[k] < 3").free == (False, False)


def test_an_exception_is_an_outcome() -> None:
    outcome = call(subject(lambda x: x.view(-1, 7), "float32[n]"), (torch.ones(3),), seeded=False)
    assert isinstance(outcome.error, RuntimeError)


def test_a_module_is_copied_for_each_call() -> None:
    norm = torch.nn.BatchNorm1d(2)
    outcome = call(subject(norm, "float32[n, 2]"), (torch.arange(4.0).view(2, 2),), seeded=False)
    assert isinstance(outcome.state, dict)
    assert outcome.state["num_batches_tracked"] == 1
    assert norm.num_batches_tracked == 0
    assert call(subject(norm.forward, "float32[n, 2]"), (torch.ones(2, 2),), seeded=False).error is None
    assert norm.num_batches_tracked == 0


@pytest.mark.parametrize("draw", [lambda: torch.rand(1), lambda: np.random.rand(1), random.random])  # noqa: NPY002 - global
def test_random_numbers_are_seen_and_put_back(draw: object) -> None:
    generators = Randomness()
    assert not generators.moved()
    first = draw()  # type: ignore[operator]  # one of three
    assert generators.moved()
    generators.restore()
    assert draw() == first  # type: ignore[operator]  # as above
    generators.restore()


def test_a_seed_starts_all_generators_anew() -> None:
    generators = Randomness()
    reseed(1)
    first = (float(torch.rand(1)), float(np.random.rand(1)[0]), random.random())  # noqa: NPY002 - the global ones
    reseed(1)
    assert first == (float(torch.rand(1)), float(np.random.rand(1)[0]), random.random())  # noqa: NPY002 - as above
    generators.restore()


def test_contiguous_copies_have_neither_bits_nor_gaps() -> None:
    copied = contiguous(torch.tensor([1 + 2j, 3 + 4j]).conj()[::2])
    assert not copied.is_conj()
    assert copied.is_contiguous()
    assert contiguous(np.arange(4)[::-1]).flags.c_contiguous


def test_an_example_that_needs_gradients_gives_arguments_that_do() -> None:
    asked = subject(len, torch.ones(2, requires_grad=True))
    layout = Layout((2,), (4,), itemsize=4)
    laid = Laid(layout=layout, dtype=dtype("float32"), nbytes=12, classes=frozenset())
    assert things_of(asked, (place(laid, [1, 2]),))[0].requires_grad


def test_no_two_arguments_hold_the_same() -> None:
    layout = Layout((3,), (4,), itemsize=4)
    laid = Laid(layout=layout, dtype=dtype("float32"), nbytes=16, classes=frozenset())
    asked = subject(len, *["float32[n]"] * 3)
    found = contents(asked, Case(arguments=(laid,) * 3))
    assert found is not None
    assert [values.tolist() for values in found] == [[1, 2, 3], [3, 5, 7], [5, 8, 11]]
