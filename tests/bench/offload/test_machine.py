from __future__ import annotations

import inspect

from support.machines import FakeLane, FakeMachine

from tensorlab.bench.offload.machine import Lane, Machine
from tensorlab.bench.offload.torch_machine import TorchLane, TorchMachine


def asked(protocol: type) -> dict[str, list[str]]:
    """Each method with its parameters."""
    return {
        name: list(inspect.signature(found).parameters)
        for name, found in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }


def test_the_accelerator_of_torch_and_the_one_of_the_tests_can_do_all_that_is_asked() -> None:
    for protocol, those in ((Machine, (TorchMachine, FakeMachine)), (Lane, (TorchLane, FakeLane))):
        methods = asked(protocol)
        assert methods
        for one in those:
            assert {name: asked(one)[name] for name in methods} == methods
