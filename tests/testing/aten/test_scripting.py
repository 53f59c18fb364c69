from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tensorlab.testing.aten.calling import Prepared
from tensorlab.testing.aten.record import Plan, Variant
from tensorlab.testing.aten.scripting import confirmed, fails_at_the_end, script_of
from tensorlab.testing.record import VerdictWord


def prepared(*arguments: Any, name: str = "add", variant: Variant = "call", **keywords: Any) -> Prepared:
    return Prepared(SimpleNamespace(name=name), variant, torch.add, [list(arguments), keywords])


@pytest.mark.parametrize(
    ("verdict", "variant", "lines"),
    [
        (
            "SILENT-WRONG",
            "call",
            (
                "right = torch.add(x.clone(memory_format=torch.contiguous_format))\n"
                "torch.testing.assert_close(torch.add(x), right, equal_nan=True)"
            ),
        ),
        (
            "SILENT-WRONG",
            "in-place",
            (
                "x_right = x.clone(memory_format=torch.contiguous_format)\n"
                "torch.add(x_right)\n"
                "torch.add(x)\n"
                "torch.testing.assert_close(x, x_right, equal_nan=True)"
            ),
        ),
        (
            "MUTATED",
            "call",
            (
                "before = x.clone(memory_format=torch.contiguous_format)\n"
                "torch.add(x)\n"
                "torch.testing.assert_close(x, before, rtol=0, atol=0, equal_nan=True)"
            ),
        ),
        ("CRASH", "call", "torch.add(x.clone(memory_format=torch.contiguous_format))\ntorch.add(x)"),
    ],
)
def test_the_last_lines_of_each_verdict(verdict: VerdictWord, variant: Variant, lines: str) -> None:
    script = script_of(prepared(torch.tensor([1.0, 2.0]), variant=variant), Plan((0,), ("gaps",)), verdict, "torch.add")
    made = "x = torch.full((6,), nan).as_strided((2,), (2,)).copy_(torch.tensor([1.0, 2.0]))"
    assert script == f"import torch\nfrom math import nan\n{made}\n{lines}"


def test_a_stray_write_is_looked_for_in_the_whole_storage() -> None:
    call = prepared(torch.tensor([1.0]), variant="out", out=torch.zeros(1))
    assert script_of(call, Plan((1,), ("gaps",)), "STRAY-WRITE", "torch.neg") == (
        "import torch\n"
        "from math import nan\n"
        "x = torch.tensor([1.0])\n"
        "out_storage = torch.full((5,), nan)\n"
        "out = out_storage.as_strided((1,), (2,)).copy_(torch.tensor([0.0]))\n"
        "before = out_storage.clone()\n"
        "torch.neg(x, out=out)\n"
        "out.copy_(before.as_strided((1,), (2,)))  # its own elements as they were\n"
        "torch.testing.assert_close(out_storage, before, rtol=0, atol=0, equal_nan=True)"
    )


@pytest.mark.parametrize("layout", ["transposed", "gaps", "row gaps", "neg", "offset"])
@pytest.mark.parametrize("kind", [torch.float32, torch.float64, torch.complex64, torch.int32])
def test_the_tensor_of_a_script_lies_as_the_plan_says(layout: str, kind: torch.dtype) -> None:
    call = prepared([torch.tensor([[1, 2, 3], [4, 5, 6]]).to(kind)], (None, slice(1, 2), float("-inf"), torch.int8))
    laid = call.laid(0, layout)
    if laid is None:
        assert layout == "neg"
        return
    script = script_of(call, Plan((0,), (layout,)), "REFUSED", "hold")
    room: dict[str, Any] = {"hold": lambda items, _: room.update(got=items[0])}
    exec(script, room)  # the lines are our own
    size = laid.layout.itemsize
    assert room["got"].stride() == tuple(stride // size for stride in laid.layout.strides)
    assert torch.equal(room["got"], call.values[0])
    assert (room["got"].is_neg(), room["got"].dtype) == (layout == "neg", kind)


def test_what_has_no_source_has_no_script() -> None:
    assert confirmed(prepared(torch.ones(2), lambda x: x), Plan((0,), ("gaps",)), "REFUSED") == ("", False)
    assert confirmed(prepared(torch.randn(999)), Plan((0,), ("gaps",)), "REFUSED") == ("", False)


def test_a_script_counts_that_fails_at_its_last_line() -> None:
    call = prepared(torch.ones(2, 2), -1, name="view")
    script, failed = confirmed(call, Plan((0,), ("transposed",)), "REFUSED")
    assert failed
    assert script.endswith("torch.Tensor.view(x, -1)")


def test_a_script_that_does_not_fail_does_not_count() -> None:
    script, failed = confirmed(prepared(torch.ones(2, 2), name="numel"), Plan((0,), ("transposed",)), "REFUSED")
    assert script
    assert not failed


def test_ending_is_another_way_to_fail() -> None:
    assert fails_at_the_end("import os\nos.abort()", dies=True)
    assert not fails_at_the_end("import os\nos.abort()")
