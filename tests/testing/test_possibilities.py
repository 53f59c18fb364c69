from __future__ import annotations

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.possibilities import FEW, Space, beginnings, keys_of, size_of
from tensorlab.testing.record import Case, Laid, Spec

FLOAT = dtype("float32")


def laid(shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> Laid:
    layout = Layout(shape, tuple(4 * n for n in strides), 4 * offset, 4)
    return Laid(layout=layout, dtype=FLOAT, nbytes=4000, classes=frozenset())


def test_the_last_choices_give_the_case_as_it_was_found() -> None:
    case = Case(arguments=(laid((5, 4), (1, 10), 3), laid((5, 4), (8, 2))), together=((0, 1),), fill="signed")
    space = Space(case, ())
    again = space.case(space.found)
    assert again is not None
    assert [one.layout for one in again.arguments] == [one.layout for one in case.arguments]
    assert (again.together, again.fill) == (case.together, "signed")


def test_the_first_choices_give_the_simplest_case() -> None:
    space = Space(Case(arguments=(laid((5, 4), (1, 10), 3),), fill="few"), ())
    simplest = space.case((0,) * len(space.found))
    assert simplest is not None
    assert (simplest.arguments[0].layout, simplest.fill) == (Layout((), (), 0, 4), "ramp")


def test_beginnings_have_few_elements_and_the_shapes_of_the_specs() -> None:
    case = Case(arguments=(laid((5, 4), (1, 10)), laid((5,), (2,))))
    specs = [Spec(shape=("n", 4), dtypes=(FLOAT,)), Spec(shape=("n",), dtypes=(FLOAT,))]
    found = list(beginnings(case, specs))
    assert {tuple(one.layout.shape for one in case.arguments) for case in found} == {((1, 4), (1,))}
    assert {name for case in found for one in case.arguments for name in one.classes} >= {"gaps", "contiguous"}
    assert all(numel(one.layout.shape) <= FEW for case in found for one in case.arguments)
    assert not [*beginnings(Case(arguments=case.arguments, together=((0, 1),)), specs)]


def test_the_smaller_of_two_cases_has_fewer_elements_then_fewer_axes() -> None:
    cases = [Case(arguments=(laid(shape, (1,) * len(shape)),)) for shape in [(3, 1), (2, 2), (3,), (1, 1)]]
    assert [case.arguments[0].layout.shape for case in sorted(cases, key=size_of)] == [(1, 1), (3,), (3, 1), (2, 2)]


def test_axes_are_called_by_their_spec() -> None:
    case = Case(arguments=(laid((5, 3, 2), (6, 2, 1)), laid((5, 7), (7, 1))))
    specs = [Spec(shape=("...", "c"), dtypes=(FLOAT,)), Spec(shape=("_", 7), dtypes=(FLOAT,))]
    assert [[key for key, _ in row] for row in keys_of(case, specs)] == [
        [("free", ("...", 0)), ("free", ("...", 1)), ("named", "c")],
        [("named", (1, 0)), ("fixed", (1, 1))],
    ]
    assert keys_of(case, [])[1][0] == keys_of(case, [])[0][0] == (("free", ("size", 5)), 5)


def test_an_axis_without_a_name_goes_with_the_one_of_its_size_that_has_one() -> None:
    case = Case(arguments=(laid((5, 3), (3, 1)), laid((5, 7), (7, 1)), laid((5,), (1,))))
    specs = [Spec(shape=("n", 3), dtypes=(FLOAT,)), None, Spec(shape=("=...",), dtypes=(FLOAT,))]
    assert [[key for key, _ in row] for row in keys_of(case, specs)] == [
        [("named", "n"), ("fixed", (0, 1))],
        [("named", "n"), ("free", ("size", 7))],
        [("named", "n")],
    ]
