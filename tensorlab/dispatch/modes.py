"""The two modes of torch's through which a recording sees: functions that the user calls, operators that run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import torch
from torch import is_grad_enabled
from torch.compiler import is_compiling
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.dispatch.internals import NO_FUNCTIONS, unseen_by_compiler
from tensorlab.dispatch.naming import BACKWARDS, PASSED_BY, SINGLE, SINGLE_WRITES, is_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.dispatch.tracer import Tracer


class Functions(TorchFunctionMode):
    """Hands each call on tensors to the tracer; what torch calls inside one is not seen."""

    def __init__(self, tracer: Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        """Run one call, and note where it stands."""
        if func in PASSED_BY or is_compiling():  # asked first: the compiler would guard what is asked of the tracer
            return func(*args, **(kwargs or {}))
        tracer = self._tracer
        if tracer.silent:
            return func(*args, **(kwargs or {}))
        if (
            not kwargs
            and (func in SINGLE or (func in SINGLE_WRITES and not is_grad_enabled()))
            and tracer.is_single(args)
        ):
            return tracer.single(func, args, sys._getframe(1))  # noqa: SLF001 - where the user stands
        outer, seen = tracer.site, len(tracer.events)
        tracer.enter(func, sys._getframe(1))  # noqa: SLF001 - where the user stands
        try:
            if func in BACKWARDS:
                made = tracer.backward(func, args, kwargs or {})
            else:
                made = func(*args, **kwargs) if kwargs else func(*args)
            if kwargs and "requires_grad" in kwargs and isinstance(made, torch.Tensor):
                with NO_FUNCTIONS():  # torch sets the flag once the operator has run
                    tracer.identities.again(made)
            if len(tracer.events) == seen and not is_asked(func):
                tracer.bare(func, args, made)
        finally:
            tracer.leave(outer)
        return made


class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not say its types
    """Hands each operator to the tracer, those of backward too."""

    supports_higher_order_operators = True
    """Operators that run functions (``torch.cond``) are handed on whole: torch runs what is inside past all modes."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Torch wraps the method below otherwise: 3 us a call, and the compiler is loaded."""
        return False

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        """What was compiled runs as it does without a recording: under other modes torch runs what it was made of."""
        return True

    def __init__(self, tracer: Tracer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch does not say its types
        self._tracer = tracer

    def __torch_dispatch__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        """Run one operator, and note its tensors."""
        if is_compiling() or self._tracer.silent:
            return func(*args, **(kwargs or {}))
        return self._tracer.operator(func, args, kwargs)


unseen_by_compiler(Functions.__torch_function__, Operators.__torch_dispatch__)
