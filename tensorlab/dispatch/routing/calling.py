"""The routes of a call: of an operator that is asked about, or of all that a function comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tensorlab.dispatch.routing.keys import (
    backend_keys,
    device_types,
    in_order,
    kernel_count,
    kernels_of,
    key_of_device,
    keys_of,
    named,
    only,
    operator_count,
    require_dispatcher,
    thread_keys,
    together,
    without_autocast,
)
from tensorlab.dispatch.routing.planning import NO_KERNEL, planned
from tensorlab.dispatch.routing.record import DeviceKernels, DeviceTable, Dispatched, DispatchRoute
from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch._ops import OpOverload

    Given = Sequence[tuple[str, Any]]

AUTOCAST = (
    "autocast is on: its casts were made before these operators were called, and their routes are told without it"
)


class Arriving(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not type it
    """Where it is on, each operator that reaches a backend is noted with the keys of its tensors."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch does not type it
        self.calls: list[tuple[OpOverload, Given, str]] = []

    def __torch_dispatch__(
        self, func: OpOverload, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        """Note the call and make it."""
        self.calls.append((func, given(func, args, kwargs or {}), device_of(kwargs or {})))
        return func(*args, **(kwargs or {}))


def dispatched(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Dispatched:  # noqa: ANN401 - a user's call
    """The routes of a call.

    Of an operator (``torch.ops.aten.add.Tensor``) the route is told without calling it. Any other function is called
    once, and the operators that it comes to are told.

    Raises:
        UnsupportedError: It cannot be called, or the call fails.
        UnavailableError: This torch does not tell of its dispatcher.

    >>> x = torch.ones(2, 3)
    >>> print(dispatched(torch.ops.aten.linear.default, x, x))
    aten::linear: 1 operator
    aten::linear: AutogradCPU
    >>> print(dispatched(torch.nn.functional.linear, x, x))
    linear: 2 operators
    aten::t: AutogradCPU, then ADInplaceOrView, then CPU
    aten::mm: AutogradCPU, then CPU
    """
    require_dispatcher()
    if not callable(function):
        raise UnsupportedError(f"a function or an operator is called; got {type(function).__name__}")
    thread = thread_keys()
    if isinstance(function, torch._ops.OpOverload):  # noqa: SLF001 - operators have no public type
        return Dispatched(function.name(), (route(function, given(function, args, kwargs), device_of(kwargs), thread),))  # type: ignore[no-untyped-call]  # torch does not type it
    mode = Arriving()
    try:
        with mode:
            function(*args, **kwargs)
    except TensorlabError:
        raise
    except Exception as error:
        raise UnsupportedError(f"the call fails: {reason(error)}", hint="see that it runs without tensorlab") from error
    routes = tuple(
        route(func, [(name, without_autocast(one)) for name, one in keys], device, thread)
        for func, keys, device in mode.calls
    )
    doubts = (AUTOCAST,) if torch.is_autocast_enabled("cpu") or torch.is_autocast_enabled("cuda") else ()
    return Dispatched(getattr(function, "__name__", type(function).__name__), routes, doubts)


def given(func: OpOverload, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Given:
    """Each tensor argument of an operator by its name, and its keys.

    >>> name, keys = given(torch.ops.aten.cat.default, ([torch.ones(1), torch.ones(1)],), {})[1]
    >>> name, in_order(keys)
    ('tensors[1]', ('AutocastCPU', 'AutogradCPU', 'ADInplaceOrView', 'CPU'))
    """
    names = [argument.name for argument in func._schema.arguments]  # noqa: SLF001 - there is no public one
    words = [*zip(names, args, strict=False), *kwargs.items()]
    return tuple((name, keys_of(one)) for word, value in words for name, one in _tensors(word, value))


def _tensors(name: str, value: object) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _tensors(f"{name}[{number}]", one)


def device_of(kwargs: dict[str, Any]) -> str:
    """The type of device that a call without tensors is made for.

    >>> device_of({"device": torch.device("meta")}), device_of({})
    ('meta', 'cpu')
    """
    return torch.device(kwargs.get("device") or torch.get_default_device()).type


def route(func: OpOverload, keys: Given, device: str, thread: tuple[Any, Any]) -> DispatchRoute:
    """The route of one operator with tensors that have these keys; without any, of one that makes a tensor."""
    sets = [one for _, one in keys] or [only(key_of_device(device))]
    included, excluded = thread
    return DispatchRoute(
        operator=func.name(),  # type: ignore[no-untyped-call]  # torch does not type it
        schema=str(func._schema),  # noqa: SLF001 - there is no public one
        given=tuple((name, in_order(one)) for name, one in keys),
        included=named(included),
        excluded=named(excluded),
        steps=planned(together(sets, included, excluded), kernels_of(func.name()), backend_keys()),  # type: ignore[no-untyped-call]  # torch does not type it
    )


def device_table() -> DeviceTable:
    """The types of devices that torch knows, and what this build has for each.

    One that may be there is started to see whether a tensor can be made on it.

    Raises:
        UnavailableError: This torch does not tell of its dispatcher.

    >>> table = device_table()
    >>> [one.works for one in table.devices if one.device in {"cpu", "meta"}]
    [True, True]
    """
    require_dispatcher()
    add = kernels_of("aten::add.Tensor")
    found = [_device(name, add) for name in device_types()]
    return DeviceTable(
        torch=str(torch.__version__),
        operators=operator_count(),
        devices=tuple(sorted(found, key=lambda one: (-one.kernels, one.device))),
    )


def _device(name: str, add: dict[str, Any]) -> DeviceKernels:
    key, why = key_of_device(name), ""
    try:
        torch.empty(1, device=name)
    except Exception as error:  # noqa: BLE001 - each backend has an exception of its own for not being there
        why = reason(error)
    kind = add.get(key, NO_KERNEL)[0]
    return DeviceKernels(device=name, key=key, kernels=kernel_count(key), add=kind, works=not why, reason=why)
