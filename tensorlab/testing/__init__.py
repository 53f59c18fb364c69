"""Property tests of layouts: strategies, checks and a pytest plugin. Needs the extra ``testing``.

Importing this package loads neither torch, NumPy, pytest nor Hypothesis; each name is fetched from its home on first
use.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.testing.backward import check_backward
    from tensorlab.testing.checks import assert_layout_invariant, check_layouts
    from tensorlab.testing.gradient_checks.checking import check_gradients
    from tensorlab.testing.marking import over_layouts
    from tensorlab.testing.optimizers.checking import check_optimizer
    from tensorlab.testing.record import CLASSES
    from tensorlab.testing.strategies.array_drawing import arrays
    from tensorlab.testing.strategies.calling import apply_calls
    from tensorlab.testing.strategies.chain_drawing import view_chains
    from tensorlab.testing.strategies.drawing import layouts
    from tensorlab.testing.strategies.pair_drawing import aliased_pairs
    from tensorlab.testing.strategies.record import SHARINGS
    from tensorlab.testing.strategies.tensor_drawing import tensor_tuples, tensors
    from tensorlab.testing.tracing import check_compiled, check_fake

__all__ = [
    "CLASSES",
    "SHARINGS",
    "aliased_pairs",
    "apply_calls",
    "arrays",
    "assert_layout_invariant",
    "check_backward",
    "check_compiled",
    "check_fake",
    "check_gradients",
    "check_layouts",
    "check_optimizer",
    "layouts",
    "over_layouts",
    "tensor_tuples",
    "tensors",
    "view_chains",
]

_HOME = {
    "CLASSES": "tensorlab.testing.record",
    "SHARINGS": "tensorlab.testing.strategies.record",
    "aliased_pairs": "tensorlab.testing.strategies.pair_drawing",
    "apply_calls": "tensorlab.testing.strategies.calling",
    "arrays": "tensorlab.testing.strategies.array_drawing",
    "assert_layout_invariant": "tensorlab.testing.checks",
    "check_backward": "tensorlab.testing.backward",
    "check_compiled": "tensorlab.testing.tracing",
    "check_fake": "tensorlab.testing.tracing",
    "check_gradients": "tensorlab.testing.gradient_checks.checking",
    "check_layouts": "tensorlab.testing.checks",
    "check_optimizer": "tensorlab.testing.optimizers.checking",
    "layouts": "tensorlab.testing.strategies.drawing",
    "over_layouts": "tensorlab.testing.marking",
    "tensor_tuples": "tensorlab.testing.strategies.tensor_drawing",
    "tensors": "tensorlab.testing.strategies.tensor_drawing",
    "view_chains": "tensorlab.testing.strategies.chain_drawing",
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
