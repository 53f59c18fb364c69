"""torch's private names about its dispatcher; where this torch lacks one of them, that is said plainly."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.dispatch.routing.planning import kernel_table
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PRIVATE: Any = torch._C  # noqa: SLF001 - this file is for that
NEEDED = (
    "DispatchKey",
    "_dispatch_dump_table",
    "_dispatch_get_all_op_names",
    "_dispatch_get_registrations_for_dispatch_key",
    "_dispatch_key_for_device",
    "_dispatch_keys",
    "_dispatch_keyset_full_after",
    "_dispatch_tls_local_exclude_set",
    "_dispatch_tls_local_include_set",
)
"""What of ``torch._C`` it takes."""
FAMILIAR = ("cpu", "cuda", "meta", "mps", "xpu")
"""Types of devices where torch does not list those that it knows."""
RETIRED = frozenset({"fpga", "ideep", "mkldnn", "opencl", "opengl"})
"""Types that torch still spells, from Caffe2: no tensor lies on one."""


def require_dispatcher() -> None:
    """See that this torch tells of its dispatcher.

    Raises:
        UnavailableError: It lacks a name that is needed.

    >>> require_dispatcher()
    """
    lacking = [name for name in NEEDED if not hasattr(_PRIVATE, name)]
    if lacking:
        raise UnavailableError(
            f"torch {torch.__version__} does not tell of its dispatcher: no torch._C.{lacking[0]}",
            hint="torch 2.13 does",
        )


def in_order(keys: Any) -> tuple[str, ...]:  # noqa: ANN401 - a key set has no public type
    """The keys of a set, highest priority first.

    >>> in_order(keys_of(torch.ones(2)))
    ('AutocastCPU', 'AutogradCPU', 'ADInplaceOrView', 'CPU')
    """
    found = []
    while (key := keys.highestPriorityTypeId()) != _PRIVATE.DispatchKey.Undefined:
        found.append(key.name)
        keys = keys.remove(key)
    return tuple(found)


def named(keys: Any) -> tuple[str, ...]:  # noqa: ANN401 - likewise
    """The keys of a set that is no call's, such as what a thread takes away, in the order in which torch writes them.

    >>> named(thread_keys()[0])
    ('BackendSelect', 'ADInplaceOrView')
    """
    return tuple(re.findall(r"\w+", str(keys))[1:])


def keys_of(tensor: torch.Tensor) -> Any:  # noqa: ANN401 - likewise
    """The key set of a tensor: where it lies, how it is laid out, what it must pass on the way."""
    return _PRIVATE._dispatch_keys(tensor)  # noqa: SLF001 - likewise


def together(sets: Iterable[Any], added: Any, taken: Any) -> tuple[str, ...]:  # noqa: ANN401 - likewise
    """The keys of a call: those of its tensors and what the thread adds, without what it takes; in order.

    >>> together([keys_of(torch.ones(2)), keys_of(torch.ones(2).conj())], *thread_keys())
    ('AutogradCPU', 'ADInplaceOrView', 'BackendSelect', 'CPU')
    """
    return in_order(reduce(or_, sets, added) - taken)


def only(key: str) -> Any:  # noqa: ANN401 - likewise
    """The set of that key alone.

    >>> in_order(only("Meta"))
    ('Meta',)
    """
    return _PRIVATE.DispatchKeySet(_PRIVATE.DispatchKey.__members__[key])


def without_autocast(keys: Any) -> Any:  # noqa: ANN401 - likewise
    """The set without keys of autocast.

    >>> in_order(without_autocast(keys_of(torch.ones(2))))
    ('AutogradCPU', 'ADInplaceOrView', 'CPU')
    """
    for name in in_order(keys):
        if name.startswith("Autocast"):
            keys = keys.remove(_PRIVATE.DispatchKey.__members__[name])
    return keys


def thread_keys() -> tuple[Any, Any]:
    """What this thread adds to the keys of every call, and what it takes away.

    >>> [named(keys)[0] for keys in thread_keys()]
    ['BackendSelect', 'AutocastCPU']
    """
    return _PRIVATE._dispatch_tls_local_include_set(), _PRIVATE._dispatch_tls_local_exclude_set()  # noqa: SLF001 - likewise


def backend_keys() -> frozenset[str]:
    """Keys whose kernels compute: all those below the one that chooses a backend.

    >>> {"CPU", "CUDA", "Meta", "SparseCPU"} <= backend_keys(), "AutogradCPU" in backend_keys()
    (True, False)
    """
    below = _PRIVATE._dispatch_keyset_full_after(_PRIVATE.DispatchKey.BackendSelect)  # noqa: SLF001 - likewise
    return frozenset(name for name, key in _PRIVATE.DispatchKey.__members__.items() if below.has(key))


def key_of_device(device: str) -> str:
    """The key of dense tensors on a type of device.

    >>> key_of_device("cpu"), key_of_device("meta")
    ('CPU', 'Meta')
    """
    return str(_PRIVATE._dispatch_key_for_device(device))  # noqa: SLF001 - likewise


def kernels_of(operator: str) -> dict[str, Any]:
    """What is registered for an operator, by key.

    >>> kernels_of("aten::add.Tensor")["CPU"][0], kernels_of("aten::linear")["AutogradCPU"][0]
    ('own', 'composite')
    """
    return kernel_table(_PRIVATE._dispatch_dump_table(operator))  # noqa: SLF001 - likewise


def kernel_count(key: str) -> int:
    """Operators with a kernel registered for that key itself; 0 for a key that there is none of."""
    return len(_PRIVATE._dispatch_get_registrations_for_dispatch_key(key))  # noqa: SLF001 - likewise


def operator_count() -> int:
    """Operators that the dispatcher knows, each overload for itself."""
    return len(_PRIVATE._dispatch_get_all_op_names())  # noqa: SLF001 - likewise


def device_types() -> tuple[str, ...]:
    """The types of devices that torch knows, as it lists them when it is asked for one that it does not.

    Without those that it only spells.

    >>> {"cpu", "cuda", "meta"} <= set(device_types())
    True
    """
    try:
        torch.device("none_such")
    except RuntimeError as error:
        listed = re.search(r"Expected one of ([\w, ]+?) device type", str(error))
        names = listed[1].split(", ") if listed else FAMILIAR
        return tuple(name for name in names if name not in RETIRED)
    return FAMILIAR
