from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.calling import Subject
from tensorlab.testing.judging import judge
from tensorlab.testing.record import Case, Laid
from tensorlab.testing.specs import parse, slot

GAPS = Layout((2, 2), (16, 4), offset=4, itemsize=4)
PLAIN = Layout((2, 2), (8, 4), itemsize=4)
COLUMNS = Layout((2, 2), (4, 8), itemsize=4)


def found(fn: Any, *layouts: Layout, contract: str = "pure", library: str = "torch", **more: Any) -> list[str]:
    """Verdict, contract and message of what one call breaks."""
    laid: Any = tuple(
        Laid(layout=one, dtype=dtype("float32"), nbytes=40, classes=frozenset({"gaps"}), library=library)  # type: ignore[arg-type]  # one of two
        for one in layouts
    )
    text = ("np " if library == "numpy" else "") + "float32[n, n]"
    slots = tuple(slot(text) for _ in layouts[: len(layouts) - ("out" in more)])
    subject = Subject(fn, slots, contract=tuple(contract.split("+")), **more)  # type: ignore[arg-type]  # words of a test
    return [f"{one.verdict} {one.contract}: {one.message}" for one in judge(subject, Case(arguments=laid))]


def test_wrong_values() -> None:
    assert found(lambda x: x.as_strided((4,), (1,)), COLUMNS) == [
        "SILENT-WRONG value: result: element (1,) is 3.0, not 2.0 (2 of 4 are wrong)"
    ]


def test_an_argument_that_is_written() -> None:
    assert found(lambda x: x.mul_(2), GAPS) == ["MUTATED pure: argument 0 was written: element (0, 0)"]
    assert found(lambda x: x.mul_(2), GAPS, contract="value") == []
    assert found(lambda x: x.mul_(2), GAPS, contract="in-place") == []


@pytest.mark.parametrize("contract", ["value", "pure", "in-place"])
def test_bytes_beside_the_elements(contract: str) -> None:
    def clears_all(x: torch.Tensor) -> torch.Tensor:
        whole = torch.empty(0).set_(x.untyped_storage())
        result = x + 1
        whole[0] = 7
        return result

    promised = "in-place" if contract == "in-place" else "pure"
    line, *_ = found(clears_all, GAPS, contract=contract)
    assert line.startswith(f"STRAY-WRITE {promised}: byte ")
    assert line.endswith("more in its storage belong to no element of argument 0, and changed")


def test_bytes_outside_the_storage_of_an_array() -> None:
    def overruns(x: Any) -> Any:
        if x.base is not None:
            ctypes.memset(x.base.ctypes.data + x.base.nbytes, 1, 4)
        return x + 1

    (line,) = found(overruns, GAPS, library="numpy")
    assert line.startswith("STRAY-WRITE pure: byte 4")
    assert "outside its storage" in line


def test_a_result_in_an_arguments_memory() -> None:
    assert found(lambda x: x[0], GAPS, contract="fresh") == ["ALIAS fresh: the result shares memory with argument 0"]
    assert found(lambda x: x[0].clone(), GAPS, contract="fresh") == []
    assert found(lambda x: x[0], GAPS, contract="view") == []
    assert found(lambda x: x.reshape(4), GAPS, contract="view") == [
        "ALIAS view: the result shares no memory with an argument"
    ]
    assert found(lambda x: x[:0], GAPS, contract="view") == []


def test_a_result_in_another_order() -> None:
    assert found(lambda x: x.neg(), COLUMNS, contract="contiguous-out") == [
        "SILENT-WRONG contiguous-out: result: strides (1, 2) of shape (2, 2) are not C order"
    ]
    assert found(np.negative, COLUMNS, contract="contiguous-out", library="numpy") == [
        "SILENT-WRONG contiguous-out: result: strides (4, 8) bytes of shape (2, 2) are not C order"
    ]
    assert found(lambda x: x.neg().contiguous(), COLUMNS, contract="contiguous-out") == []


def test_refusing_breaks_a_promise_only_where_it_is_one() -> None:
    assert found(lambda x: x.view(4), COLUMNS) == []
    (line,) = found(lambda x: x.view(4), COLUMNS, contract="total")
    assert line.startswith("REFUSED total: raises RuntimeError: view size is not compatible")


def test_what_is_written_in_place_is_judged_in_its_memory() -> None:
    def rebinds(x: torch.Tensor) -> None:
        x.data = x * 2

    def copies(x: torch.Tensor) -> None:
        x.reshape(-1).mul_(2)

    (line,) = found(copies, COLUMNS, contract="in-place")
    assert line.startswith("SILENT-WRONG in-place: argument 0 after the call: element (0, 0) is 1.0, not 2.0")
    assert found(lambda x: x.mul_(2) and None if x.numel() < 2 else x.mul_(2), GAPS, contract="in-place") == []
    assert found(rebinds, GAPS, contract="in-place")


def test_out_is_filled_as_it_lies_and_comes_back() -> None:
    spec = parse("float32[n, n]")
    assert found(torch.add, PLAIN, PLAIN, COLUMNS, out=spec) == []

    def forgets(x: torch.Tensor, *, out: torch.Tensor) -> torch.Tensor:
        return out.copy_(x) if out.is_contiguous() else x.clone()

    def restrides(x: torch.Tensor, *, out: torch.Tensor) -> torch.Tensor:
        out.as_strided_((2, 2), (2, 1), 0)
        return out.copy_(x)

    wrong = found(forgets, PLAIN, COLUMNS, out=spec)
    assert any(line.startswith("SILENT-WRONG in-place: argument 1 after the call") for line in wrong)
    assert found(restrides, PLAIN, COLUMNS, out=spec)


def test_a_reference_may_be_of_another_library() -> None:
    assert found(torch.neg, COLUMNS, reference=lambda x: -x.numpy()) == []
    assert found(torch.abs, COLUMNS, reference=lambda x: -x.numpy())


def test_a_reference_for_what_is_done_in_place_may_return_it() -> None:
    assert found(lambda x: x.mul_(2), GAPS, contract="in-place", reference=lambda x: x * 2) == []
    assert found(lambda x: x.mul_(3), GAPS, contract="in-place", reference=lambda x: x * 2)


def test_random_numbers_in_another_order_are_no_finding() -> None:
    assert found(torch.rand_like, COLUMNS) == []
    assert found(torch.nn.functional.dropout, COLUMNS) == []


def test_what_differs_from_call_to_call_is_no_finding() -> None:
    counter = iter(range(1000))
    assert found(lambda x: x + next(counter), COLUMNS) == []
