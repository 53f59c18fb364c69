"""What every test may ask for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

settings.register_profile("house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")


@pytest.fixture
def run_python() -> Callable[..., CompletedProcess[str]]:
    """``run_python(code)``: a program in a fresh interpreter, for what must not touch this one."""
    return probe.run_python
