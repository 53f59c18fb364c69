"""torch's private names that a recording needs. Each has a fallback, or says plainly that this torch lacks it."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.function import Function
from torch.nn.modules.module import Module

from tensorlab.dispatch.origins import stem_of
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import CodeType

_PRIVATE: Any = torch._C  # noqa: SLF001 - this file is for that


def _needed(owner: object, name: str) -> Callable[[], Any]:
    """A function of torch's that a recording cannot do without; where it lacks, calling it says so."""
    found: Callable[[], Any] | None = getattr(owner, name, None)
    return found if found is not None else _Missing(name)


class _Missing:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self) -> int:
        """Refuse.

        Raises:
            UnavailableError: Always.
        """
        raise UnavailableError(f"torch {torch.__version__} has no {self._name}", hint="a recording needs torch 2.4 on")


node_count: Callable[[], int] = _needed(getattr(_PRIVATE, "_autograd", None), "_get_sequence_nr")
"""How many nodes autograd has made in this thread: the sequence number of the next one."""
running_node: Callable[[], Any] = getattr(_PRIVATE, "_current_autograd_node", lambda: None)
"""The node whose backward runs; None outside a backward."""
function_modes: Callable[[], int] = getattr(_PRIVATE, "_len_torch_function_stack", lambda: 1)
"""How many function modes are on; 1 where torch does not tell: then they are switched off to be sure."""
operator_modes: Callable[[], int] = getattr(_PRIVATE, "_len_torch_dispatch_stack", lambda: 1)
"""How many modes for operators are on, in the same way."""
NO_FUNCTIONS: Callable[[], AbstractContextManager[object]] = getattr(_PRIVATE, "DisableTorchFunction", nullcontext)
"""A context in which no ``__torch_function__`` is called."""


WEAK: Callable[[torch.UntypedStorage], int] = getattr(torch.UntypedStorage, "_weak_ref", lambda _: 0)
"""A weak reference to a storage, as a number: its address is given to no other until ``release`` is called."""
_ADDRESS: Callable[[torch.Tensor], int] = getattr(_PRIVATE, "_data_address", lambda _: 0)
CAN_ADDRESS = hasattr(_PRIVATE, "_data_address")
"""Whether torch tells where a storage begins."""
data_address: Callable[[torch.Tensor], int] = _ADDRESS if CAN_ADDRESS else lambda _: 1
"""Where its storage begins; 0 where its elements lie nowhere: freed, known to be zeros, without data."""


_AUTOGRAD: Any = getattr(_PRIVATE, "_autograd", None)
_CONDITIONS: tuple[Callable[[], object] | None, ...] = (
    getattr(_PRIVATE, "_are_functorch_transforms_active", None),
    getattr(_PRIVATE, "_is_any_autocast_enabled", None),
    partial(hooks, True) if (hooks := getattr(_AUTOGRAD, "_top_saved_tensors_default_hooks", None)) else None,
)
"""What may make more of a call than the one operator that it stands for; each says so by something true."""
_PUSH: Any = getattr(_PRIVATE, "_push_on_torch_dispatch_stack", None)
_POP: Any = getattr(_PRIVATE, "_pop_torch_dispatch_stack", None)
CAN_STEP_ASIDE = None not in {*_CONDITIONS, _PUSH, _POP}
"""Whether this torch has all that stepping aside needs."""


transforms: Callable[[], object] = _CONDITIONS[0] or (lambda: True)
"""Whether a transform of ``torch.func`` runs."""


def is_plain() -> bool:
    """Whether a call of one operator runs that and nothing else: no transform, no autocast, no hook on what is saved.

    >>> is_plain()
    True
    """
    _, autocast, hooked = _CONDITIONS
    return not (transforms() or autocast()) and hooked() is None  # type: ignore[misc]  # CAN_STEP_ASIDE says that all are there


def step_aside(mode: object) -> bool:
    """Take a dispatch mode off the top of the stack; whether it was there."""
    try:
        top = _POP(None)
    except RuntimeError:  # all modes are off: what runs is past the recording too
        return False
    if top is mode:
        return True
    _PUSH(top)
    return False


def step_back(mode: object) -> None:
    """Put it back."""
    _PUSH(mode)


def _code(function: object) -> CodeType | None:
    return getattr(getattr(function, "__func__", function), "__code__", None)


MODULE_CALL: CodeType | None = _code(getattr(Module, "_wrapped_call_impl", None)) or _code(Module.__call__)
"""The code of the frame that is there for each call of a module; its local ``self`` is the module."""
FUNCTION_APPLY: CodeType | None = _code(Function.apply)
"""The code of the frame that is there for each call of a custom Function."""


_GUARDS = tuple(
    guard
    for name in ("DisableTorchFunction", "_DisableTorchDispatch", "_AutoDispatchBelowAutograd")
    if (guard := getattr(_PRIVATE, name, None)) is not None
)


class Apart(ExitStack):
    """A context in which operations are nobody's: no mode, no subclass, no autograd; nothing of them is recorded.

    >>> x = torch.ones(3, requires_grad=True)
    >>> with Apart():
    ...     made = x * 2
    >>> made.requires_grad
    False
    """

    def __init__(self) -> None:
        super().__init__()
        for guard in (*_GUARDS, _above):
            self.enter_context(guard())


_KEYS: Any = getattr(_PRIVATE, "DispatchKey", None)
_EXCLUDE: Any = getattr(_PRIVATE, "_ExcludeDispatchKeyGuard", None)
_ABOVE = (
    "Python", "PythonTLSSnapshot", "PythonDispatcher", "ADInplaceOrView", "AutogradCPU", "AutogradCUDA", "Tracer",
    "AutocastCPU", "AutocastCUDA", "FuncTorchDynamicLayerFrontMode", "FuncTorchDynamicLayerBackMode", "Functionalize",
)  # fmt: skip
"""What may do more to an operation on plain tensors than run it."""


def _set_of(names: tuple[str, ...]) -> Any:  # noqa: ANN401 - a set of torch's
    found = None
    for name in names:
        key = getattr(_KEYS, name, None)
        if key is not None:
            one = _PRIVATE.DispatchKeySet(key)
            found = one if found is None else found | one
    return found


_above: Callable[[], AbstractContextManager[object]] = (
    nullcontext if _KEYS is None or _EXCLUDE is None else partial(_EXCLUDE, _set_of(_ABOVE))
)
below: Callable[[], AbstractContextManager[object]] = Apart if _above is nullcontext else _above
"""As ``Apart``, for plain tensors where no function mode is on: one guard, at a fifth of the time."""


ENGINE: CodeType | None = _code(getattr(torch.autograd.graph, "_engine_run_backward", None))
"""The code of the innermost frame while a node of C++ runs in a backward."""


def sequence_of(node: Any) -> int | None:  # noqa: ANN401 - a node of torch's
    """Autograd's count when the node was made; None where torch does not tell.

    >>> sequence_of(None) is None
    True
    """
    try:
        return node._sequence_nr()  # type: ignore[no-any-return]  # noqa: SLF001 - this file is for that
    except AttributeError:
        return None


def unseen_by_compiler(*methods: Any) -> None:  # noqa: ANN401 - functions
    """Have ``torch.compile`` run these as they are, where it meets them; the compiler itself is not loaded for it."""
    frames = getattr(getattr(_PRIVATE, "_dynamo", None), "eval_frame", None)
    names = ("set_code_exec_strategy", "_FrameExecStrategy", "_FrameAction")
    mark, strategy, action = (getattr(frames, name, None) for name in names)
    if mark is None or strategy is None or action is None:
        return
    for method in methods:
        mark(method.__code__, strategy(action.SKIP, action.SKIP))


@cache
def operator_names() -> frozenset[str]:
    """Stems of all operators that torch knows, "nativelayernorm"; empty where it does not tell.

    >>> "mul" in operator_names()
    True
    """
    ask = getattr(_PRIVATE, "_dispatch_get_all_op_names", None)
    return frozenset() if ask is None else frozenset(stem_of(name) for name in ask() if name.startswith("aten::"))


def release(weak: int) -> None:
    """Give a weak reference back."""
    free = getattr(torch.UntypedStorage, "_free_weak_ref", None)
    if free is not None and weak:
        free(weak)


def storage_address(tensor: torch.Tensor) -> int | None:
    """Where its storage begins, without making a copy-on-write storage one of its own.

    >>> x = torch.zeros(4)
    >>> storage_address(x[2:]) == x.data_ptr()
    True
    """
    return _ADDRESS(tensor) or None


def is_view(tensor: torch.Tensor) -> bool:
    """Whether autograd knows it as a view of another tensor: a write to it is one to that other.

    >>> x = torch.ones(3)
    >>> is_view(x), is_view(x[1:])
    (False, True)
    """
    ask = getattr(tensor, "_is_view", None)
    return ask is not None and bool(ask())
