"""Storages that an array outside torch shares: what is written through the array, no recording sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.dispatch.tracer import Tracer

_OUT = {"Tensor.numpy": "numpy", "Tensor.__array__": "asarray", "Tensor.__dlpack__": "dlpack"}
"""Calls that give an array over a tensor's memory."""
_IN = {"": "from_numpy", "torch.as_tensor": "as_tensor", "torch.asarray": "asarray"}
"""Calls that make a tensor over an array's memory; torch shows the first of them as an operator that nobody called."""
_MADE = "aten.lift_fresh.default"


class Arrays:
    """By storage, what shared it with an array, and the number of that call.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> with Tracer() as tracer:
    ...     x = torch.ones(2)
    ...     array = x.numpy()
    >>> arrays = Arrays()
    >>> arrays.catch_up(tracer)
    >>> arrays.sharing(tracer.storage_number(x.untyped_storage()))[0]
    'numpy'
    """

    def __init__(self) -> None:
        self._seen = 0
        self._shared: dict[int, tuple[str, int]] = {}

    def catch_up(self, tracer: Tracer) -> None:
        """Take what ran since."""
        for number in range(self._seen, len(tracer.events)):
            name, site, looks = tracer.events[number][:3]
            called = "" if site < 0 else tracer.sites[site][0]
            told = _IN.get(called) if name == _MADE else _OUT.get(called) or _OUT.get(name)
            if told:
                for look in looks[:1]:
                    self._shared.setdefault(look[1], (told, number))
        self._seen = len(tracer.events)

    def sharing(self, storage: int | None) -> tuple[str, int] | None:
        """What shared a storage, and the number of the call; None where nothing did, as far as was recorded."""
        return None if storage is None else self._shared.get(storage)
