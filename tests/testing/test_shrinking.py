from collections.abc import Callable

import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.classing import classes_of
from tensorlab.testing.record import Case, Laid, LayoutClass, Spec
from tensorlab.testing.shrinking import shrink

FLOAT = dtype("float32")


def laid(shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0, **more: bool) -> Laid:
    layout = Layout(shape, tuple(4 * n for n in strides), 4 * offset, 4)
    one = Laid(layout=layout, dtype=FLOAT, nbytes=4000, classes=frozenset(), **more)  # type: ignore[arg-type]  # bits
    return Laid(layout=layout, dtype=FLOAT, nbytes=4000, classes=classes_of(one), **more)  # type: ignore[arg-type]  # bits


def has(wanted: LayoutClass) -> Callable[[Case], bool]:
    return lambda case: any(wanted in one.classes and numel(one.layout.shape) > 0 for one in case.arguments)


@pytest.mark.parametrize(
    ("found", "wanted", "shape", "strides", "offset"),
    [
        (laid((5, 4), (1, 10), 3), "permuted", (2, 2), (1, 2), 0),
        (laid((5, 4), (1, 10), 3), "gaps", (2,), (2,), 0),
        (laid((5, 4), (1, 10), 3), "offset", (2,), (2,), 1),
        (laid((5, 4, 3), (0, 3, 1), 2), "stride 0", (2,), (0,), 0),
        (laid((4, 3), (1, 1), 2), "overlapping", (2, 2), (1, 1), 0),
        (laid((3, 3, 1), (3, 1, 70)), "odd ones", (1,), (2,), 0),
        (laid((2, 3, 4, 5), (60, 1, 15, 3)), "channels_last", (1, 2, 1, 2), (4, 1, 4, 2), 0),
        (laid((3, 3), (3, 1), neg=True), "neg", (), (), 0),
    ],
)
def test_what_does_not_matter_is_left_out(
    found: Laid, wanted: LayoutClass, shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    small = shrink(Case(arguments=(found,)), has(wanted)).arguments[0]
    assert wanted in small.classes
    assert numel(small.layout.shape) <= 4
    assert small.layout == Layout(shape, tuple(4 * n for n in strides), 4 * offset, 4)


def test_the_same_case_gives_the_same_answer() -> None:
    case = Case(arguments=(laid((5, 4, 3), (1, 10, 50), 3), laid((5, 3), (1, 9))))
    answers = [shrink(case, has("gaps")) for _ in range(3)]
    assert answers[1:] == answers[:-1]


def test_one_strided_argument_is_enough() -> None:
    case = Case(arguments=(laid((5, 4), (1, 10), 3), laid((5, 4), (1, 5))), together=((0, 1),), fill="signed")
    small = shrink(case, has("permuted"))
    assert sorted("permuted" in one.classes for one in small.arguments) == [False, True]
    assert (small.together, small.fill) == ((), "ramp")


def test_specs_are_kept() -> None:
    case = Case(arguments=(laid((5, 3), (1, 5)), laid((5,), (2,))))
    specs = [Spec(shape=("n", 3), dtypes=(FLOAT,)), Spec(shape=("n",), dtypes=(FLOAT,))]
    small = shrink(case, has("permuted"), specs=specs)
    assert [one.layout.shape for one in small.arguments] == [(2, 3), (2,)]


def test_only_so_many_cases_are_tried() -> None:
    asked: list[Case] = []

    def never(case: Case) -> bool:
        asked.append(case)
        return False

    case = Case(arguments=(laid((5, 4), (1, 10), 3),))
    assert shrink(case, never, tries=7) == case
    assert len(asked) <= 7
    assert shrink(case, has("gaps"), seconds=0) == case


def test_a_case_that_cannot_be_made_is_passed_by() -> None:
    def fails(case: Case) -> bool:
        if len(case.arguments[0].layout.shape) < 2:
            raise ValueError("no such memory")
        return has("permuted")(case)

    small = shrink(Case(arguments=(laid((5, 4), (1, 10), 3),)), fails)
    assert small.arguments[0].layout.shape == (2, 2)


def test_a_bug_of_more_elements_than_it_needs_is_looked_for_elsewhere() -> None:
    """With rows apart it shows on 8 elements alone; with columns apart on 4."""

    def fails(case: Case) -> bool:
        layout = case.arguments[0].layout
        return layout.shape[0] > 1 or (layout.shape[0] == 1 and layout.strides[1] == 8)

    specs = [Spec(shape=("n", 4), dtypes=(FLOAT,))]
    small = shrink(Case(arguments=(laid((5, 4), (5, 1)),)), fails, specs=specs)
    assert small.arguments[0].layout.shape == (1, 4)


def test_an_argument_without_a_spec_is_shrunk_in_shape() -> None:
    small = shrink(Case(arguments=(laid((2, 3, 4, 5), (60, 1, 15, 3)),)), has("permuted"), specs=[None])
    assert numel(small.arguments[0].layout.shape) <= 4


def test_the_search_ends_when_nothing_simpler_is_left() -> None:
    asked: list[Case] = []

    def fails(case: Case) -> bool:
        asked.append(case)
        return has("gaps")(case)

    shrink(Case(arguments=(laid((5, 4, 3), (1, 10, 50), 3), laid((5, 3), (1, 9)))), fails)
    assert len(asked) < 200
