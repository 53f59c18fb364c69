from __future__ import annotations

import pytest

from tensorlab.diagram.routing import MOST_ROUTES, devices_scene, routes_scene
from tensorlab.dispatch.routing.record import DeviceKernels, DeviceTable, Dispatched, DispatchRoute, DispatchStep
from tensorlab.render.text import text

ROUTE = DispatchRoute(
    operator="aten::mm",
    schema="aten::mm(Tensor self, Tensor mat2) -> Tensor",
    given=(("self", ("AutogradCPU", "CPU")), ("mat2", ("AutogradCPU", "CPU"))),
    included=("BackendSelect",),
    excluded=("AutocastCPU", "AutocastXPU"),
    steps=(
        DispatchStep("AutogradCPU", "autograd", "/b/VariableType_0.cpp", 3, runs=True),
        DispatchStep("BackendSelect", "fallthrough", "/b/BackendSelectFallbackKernel.cpp", 4, runs=False),
        DispatchStep("CPU", "own", "/b/RegisterCPU_2.cpp", 5, runs=True),
    ),
)

PICTURE = """\
mm in torch's dispatcher: 1 operator
operator  runs the kernels of
aten::mm  AutogradCPU, then CPU

aten::mm(self, mat2)
key            finds                      runs  in
AutogradCPU    notes a node for backward  yes   VariableType
BackendSelect  nothing: goes on           no    BackendSelectFallbackKernel
CPU            a kernel for this key      yes   RegisterCPU

this thread adds to every call: BackendSelect
and takes from it: 2 keys of autocast"""


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_picture(*, ascii_only: bool) -> None:
    assert text(routes_scene(Dispatched("mm", (ROUTE,))), ascii=ascii_only) == PICTURE


def test_a_call_of_nothing_and_one_of_many() -> None:
    assert "no operator of torch's was called" in text(routes_scene(Dispatched("f", ())))
    many = text(routes_scene(Dispatched("f", (ROUTE,) * (MOST_ROUTES + 2), ("autocast is on",))))
    assert "and 2 operators more" in many
    assert "doubt: autocast is on" in many


def test_a_row_for_each_device() -> None:
    cpu = DeviceKernels(device="cpu", key="CPU", kernels=1178, add="own", works=True)
    cuda = DeviceKernels(device="cuda", key="CUDA", kernels=21, add="every backend", works=False, reason="not compiled")
    lines = text(devices_scene(DeviceTable(torch="2.13.0", operators=3598, devices=(cpu, cuda)))).splitlines()
    assert "device  key   kernels  add                        here" in lines
    assert "cpu     CPU     1,178  a kernel for this key      yes" in lines
    assert "cuda    CUDA       21  a kernel for all backends  no" in lines
