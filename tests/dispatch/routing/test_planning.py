from __future__ import annotations

import torch

from tensorlab.dispatch.routing.planning import kernel_table, planned

BACKENDS = frozenset({"CPU", "Meta"})


def ran(keys: list[str], **kinds: str) -> list[str]:
    kernels = {key: (kind, "a.cpp", 1) for key, kind in kinds.items()}
    return [step.key for step in planned(keys, kernels, BACKENDS) if step.runs]  # type: ignore[arg-type]  # words of a test


def test_a_backend_ends_it() -> None:
    assert ran(["AutogradCPU", "CPU", "Meta"], AutogradCPU="autograd", CPU="own", Meta="own") == ["AutogradCPU", "CPU"]


def test_a_kernel_that_only_calls_others_ends_it_also_above_the_backends() -> None:
    assert ran(["AutogradCPU", "CPU"], AutogradCPU="composite", CPU="composite") == ["AutogradCPU"]


def test_keys_without_a_kernel_are_passed_by() -> None:
    assert ran(["A", "B", "CPU"], A="fallthrough", CPU="own") == ["CPU"]
    assert ran(["A"]) == []


def test_every_line_that_torch_dumps_is_read() -> None:
    for operator in ("aten::add.Tensor", "aten::linear", "aten::t", "aten::empty.memory_format", "aten::copy_"):
        dump = torch._C._dispatch_dump_table(operator)  # what is tested
        lines = [line for line in dump.splitlines() if line]
        assert len(kernel_table(dump)) == len(lines), operator


def test_what_is_no_line_of_a_kernel_is_left_out() -> None:
    assert kernel_table("") == {}
    assert kernel_table("nothing of the kind\nCPU: somewhere") == {}
