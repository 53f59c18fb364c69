from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from tensorlab.errors import LayoutFindingError, TensorlabError, UnknownNameError, UnsupportedError
from tensorlab.testing.checks import assert_layout_invariant, check_layouts
from tensorlab.testing.record import CLASSES
from tensorlab.testing.scripts import WITHIN
from tensorlab.testing.subjects import contracts, name_of

ANY, TWO = ("float32[...]",), ("float32[...]",) * 2
MATRIX, IMAGE = ("float32[n, m]",), ("float32[n, c, h, w]",)


def flat(x: torch.Tensor) -> torch.Tensor:
    """Takes every tensor for a contiguous one."""
    return x.as_strided((x.numel(),), (1,))


def test_a_finding_is_small_and_its_script_was_run() -> None:
    report = check_layouts(flat, *MATRIX, examples=100)
    (finding,) = report.findings
    assert (finding.verdict, finding.contract, finding.confirmed) == ("SILENT-WRONG", "value", True)
    assert finding.case.arguments[0].layout.shape == (2, 2)
    assert len(finding.script.splitlines()) == 3
    assert not report.passed


def test_a_function_without_a_name_is_called_in_this_process() -> None:
    report = check_layouts(lambda x: flat(x), *MATRIX, examples=100)  # noqa: PLW0108 - it must have no name
    assert report.findings[0].confirmed
    assert report.findings[0].script.startswith("# the function has no name")


def test_a_failed_assertion_is_the_finding() -> None:
    with pytest.raises(LayoutFindingError, match=r"SILENT-WRONG \(value\): result: element"):
        assert_layout_invariant(lambda x: flat(x), *MATRIX, examples=50)  # noqa: PLW0108 - as above
    with pytest.raises(AssertionError, match="argument 0: float32"):
        assert_layout_invariant(lambda x: flat(x), *MATRIX, examples=50)  # noqa: PLW0108 - as above


def test_nothing_tested_is_no_success() -> None:
    with pytest.raises(UnsupportedError, match="nothing could be tested"):
        assert_layout_invariant(lambda x: x.no_such_method(), *ANY)
    assert "nothing could be tested" in str(check_layouts(lambda x: x.no_such_method(), *ANY))


def test_within_a_script_no_test_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, WITHIN, "1")
    assert check_layouts(flat, *MATRIX).tested == 0
    assert_layout_invariant(flat, *MATRIX)


def test_every_class_is_told() -> None:
    report = check_layouts(torch.neg, "float32|complex64[...]", examples=300)
    assert [name for name, _ in report.classes] == [name for name in CLASSES if name != "negative stride"]
    assert report.passed


def test_arguments_are_counted_where_no_spec_is_given() -> None:
    def both(x: torch.Tensor, y: torch.Tensor, scale: float = 2.0) -> torch.Tensor:
        return (x + y) * scale

    assert check_layouts(both, examples=50).tested == 50
    assert check_layouts(np.hypot, examples=50).classes[-1][0] == "negative stride"
    assert check_layouts(torch.add, examples=50).tested == 50
    with pytest.raises(UnsupportedError, match="nothing says how many arguments"):
        check_layouts(torch.cat)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"contract": "purr"}, UnknownNameError, "no contract is called 'purr'"),
        ({"contract": ()}, UnknownNameError, "no contract was named"),
        ({"classes": ["odd"]}, UnknownNameError, "no class of layouts is called 'odd'"),
        ({"examples": 0}, UnsupportedError, "at least one example; got 0"),
        ({"fn": 3}, UnsupportedError, "a function is called; got a int"),
        ({"spec": "float32["}, TensorlabError, "no argument is written"),
    ],
)
def test_a_bad_call_is_told(options: dict[str, Any], error: type[Exception], words: str) -> None:
    fn, spec = options.pop("fn", torch.neg), options.pop("spec", "float32[n]")
    with pytest.raises(error, match=words):
        check_layouts(fn, spec, **options)


def test_contracts_are_joined_by_a_plus_or_a_comma() -> None:
    assert contracts("in-place+alias-ok") == contracts("in-place, alias-ok") == ("in-place", "alias-ok")


def test_functions_have_names() -> None:
    assert name_of(np.add) == "numpy.add"
    assert name_of(torch.nn.Linear(1, 1)).endswith("Linear")


def test_only_the_classes_that_are_asked_for_are_drawn() -> None:
    report = check_layouts(torch.neg, *MATRIX, classes=["contiguous", "permuted"], examples=60)
    assert {name for name, _ in report.classes} <= {"contiguous", "permuted", "offset", "zero-size"}


def test_an_example_varies_in_layout_alone() -> None:
    shapes = set()

    def seen(x: torch.Tensor) -> torch.Tensor:
        shapes.add(tuple(x.shape))
        return x * 1

    assert check_layouts(seen, torch.rand(3, 4), examples=50).passed
    assert shapes == {(3, 4)}


def test_ties_may_be_resolved_either_way() -> None:
    report = check_layouts(torch.argsort, *MATRIX, examples=300, shrunk=False)
    assert report.passed, report


RIGHT: list[tuple[Any, tuple[Any, ...]]] = [
    *((fn, ANY) for fn in (
        torch.neg, torch.exp, torch.sin, torch.sqrt, torch.sigmoid, torch.tanh, torch.relu, torch.round, torch.sign,
        torch.abs, torch.square, torch.reciprocal, torch.isnan, torch.sum, torch.mean, torch.prod, torch.std, torch.var,
        torch.amax, torch.amin, torch.argmax, torch.argmin, torch.norm, torch.logsumexp, torch.count_nonzero,
        torch.nonzero, torch.flatten, torch.ravel, torch.unique, torch.clone, torch.zeros_like, torch.bincount,
        functional.gelu, functional.silu, functional.softplus, functional.elu, functional.hardtanh,
        functional.normalize, torch.atleast_2d, torch.numel, torch.isfinite, torch.erf, torch.floor, torch.trunc,
    )),
    *((fn, TWO) for fn in (
        torch.add, torch.sub, torch.mul, torch.div, torch.pow, torch.maximum, torch.atan2, torch.eq, torch.lt,
        torch.fmod, torch.remainder, torch.hypot, torch.dot, torch.cdist, torch.equal, torch.allclose,
        functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, torch.logical_and, torch.copysign,
    )),
    *((fn, MATRIX) for fn in (
        torch.t, torch.trace, torch.diag, torch.tril, torch.triu, torch.linalg.matrix_rank, torch.pinverse,
        torch.cov, torch.corrcoef, torch.fliplr, torch.rot90, torch.linalg.svdvals,
    )),
    (torch.matmul, ("float32[n, k]", "float32[k, m]")),
    (torch.bmm, ("float32[b, n, k]", "float32[b, k, m]")),
    (torch.mv, ("float32[n, k]", "float32[k]")),
    (torch.outer, ("float32[n]", "float32[m]")),
    (torch.addmm, ("float32[n, m]", "float32[n, k]", "float32[k, m]")),
    (torch.lerp, (*TWO, 0.5)),
    (torch.where, ("bool[...]", "float32[...]", "float32[...]")),
    (torch.softmax, ("float32[..., c]", -1)),
    (torch.log_softmax, ("float32[..., c]", 0)),
    (torch.cumsum, ("float32[..., c]", -1)),
    (torch.cumprod, ("float32[..., c]", 0)),
    (torch.sort, ("float32[..., c]",)),
    (torch.topk, ("float32[..., 3]", 2)),
    (torch.flip, ("float32[n, m]", [0, 1])),
    (torch.roll, ("float32[...]", 1)),
    (torch.index_select, ("float32[n, m]", 0, "int64[k] < n")),
    (torch.gather, ("float32[n, m]", 0, "int64[k, m] < n")),
    (torch.take, ("float32[n]", "int64[k] < n")),
    (torch.embedding, ("float32[n, m]", "int64[k] < n")),
    (torch.masked_select, ("float32[...]", "bool[...]")),
    (torch.kthvalue, ("float32[..., 3]", 2)),
    (torch.searchsorted, ("float32[n]", "float32[m]")),
    (torch.linalg.inv, ("float32[n, n]",)),
    (torch.linalg.det, ("float32[n, n]",)),
    (torch.linalg.solve, ("float32[n, n]", "float32[n, k]")),
    (torch.linalg.qr, ("float32[n, m]",)),
    (torch.linalg.cross, ("float32[n, 3]", "float32[n, 3]")),
    (functional.linear, ("float32[..., k]", "float32[m, k]", "float32[m]")),
    (functional.conv1d, ("float32[n, c, l]", "float32[o, c, 1]")),
    (functional.conv2d, ("float32[n, c, h, w]", "float32[o, c, 2, 2]")),
    (functional.max_pool2d, (*IMAGE, 2)),
    (functional.avg_pool2d, (*IMAGE, 2)),
    (functional.adaptive_avg_pool2d, (*IMAGE, 1)),
    (functional.interpolate, (*IMAGE, None, 2.0)),
    (functional.pixel_shuffle, ("float32[n, 4, h, w]", 2)),
    (functional.unfold, (*IMAGE, 2)),
    (functional.layer_norm, ("float32[..., 4]", (4,))),
    (functional.group_norm, ("float32[n, 4, h]", 2)),
    (functional.batch_norm, ("float32[n, c, h, w]", "float32[c]", "float32[c] >= 1 < 9")),
    (functional.cross_entropy, ("float32[n, c]", "int64[n] < c")),
    (functional.one_hot, ("int64[k] >= 0 < 5", 5)),
    (functional.pad, ("float32[n, m]", (1, 2))),
    (functional.scaled_dot_product_attention, ("float32[b, h, n, d]",) * 3),
    (torch.fft.fft, ("complex64[..., c]",)),
    (torch.conj, ("complex64[...]",)),
    (torch.view_as_real, ("complex64[...]",)),
    (torch.abs, ("complex64[...]",)),
    (torch.matmul, ("complex64[n, k]", "complex64[k, m]")),
    (torch.kron, ("int64[n, m]", "int64[k, l]")),
    (torch.bitwise_and, ("int32[...]", "int32[...]")),
    (torch.logical_not, ("bool[...]",)),
    (torch.sum, ("bfloat16[...]",)),
    (torch.mean, ("float16[...]",)),
    *((fn, ("np float64[...]",)) for fn in (
        np.negative, np.exp, np.sum, np.mean, np.std, np.cumsum, np.sort, np.argmax, np.ravel, np.copy, np.flip,
        np.transpose, np.diff, np.unique, np.floor, np.ptp, np.median,
    )),
    *((fn, ("np float64[...]",) * 2) for fn in (np.add, np.maximum, np.hypot, np.outer, np.array_equal)),
    (np.matmul, ("np float32[n, k]", "np float32[k, m]")),
    (np.where, ("np bool[...]", "np float32[...]", "np float32[...]")),
    (np.take, ("np float32[n, m]", "np int64[k] < n")),
    (np.linalg.norm, ("np float32[n, m]",)),
    (np.fft.fft, ("np complex128[..., c]",)),
]  # fmt: skip
"""Functions that are right for every layout, with arguments that they take."""


@pytest.mark.parametrize("start", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3))])
def test_what_is_right_gives_no_false_alarm(start: int) -> None:
    alarms, untested = [], []
    for fn, specs in RIGHT[start::4]:
        report = check_layouts(fn, *specs, examples=60, shrunk=False)
        if report.findings:
            alarms.append(str(report))
        if not report.tested:
            untested.append(str(report))
    assert alarms == []
    assert len(untested) <= 2, untested


@pytest.mark.parametrize(
    "fn",
    [
        lambda x: x.mul_(2), lambda x: x.zero_(), lambda x: x.copy_(x.flip(0) if x.ndim else x), lambda x: x.relu_(),
        lambda x: x.clamp_(max=3), lambda x: x.fill_(7), lambda x: x.cumsum_(0) if x.ndim else x, lambda x: x.sort(),
    ],
)  # fmt: skip
def test_what_is_right_in_place_gives_no_false_alarm(fn: Any) -> None:
    report = check_layouts(fn, *ANY, contract="in-place", examples=100, shrunk=False)
    assert report.passed, report
    assert report.tested == 100


@pytest.mark.parametrize(
    ("fn", "specs"), [(torch.add, TWO), (torch.neg, ANY), (torch.matmul, ("float32[n, k]", "float32[k, m]"))]
)
def test_what_is_right_with_out_gives_no_false_alarm(fn: Any, specs: tuple[str, ...]) -> None:
    report = check_layouts(fn, *specs, out=True, examples=100, shrunk=False)
    assert report.passed, report
    assert report.tested == 100


def test_modules_and_random_numbers_give_no_false_alarm() -> None:
    for module in (torch.nn.BatchNorm2d(3), torch.nn.Dropout(), torch.nn.GroupNorm(3, 3), torch.nn.Conv2d(3, 2, 2)):
        report = check_layouts(module, "float32[n, 3, h, w]", examples=60, shrunk=False)
        assert report.passed, report


def test_what_copies_into_c_order_refuses_nothing() -> None:
    def through_torch(a: Any) -> Any:
        return torch.from_numpy(np.ascontiguousarray(a)).numpy() * 2

    report = check_layouts(through_torch, "np float64|float32[...]", contract="total", examples=600, shrunk=False)
    assert report.passed, report


def test_what_reads_raw_memory_of_floats_with_strides_and_offset_is_right() -> None:
    def read(x: torch.Tensor) -> torch.Tensor:
        raw = torch.empty(0, dtype=x.dtype).set_(x.untyped_storage(), x.storage_offset(), x.shape, x.stride())
        return raw.clone()

    def copied(x: torch.Tensor) -> Any:
        return x.contiguous().numpy().copy()

    assert check_layouts(read, *ANY, examples=600, shrunk=False).passed
    assert check_layouts(copied, *ANY, contract="total", examples=600, shrunk=False).passed
    assert not check_layouts(read, *ANY, classes=["neg"], examples=100, shrunk=False).passed
    assert not check_layouts(read, "complex64[...]", examples=200, shrunk=False).passed


@pytest.mark.parametrize("fn", [torch.median, torch.nanmedian])
def test_a_median_that_leaves_the_memory_of_an_axis_that_repeats_is_found(fn: Any) -> None:
    """torch 2.13's own: ``torch.arange(3.)[:, None].expand(3, 3).median(-1)`` reads behind the last element."""
    report = check_layouts(fn, "float32[n, m]", -1, classes=["stride 0"], examples=100, shrunk=False)
    assert {(one.verdict, one.contract) for one in report.findings} == {("SILENT-WRONG", "value")}
