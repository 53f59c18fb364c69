"""What every test may ask for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support import probe
from support.browser import chromium
from support.ceilings import kept_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from subprocess import CompletedProcess

    from playwright.sync_api import Browser, Page

settings.register_profile("house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def limits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Ceilings that nobody measured are kept for this machine, so that no run of benchmarks measures them first."""
    folder = tmp_path_factory.mktemp("cache")
    kept_in(folder, faster=100.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENSORLAB_CACHE", str(folder))
        yield


@pytest.fixture
def run_python() -> Callable[..., CompletedProcess[str]]:
    """``run_python(code)``: a program in a fresh interpreter, for what must not touch this one."""
    return probe.run_python


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one a process of the tests."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own: 1000 pixels wide, nothing remembered."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    yield context.new_page()
    context.close()
