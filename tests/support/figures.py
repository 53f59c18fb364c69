"""A figure with strips and a grid over one storage, put into a page, and what lights there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.browser import watched

from tensorlab.scene.record import Cell, Cells, Group, Span

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BOX = ".tl-c td:not(.tl-e)"


def strip(words: str, size: int, of: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(Span(f"{words}{n}", "used"), f"byte {n * size}: {words}", ties=(("storage 0", n * size, (n + 1) * size),))
        for n in range(of)
    )


def element(i: int, j: int) -> Cell:
    at = 4 * i + 2 * j
    note = f"index ({i}, {j})   address 0 + {i}*4 + {j}*2 = {at} elements = byte {4 * at}"
    return Cell(Span(str(at), "used"), note, ties=(("storage 0", 4 * at, 4 * at + 4),), hue=i)


SCENE = Group(
    (
        Cells((4,), strip("int32 ", 4, 4), title="as int32", labels=False),
        Cells((16,), strip("", 1, 16), title="as int8", labels=False),
        Cells((2, 2), tuple(element(i, j) for i in range(2) for j in range(2)), title="x[:, ::2]"),
    ),
    title="one storage",
)
CUBE = Cells((2, 2, 2), tuple(Cell(Span(f"{n:03b}"), f"box {n}") for n in range(8)), title="cube")


def put(page_: Page, fragment: str) -> list[str]:
    wrong = watched(page_)
    page_.set_content(f"<body>{fragment}</body>")
    return wrong


def lit(place: Page | Locator) -> list[str]:
    return place.locator(".tl-lit").all_inner_texts()


def inspector(place: Page | Locator) -> str:
    return place.locator("[aria-live=polite]").inner_text()


def focused(page_: Page) -> str:
    return str(page_.evaluate("document.activeElement.innerText"))
