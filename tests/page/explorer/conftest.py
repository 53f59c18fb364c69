"""The explorer, opened in a browser from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.browser import watched
from support.exploring import Explorer, plain

from tensorlab.page.explorer.assembly import explorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tensorlab.memory.record import Operand
    from tensorlab.views.record import Rules


@pytest.fixture
def explore(page: Page, tmp_path: Path) -> Iterator[Callable[..., Explorer]]:
    """``explore(fragment)``: the page at that state; whatever its program complains of fails the test."""
    page.set_default_timeout(5000)
    problems = watched(page)

    def opened(fragment: str = "", start: Operand | None = None, rules: Rules = "torch") -> Explorer:
        file = tmp_path / "explorer.html"
        file.write_text(explorer(start or plain((4, 6)), rules), encoding="utf-8")
        page.goto("about:blank")
        page.goto(f"{file.as_uri()}{fragment}")
        return Explorer(page)

    yield opened
    assert problems == []
