"""torch's dispatcher: the kernels that a call runs, and the devices that it has kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.routing import devices_scene, routes_scene
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable


def explain_dispatch(function: Callable[..., object], *args: object, **kwargs: object) -> Figure:
    """Which kernels a call runs, one after the other, by dispatch key: what autograd adds, which backend computes.

    Of an operator, such as ``torch.ops.aten.linear.default``, the route is told without calling it. Any other function
    is called once, and the operators that reach a backend are told; those in between, which only call others, are not.
    What is told is what this process has registered; the keys that the thread adds and takes are those at the call.

    Args:
        function: What is called.
        args: What with.
        kwargs: Likewise.

    Returns:
        A ``Figure`` of a ``Dispatched``.

    Raises:
        UnsupportedError: It cannot be called, or the call fails.
        UnavailableError: This torch does not tell of its dispatcher.

    >>> import torch, tensorlab
    >>> print(tensorlab.explain_dispatch(torch.add, torch.ones(2), 1).data)
    add: 1 operator
    aten::add.Tensor: AutogradCPU, then CPU
    """
    from tensorlab.dispatch.routing.calling import dispatched

    found = dispatched(function, *args, **kwargs)
    return Figure(found, routes_scene(found))


def explain_devices() -> Figure:
    """The types of devices that torch knows: the dispatch key of each, its kernels, whether it is there.

    One that may be there is started to see whether a tensor can be made on it.

    Returns:
        A ``Figure`` of a ``DeviceTable``.

    Raises:
        UnavailableError: This torch does not tell of its dispatcher.

    >>> import tensorlab
    >>> table = tensorlab.explain_devices().data
    >>> [one.key for one in table.devices if one.device in {"cpu", "meta"} and one.works and one.kernels > 1000]
    ['Meta', 'CPU']
    """
    from tensorlab.dispatch.routing.calling import device_table

    found = device_table()
    return Figure(found, devices_scene(found))
