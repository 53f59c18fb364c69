"""Routes beside what really runs: kernels of our own that say so."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.dispatch.routing.calling import device_table, dispatched
from tensorlab.dispatch.routing.keys import key_of_device
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ABOVE = ("AutocastCPU", "AutogradCPU", "ADInplaceOrView")
Speaking = tuple[torch.library.Library, list[str]]


@pytest.fixture
def speaking() -> Iterator[Speaking]:
    """A library for an operator whose kernels say that they run."""
    library = torch.library.Library("tensorlab_routes", "DEF")  # type: ignore[no-untyped-call]  # torch has no annotation
    library.define("same(Tensor x) -> Tensor")  # type: ignore[no-untyped-call]  # likewise
    yield library, []
    library._destroy()  # type: ignore[no-untyped-call]  # likewise


def kernel(key: str, said: list[str]) -> Callable[[torch.Tensor], torch.Tensor]:
    """One that says its key, then calls the next."""

    def run(x: torch.Tensor) -> torch.Tensor:
        said.append(key)
        with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(torch._C.DispatchKey.__members__[key])):
            found: torch.Tensor = torch.ops.tensorlab_routes.same(x)
        return found

    return run


def last(key: str, said: list[str]) -> Callable[[torch.Tensor], torch.Tensor]:
    """One that says its key and computes."""

    def run(x: torch.Tensor) -> torch.Tensor:
        said.append(key)
        return torch.empty_like(x)

    return run


@pytest.mark.parametrize("mask", list(product((False, True), repeat=len(ABOVE))))
@pytest.mark.parametrize("autocast", [False, True])
def test_a_route_is_what_really_runs(speaking: Speaking, mask: tuple[bool, ...], *, autocast: bool) -> None:
    library, said = speaking
    for key, wanted in zip(ABOVE, mask, strict=True):
        if wanted:
            library.impl("same", kernel(key, said), key)  # type: ignore[no-untyped-call]  # torch has no annotation
    library.impl("same", last("CPU", said), "CPU")  # type: ignore[no-untyped-call]  # likewise
    x = torch.ones(2)
    with torch.autocast("cpu", enabled=autocast):
        told = dispatched(torch.ops.tensorlab_routes.same.default, x)
        torch.ops.tensorlab_routes.same(x)
    ran = [step.key for step in told.routes[0].ran]
    if not mask[1] and "AutogradCPU" in ran:
        ran.remove("AutogradCPU")  # torch's own, for operators without one: it says nothing
    assert ran == said


def test_another_backend_has_another_kernel(speaking: Speaking) -> None:
    library, said = speaking
    for key in ("CPU", "Meta"):
        library.impl("same", last(key, said), key)  # type: ignore[no-untyped-call]  # torch has no annotation
    for device in ("cpu", "meta"):
        x = torch.ones(2, device=device)
        ran = dispatched(torch.ops.tensorlab_routes.same.default, x).routes[0].ran
        torch.ops.tensorlab_routes.same(x)
        assert ran[-1].key == said[-1] == key_of_device(device)


def test_an_operator_is_told_without_a_call() -> None:
    x = torch.zeros(2)
    dispatched(torch.ops.aten.add_.Tensor, x, torch.ones(2))
    assert x.tolist() == [0.0, 0.0]
    dispatched(torch.Tensor.add_, x, torch.ones(2))
    assert x.tolist() == [1.0, 1.0]


def test_a_function_is_told_by_the_operators_that_reach_a_backend() -> None:
    x, w, b = torch.ones(2, 3), torch.ones(4, 3), torch.ones(4)
    told = dispatched(torch.nn.functional.linear, x, w, b)
    assert [route.operator for route in told.routes] == ["aten::t", "aten::addmm"]
    assert [name for name, _ in told.routes[1].given] == ["self", "mat1", "mat2"]
    whole = dispatched(torch.ops.aten.linear.default, x, w, b).routes[0]
    assert [(step.key, step.kind) for step in whole.ran] == [("AutogradCPU", "composite")]


def test_a_view_passes_the_key_that_keeps_track_of_views() -> None:
    assert "ADInplaceOrView" in {s.key for s in dispatched(torch.t, torch.ones(2, 3)).routes[0].ran}
    assert "ADInplaceOrView" not in {s.key for s in dispatched(torch.relu, torch.ones(2, 3)).routes[0].ran}


def test_inference_mode_takes_autograd_away() -> None:
    with torch.inference_mode():
        assert str(dispatched(torch.relu, torch.ones(2))).endswith("aten::relu: CPU")


def test_what_makes_a_tensor_has_the_key_of_its_device() -> None:
    route = dispatched(torch.ops.aten.empty.memory_format, [2], device="meta").routes[0]
    assert (route.given, route.ran[-1].key) == ((), "Meta")
    assert "BackendSelect" in {step.key for step in route.ran}


def test_autocast_is_told() -> None:
    x = torch.ones(2, 2)
    with torch.autocast("cpu"):
        assert dispatched(torch.ops.aten.mm.default, x, x).routes[0].ran[0].key == "AutocastCPU"
        told = dispatched(torch.mm, x, x)
    assert [doubt[:14] for doubt in told.doubts] == ["autocast is on"]
    assert not dispatched(torch.mm, x, x).doubts


@pytest.mark.parametrize("function", [3, "aten::add", None])
def test_what_cannot_be_called_is_refused(function: object) -> None:
    with pytest.raises(UnsupportedError, match="a function or an operator is called; got"):
        dispatched(function)  # type: ignore[arg-type]  # what is tested


def test_a_call_that_fails_is_one_sentence() -> None:
    with pytest.raises(UnsupportedError, match="the call fails: "):
        dispatched(torch.mm, torch.ones(2), torch.ones(3))


def test_devices_are_told_as_they_are() -> None:
    devices = {one.device: one for one in device_table().devices}
    assert devices["cpu"].works
    assert (devices["cpu"].add, devices["cpu"].reason) == ("own", "")
    assert devices["cuda"].works == torch.cuda.is_available()
    if not torch.cuda.is_available():
        assert devices["cuda"].reason
        assert devices["cuda"].kernels < devices["cpu"].kernels
