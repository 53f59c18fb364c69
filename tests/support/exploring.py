"""The explorer's page as a test uses it: what it shows, and what Python makes of the same state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tensorlab.layout.dtype import dtype as named_dtype
from tensorlab.layout.facts import is_contiguous
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides, numel
from tensorlab.memory.record import Operand
from tensorlab.views.apply import apply
from tensorlab.views.record import (
    Copy,
    CopyNeeded,
    DropAxes,
    Expand,
    InsertAxis,
    Permute,
    Reinterpret,
    Reshape,
    Select,
    Slice,
    View,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tensorlab.views.record import Primitive, Rules


def plain(shape: tuple[int, ...], dtype: str = "float32") -> Operand:
    """A contiguous start that fills its storage."""
    kind = named_dtype(dtype)
    strides = canonical_strides(shape, kind.itemsize)
    return Operand(Layout(shape, strides, itemsize=kind.itemsize), kind, numel(shape) * kind.itemsize)


@dataclass(frozen=True, slots=True)
class Explorer:
    """An opened page."""

    page: Page

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def state(self) -> dict[str, Any]:
        return dict(self.page.evaluate("tensorlabExplorer.state()"))

    def layout(self) -> Layout:
        """What the page draws."""
        return _layout(self.page.evaluate("tensorlabExplorer.stage().view.layout"))

    def nbytes(self) -> int:
        """Of the storage that it draws."""
        return int(self.page.evaluate("tensorlabExplorer.stage().storage.nbytes"))

    def fragment(self) -> str:
        """Of the address, after what waits to be written there was written."""
        return str(self.page.evaluate("(tensorlabExplorer.flush(), location.hash)"))

    def fill(self, number: str, value: int) -> None:
        self.at(f"#number-{number}").fill(str(value))

    def choose(self, operation: str, **arguments: str) -> None:
        """An operation and what it is given, not yet applied."""
        self.at(f"label:has(#op-{operation})").click()
        for key, value in arguments.items():
            field = self.at(f"#arg-{key}")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def apply(self, operation: str, **arguments: str) -> None:
        self.choose(operation, **arguments)
        self.at("#apply").click()

    def words(self, selector: str) -> str:
        return self.at(selector).inner_text()


def followed(state: dict[str, Any]) -> tuple[Layout, int]:
    """The layout that Python's algebra makes of a state, and the bytes of the storage that it lies in."""
    start, rules = state["start"], state["rules"]
    view = _view(start)
    nbytes = start["nbytes"]
    for step in state["steps"]:
        found = _after(view, step, rules)
        if isinstance(found, CopyNeeded):
            nbytes = found.nbytes
            found = found.result
        assert isinstance(found, View), found
        view = found
    return view.layout, nbytes


def _after(view: View, step: dict[str, Any], rules: Rules) -> object:
    if step["op"] == "by_hand":
        return _view(step)
    if step["op"] == "contiguous":
        return view if is_contiguous(view.layout) else apply(view, Copy(), rules)
    return apply(view, _primitive(step), rules)


def _primitive(step: dict[str, Any]) -> Primitive:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in step.items() if key != "op"}
    if step["op"] == "reinterpret":
        return Reinterpret(named_dtype(step["dtype"]))
    kinds: dict[str, Any] = {
        "permute": Permute,
        "slice": Slice,
        "select": Select,
        "expand": Expand,
        "reshape": Reshape,
        "insert_axis": InsertAxis,
        "drop_axes": DropAxes,
        "copy": Copy,
    }
    primitive: Primitive = kinds[step["op"]](**given)
    return primitive


def _view(numbers: dict[str, Any]) -> View:
    kind = named_dtype(numbers["dtype"])
    layout = Layout(tuple(numbers["shape"]), tuple(numbers["strides"]), numbers["offset"], kind.itemsize)
    return View(layout, kind)


def _layout(numbers: dict[str, Any]) -> Layout:
    return Layout(tuple(numbers["shape"]), tuple(numbers["strides"]), numbers["offset"], numbers["itemsize"])
