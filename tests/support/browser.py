"""Debian's Chromium, driven by playwright: pages, real clicks and keys, and pictures of them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from shutil import which
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = which("chromium") or which("chromium-browser")
PHONE = {"width": 390, "height": 844}


def require_browser() -> None:
    """Skips the test where there is no Chromium; where one must be, as in CI, the test fails."""
    if CHROMIUM is None and os.environ.get("TENSORLAB_BROWSER") == "required":
        pytest.fail("chromium is not installed, and TENSORLAB_BROWSER=required")
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is closed at the end."""
    require_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def watched(page: Page) -> list[str]:
    """What goes wrong on the page from now on: errors of scripts, messages of level error, requests to anywhere."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("console", lambda message: found.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("request", lambda sent: found.append(f"request: {sent.url}") if sent.url.startswith("http") else None)
    return found
