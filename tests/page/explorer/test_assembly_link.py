"""The state in the address: a link gives the same page again, and any other text a sentence."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
import torch
from playwright.sync_api import expect
from support.exploring import followed, plain

from tensorlab.layout.address import fits
from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.exploring import Explorer

    Explore = Callable[..., Explorer]

pytestmark = pytest.mark.browser
STATES = 200
DTYPES = ["int8", "int16", "float32", "int64", "complex64", "bool", "bfloat16"]
ROUND_TRIP = "state => tensorlabLink.decode(tensorlabLink.encode(state))"


def random_step(dice: random.Random) -> dict[str, Any]:
    """An operation that may suit a view of few axes."""
    shape = [dice.choice([1, 2, 3, 4, 6, 12, -1]) for _ in range(dice.randrange(3))]
    number = dice.choice([None, 0, 1, 2, -1])
    axis = dice.randrange(-1, 3)
    steps: list[dict[str, Any]] = [
        {"op": "permute", "axes": dice.sample(range(3), dice.randrange(1, 4))},
        {
            "op": "slice",
            "axis": axis,
            "start": number,
            "stop": dice.choice([None, 3, -1]),
            "step": dice.choice([2, -1]),
        },
        {"op": "select", "axis": axis, "index": dice.randrange(-1, 2)},
        {"op": "expand", "shape": [dice.randrange(1, 4), -1, -1]},
        {"op": "reshape", "shape": shape, "mode": dice.choice(["reshape", "view"])},
        {"op": "insert_axis", "axis": axis},
        {"op": "drop_axes", "axes": dice.choice([None, [axis]])},
        {"op": "reinterpret", "dtype": dice.choice(DTYPES)},
        {"op": "contiguous"},
        {"op": "copy"},
        {"op": "by_hand", "shape": [2, 1], "strides": [8, 16], "offset": 8, "dtype": dice.choice(DTYPES)},
    ]
    return dice.choice(steps)


def random_start(dice: random.Random) -> dict[str, Any]:
    """Numbers over a storage that holds them."""
    kind = named_dtype(dice.choice(DTYPES))
    shape = [dice.randrange(5) for _ in range(dice.randrange(4))]
    strides = [dice.randrange(5) * kind.itemsize for _ in shape]
    offset = dice.randrange(4) * kind.itemsize
    reach = offset + sum(max(n - 1, 0) * s for n, s in zip(shape, strides, strict=True)) + kind.itemsize
    nbytes = reach + dice.randrange(8)
    return {"shape": shape, "strides": strides, "offset": offset, "dtype": kind.name, "nbytes": nbytes}


def random_states(count: int) -> list[dict[str, Any]]:
    dice = random.Random(4)
    return [
        {
            "start": random_start(dice),
            "rules": "torch",
            "steps": [random_step(dice) for _ in range(dice.randrange(5))],
        }
        for _ in range(count)
    ]


def test_a_state_and_its_link_are_one(explore: Explore) -> None:
    """What can be followed of a random state, as text and back; Python follows it to the same layout."""
    explorer = explore()
    long = 0
    for state in random_states(STATES):
        failed = explorer.page.evaluate("state => tensorlabChain.run(state).fault?.at ?? null", state)
        kept = {**state, "steps": state["steps"][:failed]} if failed is not None else state
        assert explorer.page.evaluate(ROUND_TRIP, kept) == {"state": kept, "words": ""}
        found = explorer.page.evaluate(
            "state => tensorlabChain.numbersOf(tensorlabChain.run(state).stages.at(-1))", kept
        )
        layout, nbytes = followed(kept)
        assert (found["shape"], found["strides"]) == (list(layout.shape), list(layout.strides))
        assert (found["offset"], found["nbytes"]) == (layout.offset, nbytes)
        long += len(kept["steps"]) > 1
    assert long > STATES // 10


def test_a_link_opens_the_state_that_wrote_it(explore: Explore) -> None:
    explorer = explore()
    explorer.fill("offset", 0)
    explorer.apply("transpose")
    explorer.apply("reshape", shape="-1")
    explorer.fill("size-0", 5)
    state, fragment = explorer.state(), explorer.fragment()
    assert fragment == (
        "#shape=4,6&strides=6,1&offset=0&storage=24&dtype=float32&rules=torch"
        "&ops=permute:1,0;reshape:-1;by_hand:5/4/0/float32"
    )
    assert explore(fragment).state() == state
    explorer.page.reload()
    assert explorer.state() == state
    assert explorer.words("#link-text").endswith(fragment)
    explorer.at("#undo").click()
    assert [step["op"] for step in explorer.state()["steps"]] == ["permute", "reshape"]


def test_back_and_forward(explore: Explore) -> None:
    explorer = explore()
    explorer.apply("transpose")
    explorer.fragment()
    explorer.apply("unsqueeze")
    explorer.fragment()
    explorer.page.go_back()
    assert explorer.layout().shape == (6, 4)
    explorer.page.go_back()
    assert explorer.layout().shape == (4, 6)
    explorer.page.go_forward()
    assert explorer.layout().shape == (6, 4)


def test_back_after_undo_is_not_dead_and_keeps_redo(explore: Explore) -> None:
    explorer = explore()
    for axis in "012":
        explorer.apply("unsqueeze", axis=axis)
        explorer.fragment()
    explorer.at("#undo").click()
    explorer.fragment()
    assert len(explorer.layout().shape) == 4
    explorer.page.go_back()
    assert len(explorer.layout().shape) == 5
    explorer.page.go_back()
    assert len(explorer.layout().shape) == 4
    explorer.page.go_back()
    assert len(explorer.layout().shape) == 3
    explorer.at("#redo").click()
    explorer.at("#redo").click()
    assert len(explorer.layout().shape) == 5
    assert explorer.at("#redo").is_disabled()


def test_an_address_that_is_typed_over_is_followed(explore: Explore) -> None:
    explorer = explore()
    explorer.page.evaluate("location.hash = '#shape=2,3&dtype=int8'")
    explorer.page.wait_for_function("tensorlabExplorer.state().start.dtype === 'int8'")
    assert explorer.layout() == Layout((2, 3), (3, 1), itemsize=1)


BROKEN = [
    (
        "#shape=<img src=x onerror=alert(1)>",
        '"<img src=x onerror=alert(1)>" is no integer of seven digits or fewer',
    ),
    ("#<script>alert(1)</script>", "is none of shape, strides"),
    ("#shape=4,6&storage=23", "an element would lie outside the storage of 92 bytes"),
    ("#shape=4,6&offset=1&storage=24", "an element would lie outside the storage of 96 bytes"),
    ("#shape=4,6&strides=-6,1&offset=18&storage=24", "torch has no negative strides"),
    ("#shape=4,6&offset=-1", "an offset cannot be negative"),
    ("#shape=-4", "a size cannot be negative"),
    ("#shape=9999999,9999999&strides=0,0", "this page steps through 4,096 elements at most"),
    ("#shape=99999999999999999999", "is no integer of seven digits or fewer"),
    ("#shape=1,1,1,1,1,1,1", "6 axes at most"),
    ("#shape=4,6&strides=1", "2 sizes need as many strides, got 1"),
    ("#shape=4,6&storage=9999", "4,096 bytes of storage at most"),
    ("#shape=4,6&dtype=__proto__", 'no dtype is called "__proto__"'),
    ("#shape=4,6&ops=constructor", 'no operation is called "constructor"'),
    ("#shape=4,6&ops=__proto__:1", 'no operation is called "__proto__"'),
    ("#shape=4,6&ops=reshape:24;", "no operation is called"),
    ("#shape=4,6&ops=" + ";".join(["permute:1,0"] * 65), "it has 65 operations, 64 at most"),
    ("#shape=4,6&rules=jax", 'rules are torch or numpy, got "jax"'),
    ("#shape=4,6&shape=4,6", "shape is given twice"),
    ("#shape=4,%", "it is cut or damaged"),
    ("#shape=4,6&dtype=bfloat16&rules=numpy", "numpy has no dtype bfloat16"),
]


def test_what_cannot_be_shown_falls_back_to_the_start_with_a_sentence(explore: Explore) -> None:
    explorer = explore()
    for fragment, words in BROKEN:
        found = explorer.page.evaluate("text => tensorlabLink.decode(text)", fragment.removeprefix("#"))
        assert found["state"] is None
        assert words in found["words"]
        assert found["words"].startswith("The link is not understood: ")
        assert found["words"].endswith("The start is shown instead.")


@pytest.mark.parametrize(("fragment", "words"), BROKEN[:3])
def test_a_broken_link_is_a_visible_sentence(explore: Explore, fragment: str, words: str) -> None:
    explorer = explore(fragment)
    assert words in explorer.words("#notice")
    assert explorer.layout() == Layout((4, 6), (24, 4), itemsize=4)
    assert explorer.at("#explorer img, #explorer script").count() == 0


def test_operations_are_followed_as_far_as_they_go(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0;select:0,9;reshape:24")
    assert explorer.words("#notice").startswith("Operation 2 of the link is refused (IndexError: index 9 is outside")
    assert explorer.layout().shape == (6, 4)


def test_a_start_that_is_no_whole_element_has_a_link_in_bytes(explore: Explore) -> None:
    field = Operand(Layout((3,), (5,), 1, 4), named_dtype("float32"), 15)
    explorer = explore(start=field, rules="numpy")
    explorer.fill("offset", 0)
    assert explorer.fragment() == "#shape=3&strides=5&offset=0&storage=15&dtype=float32&rules=numpy&unit=bytes"
    assert explore(explorer.fragment(), start=field, rules="numpy").layout() == Layout((3,), (5,), itemsize=4)


CODE = [
    "shape=4,6",
    "shape=4,6&ops=permute:1,0;reshape:24;insert_axis:0;contiguous;copy",
    "shape=3,4&strides=1,2&offset=2&storage=20&dtype=int16&ops=slice:1,1,,2;expand:2,-1,-1",
    "shape=2,3,4&dtype=float64&ops=select:1,-1;reinterpret:int32;view:-1;by_hand:2,2/8,4/0/int8",
    "shape=2,3,4&dtype=float64&ops=select:1,-1;reinterpret:int32;by_hand:2,2/8,1/3/int8;drop_axes:all;contiguous",
    "shape=&dtype=complex64&ops=expand:3",
    "shape=1,4&strides=0,1&dtype=bool",
]


def test_the_torch_code_makes_the_same_layout(explore: Explore) -> None:
    explorer = explore()
    for fragment in CODE:
        state = explorer.page.evaluate("text => tensorlabLink.decode(text).state", fragment)
        made = run_code(str(explorer.page.evaluate("state => tensorlabChain.program(state)", state)))
        layout, nbytes = followed(state)
        numbers = (tuple(made.shape), *(tuple(n * layout.itemsize for n in made.stride()),))
        assert numbers == (layout.shape, layout.strides), fragment
        assert made.storage_offset() * made.element_size() == layout.offset
        assert (made.element_size(), made.untyped_storage().nbytes()) == (layout.itemsize, nbytes)


def run_code(code: str) -> Any:
    names: dict[str, Any] = {}
    exec(code, names)  # the page's own program, which is what is tested
    return names["x"]


def test_the_code_of_random_states_runs(explore: Explore) -> None:
    explorer = explore(start=plain((2, 3)))
    for state in random_states(60):
        failed = explorer.page.evaluate("state => tensorlabChain.run(state).fault?.at ?? null", state)
        kept = {**state, "steps": state["steps"][:failed]} if failed is not None else state
        made = run_code(str(explorer.page.evaluate("state => tensorlabChain.program(state)", kept)))
        layout, _ = followed(kept)
        assert isinstance(made, torch.Tensor)
        assert tuple(made.shape) == layout.shape, json.dumps(kept)
        if 0 not in layout.shape:
            strides = tuple(stride * made.element_size() for stride in made.stride())
            assert strides == layout.strides, json.dumps(kept)
            assert made.storage_offset() * made.element_size() == layout.offset
            assert fits(layout, made.untyped_storage().nbytes())


def test_numpy_code_of_empty_arrays_runs(explore: Explore) -> None:
    empty = Operand(Layout((0, 3), (12, 4), 8, 4), named_dtype("float32"), 0)
    explorer = explore(start=empty, rules="numpy")
    assert run_code(explorer.at("#code").inner_text()).shape == (0, 3)
    explorer.at("#new-shape").fill("3, 0")
    explorer.at("#new-strides").fill("-3, -1")
    explorer.at("#anew").click()
    assert (explorer.layout(), explorer.nbytes()) == (Layout((3, 0), (-12, -4), itemsize=4), 0)
    assert run_code(explorer.at("#code").inner_text()).strides == (-12, -4)
    explorer = explore("#shape=0,3&rules=numpy&ops=select:1,2")
    assert explorer.layout().offset == 8
    explorer.at("#dtype").select_option("int8")
    assert explorer.state()["steps"][-1]["op"] == "by_hand"
    assert run_code(explorer.at("#code").inner_text()).dtype == "int8"


@pytest.mark.parametrize(
    "fragment", ["#shape=0&offset=1000&rules=numpy", "#shape=0&rules=numpy&ops=by_hand:0/1/9/int8"]
)
def test_numpy_has_no_empty_array_behind_its_storage(explore: Explore, fragment: str) -> None:
    explorer = explore(fragment)
    assert "NumPy has no array, not even an empty one, that begins at byte" in explorer.words("#notice")


def test_copying_code_and_link(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0")
    explorer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer.at("#copy-code").click()
    expect(explorer.at("#notice")).to_have_text("The code is copied.")
    copied = explorer.page.evaluate("navigator.clipboard.readText()")
    assert copied == explorer.at("#code").text_content()
    explorer.at("#copy-link").click()
    expect(explorer.at("#notice")).to_have_text("The link is copied.")
    assert explorer.page.evaluate("navigator.clipboard.readText()") == explorer.words("#link-text")


def test_where_the_clipboard_is_refused_the_text_is_selected(explore: Explore) -> None:
    explorer = explore()
    explorer.page.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    explorer.at("#copy-code").click()
    expect(explorer.at("#notice")).to_contain_text("press Ctrl+C")
    assert "import torch" in explorer.page.evaluate("getSelection().toString()")
