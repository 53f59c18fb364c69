"""Property tests of layouts: strategies, checks and a pytest plugin. Needs the extra ``testing``.

Importing this package loads neither torch, NumPy, pytest nor Hypothesis; each name is fetched from its home on first
use.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.testing.checks import assert_layout_invariant, check_layouts
    from tensorlab.testing.gradients.checking import check_gradients

__all__ = [
    "check_layouts",
    "assert_layout_invariant",
    "check_gradients",
]

_HOME = {
    "check_layouts": "tensorlab.testing.checks",
    "assert_layout_invariant": "tensorlab.testing.checks",
    "check_gradients": "tensorlab.testing.gradients.checking",
}


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        near = get_close_matches(name, __all__, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"module 'tensorlab.testing' has no attribute {name!r}{hint}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
