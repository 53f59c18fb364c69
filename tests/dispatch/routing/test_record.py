from __future__ import annotations

from tensorlab.dispatch.routing.record import DeviceKernels, DeviceTable, Dispatched, DispatchRoute, DispatchStep

STEPS = (
    DispatchStep("AutogradCPU", "autograd", "VariableType_0.cpp", 3, runs=True),
    DispatchStep("BackendSelect", "fallthrough", "F.cpp", 4, runs=False),
    DispatchStep("CPU", "own", "RegisterCPU_2.cpp", 5, runs=True),
)


def route(steps: tuple[DispatchStep, ...] = STEPS) -> DispatchRoute:
    return DispatchRoute(
        operator="aten::mm", schema="aten::mm(Tensor self)", given=(), included=(), excluded=(), steps=steps
    )


def test_a_route_names_the_kernels_that_run_in_their_order() -> None:
    assert str(route()) == "aten::mm: AutogradCPU, then CPU"
    assert [step.key for step in route().ran] == ["AutogradCPU", "CPU"]
    assert str(route(())) == "aten::mm: no kernel"


def test_a_call_is_a_line_for_each_operator() -> None:
    assert str(Dispatched("f", (route(), route()))).splitlines() == ["f: 2 operators", *[str(route())] * 2]
    assert str(Dispatched("f", ())) == "f: 0 operators"


def test_the_devices_that_are_there_are_named() -> None:
    cpu = DeviceKernels(device="cpu", key="CPU", kernels=9, add="own", works=True)
    cuda = DeviceKernels(device="cuda", key="CUDA", kernels=0, add="every backend", works=False, reason="not compiled")
    told = str(DeviceTable(torch="2.13.0", operators=3598, devices=(cpu, cuda)))
    assert told.startswith("torch 2.13.0 has 3,598 operators and knows 2 types of devices")
    assert told.endswith("tensors can be made on: cpu")
    assert str(DeviceTable(torch="2", operators=1, devices=(cuda,))).endswith("made on: none")
