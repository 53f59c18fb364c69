from __future__ import annotations

import inspect

from tensorlab.bench.ceilings.device import Device
from tensorlab.bench.ceilings.torch_device import TorchDevice


def test_the_accelerator_of_torch_can_do_all_that_a_device_must() -> None:
    asked = {name for name, _ in inspect.getmembers(Device, inspect.isfunction) if not name.startswith("_")}
    assert asked == {"host", "buffer", "copy", "product", "small", "wait"}
    assert all(hasattr(TorchDevice, name) for name in asked)
