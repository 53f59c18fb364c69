"""Real clicks and keys: numbers, operations, history."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from support.exploring import followed

from tensorlab.layout.address import fits
from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import Operand

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.exploring import Explorer

    Explore = Callable[..., Explorer]

pytestmark = pytest.mark.browser
WALK = 500
TORCH_OPS: list[tuple[str, dict[str, str], str, dict[str, Any]]] = [
    ("transpose", {"first": "0", "second": "1"}, "VIEW", {"op": "permute", "axes": [1, 0]}),
    ("permute", {"axes": "1, 0"}, "VIEW", {"op": "permute", "axes": [1, 0]}),
    (
        "slice",
        {"axis": "1", "start": "1", "stop": "", "step": "2"},
        "VIEW",
        {"op": "slice", "axis": 1, "start": 1, "stop": None, "step": 2},
    ),
    ("select", {"axis": "0", "index": "-1"}, "VIEW", {"op": "select", "axis": 0, "index": -1}),
    ("expand", {"shape": "3, -1, 6"}, "VIEW", {"op": "expand", "shape": [3, -1, 6]}),
    ("reshape", {"shape": "(2, 12)"}, "VIEW", {"op": "reshape", "shape": [2, 12], "mode": "reshape"}),
    ("view", {"shape": "-1"}, "VIEW", {"op": "reshape", "shape": [-1], "mode": "view"}),
    ("reinterpret", {"dtype": "int8"}, "VIEW", {"op": "reinterpret", "dtype": "int8"}),
    ("unsqueeze", {"axis": "2"}, "VIEW", {"op": "insert_axis", "axis": 2}),
    ("squeeze", {"axis": "all"}, "VIEW", {"op": "drop_axes", "axes": None}),
    ("contiguous", {}, "VIEW", {"op": "contiguous"}),
    ("copy", {}, "COPY", {"op": "copy"}),
]


def require_sound(explorer: Explorer) -> None:
    """The page draws what Python makes of its state, and nothing outside the storage."""
    layout, nbytes = followed(explorer.state())
    assert explorer.layout() == layout
    assert explorer.nbytes() == nbytes
    assert fits(layout, nbytes)


def test_each_operation_is_foreseen_and_applied(explore: Explore) -> None:
    explorer = explore()
    before = explorer.layout()
    for operation, given, kind, step in TORCH_OPS:
        explorer.choose(operation, **given)
        assert explorer.words("#verdict").startswith(kind)
        assert explorer.layout() == before
        explorer.at("#apply").click()
        assert explorer.state()["steps"] == [step]
        require_sound(explorer)
        assert explorer.words("#steps li:last-child").startswith(kind)
        explorer.page.keyboard.press("Control+z")


def test_flip_is_numpys_alone(explore: Explore) -> None:
    explorer = explore()
    assert explorer.at("#op-flip").is_disabled()
    explorer.at("label:has(#rules-numpy)").click()
    assert explorer.at("#op-view").is_disabled()
    explorer.apply("flip", axis="1")
    assert explorer.layout() == Layout((4, 6), (24, -4), 20, 4)
    explorer.at("label:has(#rules-torch)").click()
    assert "torch cannot follow this: step 1 is refused" in explorer.words("#notice")
    assert explorer.state()["rules"] == "numpy"
    assert explorer.at("#rules-numpy").is_checked()


def test_a_copy_stays_with_its_reason_and_both_storages(explore: Explore) -> None:
    explorer = explore()
    explorer.apply("transpose")
    explorer.choose("reshape", shape="24")
    reason = "axes 0 and 1 cannot merge: stride[0]=1, needs 4*6=24 elements"
    assert explorer.words("#verdict").startswith(f"COPY {reason}. 96 bytes are copied to a fresh storage")
    explorer.at("#apply").click()
    explorer.apply("unsqueeze", axis="0")
    assert f"{reason}. 96 bytes copied; a fresh storage is drawn now." in explorer.words("#steps")
    assert "2 views, 1 copy (96 bytes)" in explorer.words("#steps")
    assert explorer.at(".strip.old .box").count() == 24
    require_sound(explorer)


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("view", {"shape": "5, 5"}, "ERROR RuntimeError: shape (5, 5) does not hold 24 elements"),
    ("select", {"axis": "1", "index": "6"}, "ERROR IndexError: index 6 is outside axis 1 of size 6"),
    ("slice", {"step": "-1"}, "ERROR ValueError: torch slices with steps greater than zero; got -1"),
    ("expand", {"shape": "4, 7"}, "ERROR RuntimeError: axis 1 has size 6, and only size 1 expands; got 7"),
    ("expand", {"shape": "999,999,4,6"}, "ERROR this page: this page steps through 4,096 elements at most"),
    ("permute", {"axes": "0, 0"}, "ERROR RuntimeError: axis 0 is named twice"),
    ("reshape", {"shape": "4, six"}, 'each number of the shape is a whole number; got "six"'),
    ("reshape", {"shape": "123456789"}, "each number of the shape has 7 digits at most here"),
]


def test_what_is_refused_says_why_and_changes_nothing(explore: Explore) -> None:
    explorer = explore()
    for operation, given, words in REFUSED:
        explorer.choose(operation, **given)
        assert explorer.words("#verdict").startswith(words)
        explorer.at("#apply").click()
        assert explorer.words("#notice").startswith("Not applied: ")
        assert explorer.state()["steps"] == []


@pytest.mark.parametrize(
    ("typed", "torch", "numpy"),
    [
        ("1,0,2", "x.permute(1, 0, 2)", "x.transpose(1, 0, 2)"),
        ("0,2", "x.permute(0, 2)", "x.transpose(0, 2)"),
        ("1,-1", "x.permute(1, -1)", "x.transpose(1, -1)"),
        ("-1,-2", "x.t()", "x.T"),
    ],
)
def test_the_call_shown_is_the_call_typed(explore: Explore, typed: str, torch: str, numpy: str) -> None:
    explorer = explore()
    explorer.choose("permute", axes=typed)
    assert explorer.words("#call") == torch
    explorer.at("label:has(#rules-numpy)").click()
    assert explorer.words("#call") == numpy


def test_what_was_typed_for_other_axes_is_not_kept(explore: Explore) -> None:
    explorer = explore()
    explorer.apply("permute", axes="0, 1")
    explorer.apply("reshape", shape="24")
    explorer.choose("permute")
    assert explorer.words("#call") == "x.permute(0)"
    explorer.apply("select", index="0")
    explorer.choose("permute", axes="0")
    assert explorer.words("#call") == "x.permute(0)"
    assert explorer.words("#verdict") == "ERROR RuntimeError: got 1 axes to permute, the view has 0"


def test_numbers_change_what_is_drawn(explore: Explore) -> None:
    explorer = explore(start=Operand(Layout((4, 6), (24, 4), itemsize=4), named_dtype("float32"), 160))
    explorer.fill("size-0", 3)
    explorer.fill("stride-0", 1)
    explorer.fill("offset", 10)
    explorer.fill("storage", 30)
    assert explorer.layout() == Layout((3, 6), (4, 4), 40, 4)
    assert explorer.nbytes() == 120
    assert explorer.words(".formula >> nth=0").startswith("address(i,j) = 10 + 1·i + 1·j")
    assert "x[0, 1] and x[1, 0] are the same bytes" in explorer.words("#facts")
    explorer.at("#dtype").select_option("int8")
    assert explorer.layout() == Layout((3, 6), (1, 1), 10, 1)
    explorer.at("#add-axis").click()
    explorer.at("[data-key='remove-0']").click()
    assert explorer.layout() == Layout((6, 1), (1, 1), 10, 1)
    explorer.at("[data-key='size-0-']").click()
    assert explorer.layout().shape == (5, 1)
    explorer.at("#new-shape").fill("2, 3, 4")
    explorer.at("#anew").click()
    assert explorer.layout() == Layout((2, 3, 4), (12, 4, 1), itemsize=1)
    require_sound(explorer)


def test_a_new_tensor_has_the_smallest_storage(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0")
    explorer.at("#new-shape").fill("(8, 3)")
    explorer.at("#new-strides").fill("1, 1")
    explorer.at("#new-strides").press("Enter")
    assert (explorer.layout(), explorer.nbytes()) == (Layout((8, 3), (4, 4), itemsize=4), 40)
    assert explorer.state()["steps"] == []
    for strides, words in [
        ("-1, 1", "Not this one: torch has no negative strides."),
        ("1", "2 sizes need as many strides, got 1."),
        ("a, b", "Strides are whole numbers with commas between them, as 4, 6."),
        ("4000, 1", "Not this one: this page draws 4,096 bytes of storage at most; this needs 112,012."),
    ]:
        explorer.at("#new-strides").fill(strides)
        explorer.at("#anew").click()
        assert explorer.words("#notice") == words
    explorer.at("label:has(#rules-numpy)").click()
    explorer.at("#new-strides").fill("-3, 1")
    explorer.at("#anew").click()
    assert explorer.layout() == Layout((8, 3), (-12, 4), 84, 4)
    require_sound(explorer)


def test_patterns_are_what_they_say(explore: Explore) -> None:
    explorer = explore()
    made = {
        "transposed": Layout((6, 4), (4, 24), itemsize=4),
        "every other": Layout((4, 3), (24, 8), itemsize=4),
        "broadcast": Layout((4, 6), (0, 4), itemsize=4),
        "diagonal": Layout((5,), (24,), itemsize=4),
        "windows": Layout((6, 3), (4, 4), itemsize=4),
        "channels last": Layout((2, 3, 2, 4), (96, 4, 48, 12), itemsize=4),
        "flipped": Layout((4, 6), (24, -4), 20, 4),
        "must copy": Layout((24,), (4,), itemsize=4),
        "contiguous": Layout((4, 6), (24, 4), itemsize=4),
    }
    buttons = explorer.at("#new-tensor [role=group] button")
    assert sorted(buttons.all_inner_texts()) == sorted(made)
    for name, layout in made.items():
        buttons.get_by_text(name, exact=True).click()
        assert (explorer.layout(), explorer.words("#notice").split(":")[0]) == (layout, name)
        require_sound(explorer)
    explorer.at("#undo").click()
    assert explorer.layout() == made["must copy"]


def test_numbers_stop_where_the_storage_ends(explore: Explore) -> None:
    explorer = explore()
    assert explorer.words("#range-size-0") == "0 to 4"
    explorer.fill("size-0", 9)
    assert explorer.layout().shape == (4, 6)
    assert explorer.words("#numbers-tell").startswith("The size of axis 0 goes from 0 to 4: beyond it an element")
    explorer.at("#number-size-0").press("Tab")
    assert explorer.at("#number-size-0").input_value() == "4"
    explorer.fill("stride-1", -1)
    assert explorer.layout().strides == (24, 0)
    explorer.at("#number-offset").fill("")
    assert explorer.words("#numbers-tell").startswith("A whole number is needed here")
    require_sound(explorer)


def test_numbers_typed_after_an_operation_are_a_step(explore: Explore) -> None:
    explorer = explore()
    explorer.apply("transpose")
    explorer.fill("size-0", 2)
    explorer.fill("offset", 1)
    state = explorer.state()
    assert [step["op"] for step in state["steps"]] == ["permute", "by_hand"]
    assert explorer.at("#number-storage").is_disabled()
    assert explorer.at("[data-key='storage+']").is_disabled()
    assert state["start"]["shape"] == [4, 6]
    assert "numbers set by hand" in explorer.words("#steps")
    require_sound(explorer)


def test_undo_and_redo_by_button_and_by_key(explore: Explore) -> None:
    explorer = explore()
    seen = [explorer.state()]
    explorer.apply("transpose")
    seen.append(explorer.state())
    explorer.apply("reshape", shape="24")
    seen.append(explorer.state())
    explorer.at("#undo").click()
    assert explorer.state() == seen[1]
    explorer.page.keyboard.press("Control+z")
    assert explorer.state() == seen[0]
    assert explorer.at("#undo").is_disabled()
    explorer.at("#redo").click()
    explorer.page.keyboard.press("Control+Shift+z")
    assert explorer.state() == seen[2]
    explorer.page.keyboard.press("Control+z")
    explorer.page.keyboard.press("Control+y")
    assert explorer.state() == seen[2]
    assert explorer.at("#redo").is_disabled()
    explorer.at("#reset").click()
    assert explorer.state() == seen[0]
    explorer.at("#undo").click()
    assert explorer.state() == seen[2]


def test_a_key_in_a_field_undoes_the_operation_too(explore: Explore) -> None:
    explorer = explore()
    explorer.choose("reshape", shape="2, 12")
    explorer.at("#arg-shape").press("Enter")
    assert explorer.layout().shape == (2, 12)
    explorer.at("#arg-shape").press("Control+z")
    assert explorer.layout().shape == (4, 6)


def test_undo_shows_in_the_field_that_has_the_focus(explore: Explore) -> None:
    explorer = explore()
    explorer.fill("size-0", 2)
    explorer.at("#number-size-0").press("Control+z")
    assert explorer.layout().shape == (4, 6)
    assert explorer.at("#number-size-0").input_value() == "4"


def test_a_text_that_is_typed_in_is_undone_first(explore: Explore) -> None:
    explorer = explore()
    explorer.apply("unsqueeze", axis="0")
    explorer.choose("reshape")
    before = explorer.at("#arg-shape").input_value()
    explorer.at("#arg-shape").press("End")
    explorer.at("#arg-shape").press_sequentially("7")
    assert explorer.at("#arg-shape").input_value() == f"{before}7"
    explorer.page.keyboard.press("Control+z")
    assert (explorer.at("#arg-shape").input_value(), explorer.layout().shape) == (before, (1, 4, 6))
    explorer.page.keyboard.press("Control+z")
    assert explorer.layout().shape == (4, 6)


def test_by_keyboard_alone(explore: Explore) -> None:
    """Tab reaches rules, buttons, boxes, numbers, operations and code; arrows and space do the rest."""
    explorer = explore()
    page = explorer.page
    reached: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        name = str(page.evaluate("document.activeElement.id || document.activeElement.className"))
        reached.append(name)
        if name == "op-transpose":
            break
    assert {"rules-torch", "reset", "number-size-0", "dtype", "op-transpose"} <= set(reached)
    assert sum("box" in name.split() for name in reached) == 2
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    for key in ("Tab", "ArrowDown", "Tab", "1", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    assert explorer.state()["steps"] == [{"op": "slice", "axis": 1, "start": 1, "stop": None, "step": 2}]
    page.keyboard.press("Control+z")
    assert explorer.state()["steps"] == []


def test_every_control_has_a_name(explore: Explore) -> None:
    explorer = explore("#shape=4,6&ops=permute:1,0;reshape:24")
    unnamed = explorer.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, [tabindex]")].filter(e =>
             !(e.textContent.trim() && e.tagName === "BUTTON") && !e.getAttribute("aria-label") && !e.labels?.length)
             .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert explorer.at("#verdict").get_attribute("aria-live") == "polite"


TYPED = ["2", "-1", "0", "7", "99999", "-3", "2, 3", "24", "1, 0", "4, -1", "x", "", "3, 2, 4, 6", "1, 12"]
NUMBERS = TYPED[:6]
KEYS = ["Enter", " ", "ArrowRight", "ArrowLeft", "ArrowDown", "Control+y"]
KINDS = ["button:not(:disabled)", "input:not(:disabled)", "select:not(:disabled)", ".box", "input[type=radio]"]


def act(explorer: Explorer, dice: random.Random) -> None:
    """A click, a key or a choice, on whatever there is."""
    wanted = dice.choice(KINDS)
    found = explorer.at(f"#explorer {wanted}")
    if not found.count():
        return
    one = found.nth(dice.randrange(found.count()))
    kind = one.get_attribute("type")
    if wanted.startswith("select"):
        options = one.locator("option:not(:disabled)")
        one.select_option(options.nth(dice.randrange(options.count())).get_attribute("value"))
    elif kind in {"text", "number"}:
        one.focus()
        explorer.page.keyboard.press("Control+a")
        explorer.page.keyboard.insert_text(dice.choice(TYPED if kind == "text" else NUMBERS))
        explorer.page.keyboard.press(dice.choice(["Enter", "ArrowUp", "ArrowDown", "Tab", "Control+z"]))
    elif dice.random() < 0.5:
        one.focus()
        explorer.page.keyboard.press(dice.choice(KEYS))
    else:
        one.dispatch_event("click")


def test_no_walk_leads_outside_the_storage(explore: Explore) -> None:
    dice = random.Random(0)
    explorer = explore()
    for _ in range(WALK):
        act(explorer, dice)
        layout, nbytes = explorer.layout(), explorer.nbytes()
        assert fits(layout, nbytes), (layout, nbytes)
        require_sound(explorer)
    assert re.match(r"#shape=", explorer.fragment())
