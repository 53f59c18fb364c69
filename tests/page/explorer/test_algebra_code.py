"""The programs that the page's algebra writes: run here, they make the very view."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from support.algebra_cases import ALGEBRA, as_op, as_view, cases
from views.oracle import seen_numpy, seen_torch

from tensorlab.layout.address import extent, fits
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.record import Expand, InsertAxis, Permute, Reinterpret, Reshape, Select, Slice, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from support.algebra_cases import Case

    Json = dict[str, Any]

WRITTEN = """
text => JSON.stringify(JSON.parse(text).map(state => tensorlabAlgebra.asCode(state)))
"""
NUMPY_ONLY = {"V3", "V0", "O"}
TORCH_ONLY = {
    "bfloat16", "complex32", "float4_e2m1fn_x2", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz",
    "float8_e8m0fnu",
}  # fmt: skip
INT = dtype("int32")
START = View(Layout((4, 6), (24, 4), itemsize=4), INT)


@pytest.fixture
def algebra(page: Page) -> Page:
    """A page with the algebra and nothing else."""
    page.add_script_tag(content=ALGEBRA)
    return page


def written(page: Page, states: list[Json]) -> list[Any]:
    """The programs of so many states, or refusals."""
    found: list[Any] = json.loads(page.evaluate(WRITTEN, json.dumps(states)))
    return found


def made_by(program: str) -> Any:
    """What is called x when the program has run."""
    names: dict[str, Any] = {}
    exec(program, names)
    return names["x"]


def seen(made: Any, rules: str) -> Json:
    """A view as the page has it, of what a library made."""
    facts, _ = seen_torch(made, lambda: made) if rules == "torch" else seen_numpy(made, lambda: made)
    _, shape, strides, offset, conj, neg, name = facts
    size = made.element_size() if rules == "torch" else made.itemsize
    layout = {"shape": [*shape], "strides": [*strides], "offset": offset, "itemsize": size}  # type: ignore[misc]  # tuples
    return {"layout": layout, "dtype": name, "conj": conj, "neg": neg}


def _in_words(case: Case, rng: random.Random) -> Iterator[tuple[Json, Json, bool]]:
    """The operations of a case that are not refused, the view that each leads to, and whether it is a copy."""
    view, copied = as_view(case.view), False
    for op, told in zip(case.ops, case.outcomes, strict=True):
        if told["kind"] == "refused":
            continue
        copied = copied or told["kind"] == "copy"
        view = told["view"] if told["kind"] == "view" else told["result"]
        yield as_op(op), view, copied
        if rng.random() < 0.1 and not copied and not view["conj"]:
            view = as_view(case.view)
            yield {"op": "as_strided", "view": view}, view, copied
            break


def states(seed: int, count: int) -> Iterator[tuple[Json, Json]]:
    """States that a library can hold, and the view that each ends with."""
    rng = random.Random(seed)
    for case in cases(seed, count):
        layout = case.view.layout
        size = max(extent(layout).stop, layout.offset) + rng.choice((0, 0, 1, 8)) * rng.choice(
            (1, max(layout.itemsize, 1))
        )
        ends = [(op, view) for op, view, _ in _in_words(case, rng)]
        if fits(layout, size) and not case.view.neg:
            state = {"rules": case.rules, "view": as_view(case.view), "nbytes": size, "ops": [op for op, _ in ends]}
            yield state, ends[-1][1] if ends else as_view(case.view)


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")  # of torch, which says it of each complex32
def test_programs_of_random_states_make_the_very_view(algebra: Page) -> None:
    some = list(states(44, 2500))
    ran = 0
    for program, (state, view) in zip(written(algebra, [state for state, _ in some]), some, strict=True):
        foreign = NUMPY_ONLY if state["rules"] == "torch" else NUMPY_ONLY | TORCH_ONLY
        kinds = [state["view"]["dtype"], *(op["dtype"] for op in state["ops"] if op["op"] == "reinterpret")]
        if isinstance(program, dict):
            assert foreign.intersection(kind["name"] for kind in kinds), (program, state)
            continue
        assert seen(made_by(program), state["rules"]) == view | {"dtype": view["dtype"]["name"]}, program
        ran += 1
    assert ran > 1500


OPS = (
    Permute((1, 0)),
    Slice(0, 1),
    Slice(1, step=2),
    Reshape((-1,)),
    Reinterpret(dtype("int8")),
    Reshape((5, 8), "view"),
)
TORCH_PROGRAM = """\
import torch

x = torch.arange(24, dtype=torch.int32).reshape(4, 6)
x = x.t()  # view
x = x[1:]  # view
x = x[:, ::2]  # view
x = x.reshape(-1)  # copy of 40 B
x = x.view(torch.int8)  # view
x = x.view(5, 8)  # view
"""
FLIPPED = (Select(1, 0), Slice(0, step=-1), InsertAxis(1), Expand((4, 2)), Reshape((8,), "view"))
NUMPY_PROGRAM = """\
import numpy as np

storage = np.arange(24, dtype=np.int32)
x = np.ndarray((4, 6), np.int32, buffer=storage, offset=20, strides=(24, -4))
x = x[:, 0]  # view
x = x[::-1]  # view
x = x[:, None]  # view
x = np.broadcast_to(x, (4, 2))  # view
"""


@pytest.mark.browser
def test_a_program_reads_as_one_would_write_it(algebra: Page) -> None:
    flipped = View(Layout((4, 6), (24, -4), 20, 4), INT)
    torch_state = {"rules": "torch", "view": as_view(START), "nbytes": 96, "ops": [as_op(op) for op in OPS]}
    numpy_state = {"rules": "numpy", "view": as_view(flipped), "nbytes": 96, "ops": [as_op(op) for op in FLIPPED[:-1]]}
    assert written(algebra, [torch_state, numpy_state]) == [TORCH_PROGRAM, NUMPY_PROGRAM]
    [refused] = written(algebra, [numpy_state | {"ops": [as_op(op) for op in FLIPPED]}])
    assert refused["text"].startswith("ValueError: no view has shape (8,); axes 0 and 1 cannot merge")


@pytest.mark.browser
@pytest.mark.parametrize("rules", ["torch", "numpy"])
def test_numbers_typed_after_a_copy_are_over_its_storage(algebra: Page, rules: str) -> None:
    placed = View(Layout((3, 2), (16, 8), 8, 8), dtype("int64"))
    ops = [
        as_op(Permute((1, 0))),
        {"op": "contiguous"},
        {"op": "contiguous"},
        {"op": "as_strided", "view": as_view(placed)},
    ]
    [program] = written(algebra, [{"rules": rules, "view": as_view(START), "nbytes": 96, "ops": ops}])
    assert program.count("# copy of 96 B") == 1
    made = made_by(program)
    assert seen(made, rules) == as_view(placed) | {"dtype": "int64"}
    columns = [n for start in range(6) for n in range(start, 24, 6)]
    pairs = [low + (high << 32) for low, high in zip(columns[::2], columns[1::2], strict=True)]
    assert made.tolist() == [pairs[1:3], pairs[3:5], pairs[5:7]]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout((4,), (-4,), 12, 4), "RuntimeError: torch has no negative strides"),
        (Layout((4,), (5,), 0, 4), "RuntimeError: torch counts strides and offsets in whole elements"),
    ],
)
def test_what_torch_cannot_hold_is_no_program(algebra: Page, layout: Layout, words: str) -> None:
    state = {"rules": "torch", "view": as_view(View(layout, INT)), "nbytes": 64, "ops": []}
    [refused] = written(algebra, [state])
    assert refused["text"] == words
