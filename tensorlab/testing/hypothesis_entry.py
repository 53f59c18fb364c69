"""What Hypothesis calls when it is imported: torch's types are known to ``st.from_type``, and nothing is loaded for it.

Hypothesis is not imported here, nor torch or NumPy: a foreign test session that has tensorlab installed pays nothing.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import tensorlab.testing as face

if TYPE_CHECKING:
    from collections.abc import Callable


_TYPES = "hypothesis.strategies._internal.types"
"""Where Hypothesis keeps what it knows of types; it loads that when the first type is asked for."""


def register() -> None:
    """Tell Hypothesis whom to ask about torch's types, in the way in which it knows NumPy's: once torch is loaded.

    A strategy that somebody registered for a type goes first. Where Hypothesis keeps its types elsewhere, nothing
    happens.

    >>> register()
    >>> import torch
    >>> from hypothesis import find
    >>> from hypothesis import strategies as st
    >>> find(st.from_type(torch.Tensor), lambda x: x.numel() > 1).numel() <= 4
    True
    """
    known = sys.modules.get(_TYPES)
    if known is not None:
        _tell(known)
    elif not any(isinstance(finder, _Watch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watch())


class _Watch:
    """Waits for one module to be imported, finds it where it would be found anyway, and goes away."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ANN401 - as import calls it
        """Nothing, but for that one module."""
        if name != _TYPES:
            return None
        sys.meta_path.remove(self)
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path)
        spec: Any = next((spec for spec in found if spec is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            run = spec.loader.exec_module

            def execute(module: Any) -> None:  # noqa: ANN401 - any module
                del spec.loader.exec_module
                run(module)
                _tell(module)

            spec.loader.exec_module = execute
        return spec


def _tell(types: Any) -> None:  # noqa: ANN401 - a module without a type
    resolvers = getattr(types, "_global_extra_lookup", None)
    if resolvers is not None:
        resolvers.setdefault("torch", strategy_for)


def strategy_for(thing: object) -> Any:  # noqa: ANN401 - a strategy of Hypothesis, which is not imported here
    """The strategy of Tensor, nn.Parameter, Size or dtype; None for any other type.

    >>> strategy_for(int) is None
    True
    """
    torch: Any = sys.modules.get("torch")
    if torch is None or not isinstance(thing, type):
        return None
    for path, made in _STRATEGIES.items():
        try:
            known = attrgetter(path)(torch)
        except AttributeError:  # torch is being imported
            continue
        if thing is known:
            return made(thing)
    return None


def _tensors(_thing: type) -> Any:  # noqa: ANN401 - a strategy
    return face.tensors()


def _parameters(thing: type) -> Any:  # noqa: ANN401 - a strategy
    return face.tensors(dtype=["float32", "float64"]).map(thing)


def _sizes(thing: type) -> Any:  # noqa: ANN401 - a strategy
    return face.layouts().map(attrgetter("shape")).map(thing)


def _dtypes(_thing: type) -> Any:  # noqa: ANN401 - a strategy
    return face.tensors(classes="0-d").map(attrgetter("dtype"))


_STRATEGIES: dict[str, Callable[[type], Any]] = {
    "Tensor": _tensors,
    "nn.Parameter": _parameters,
    "Size": _sizes,
    "dtype": _dtypes,
}
"""By torch's names."""
