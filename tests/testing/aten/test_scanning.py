from types import SimpleNamespace
from typing import Any

import torch
from torch.testing._internal.opinfo.core import SampleInput

from tensorlab.testing.aten.scanning import Steps, Where, scan


def planted(function: Any, *samples: Any) -> Any:
    """What stands for an entry of torch's table."""
    return SimpleNamespace(
        name="planted",
        variant_test_name="",
        op=function,
        inplace_variant=None,
        supports_out=False,
        sample_inputs=lambda *_: [SampleInput(sample) for sample in samples],  # type: ignore[no-untyped-call]  # torch's own
    )


def scanned(op: Any, deadly: dict[Where, str] | None = None) -> Any:
    steps: list[Where] = []
    found = scan(op, op.name, dtype=torch.float32, seed=0, steps=Steps(steps.append, deadly or {}))
    return found, steps


def test_a_clean_operator() -> None:
    found, steps = scanned(planted(torch.neg, torch.ones(2, 3), torch.ones(())))
    assert (found.samples, found.tested, dict(found.skipped), found.met) == (2, 2, {}, {})
    assert len(steps) == found.calls + 2
    assert len(set(steps)) == len(steps)


def test_the_lightest_call_stands_for_all_that_fail_alike() -> None:
    found, _ = scanned(planted(lambda x: x.view(-1), torch.ones(5, 5), torch.ones(2, 2), torch.ones(3)))
    ((key, met),) = found.met.items()
    assert key[:2] == ("call", "REFUSED")
    assert (met.sample, met.plan.layouts) == (1, ("transposed",))
    assert found.failing[key] == {0, 1}
    assert found.tested == 3
    assert sum(found.refused.values()) > 2


def test_samples_that_cannot_be_tested_say_why() -> None:
    def raising(x: Any) -> Any:
        if isinstance(x, torch.Tensor):
            raise RuntimeError("no tensors today")  # noqa: TRY004 - as torch would
        return x

    sparse = torch.ones(2, 2).to_sparse()
    found, _ = scanned(planted(raising, 3, sparse, torch.ones(2)))
    assert found.tested == 0
    assert dict(found.skipped) == {
        "takes no tensor": 1,
        "takes a sparse tensor, which has no strides": 1,
        "raises in C order: RuntimeError: no tensors today": 1,
    }


def test_a_deadly_call_is_not_made_again() -> None:
    calls: list[Any] = []

    def counting(x: torch.Tensor) -> torch.Tensor:
        calls.append(x)
        return x

    before, _ = scanned(planted(counting, torch.ones(2)))
    made = len(calls)
    found, _ = scanned(planted(counting, torch.ones(2)), {Where(0, 2): "ended the process by SIGABRT"})
    assert len(calls) == 2 * made - 1
    assert found.calls == before.calls
    ((key, met),) = found.met.items()
    assert key[:2] == ("call", "CRASH")
    assert met.seen.message == "the call ended the process by SIGABRT"


def test_an_operator_that_dies_in_c_order_is_skipped() -> None:
    found, _ = scanned(planted(torch.neg, torch.ones(2)), {Where(0, 0): "ended the process by SIGSEGV"})
    assert dict(found.skipped) == {"in C order it ended the process by SIGSEGV": 1}
