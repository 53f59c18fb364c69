from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from tensorlab.errors import LayoutError, TensorlabError, UnknownNameError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.testing.backward import check_backward
from tensorlab.testing.checks import check_layouts
from tensorlab.testing.record import Spec
from tensorlab.testing.specs import Constant
from tensorlab.testing.subjects import contracts, name_of, specs_for, subject_of
from tensorlab.testing.tracing import check_compiled, check_fake

BAD: dict[str, tuple[object, ...]] = {
    "contract": (None, 3, "purr", (), "", [None], {"pure": 1}),
    "out": (3, (2, 3), "float32[", b"x"),
    "keywords": (3, [1], "dim", {1: 2}),
    "seconds": ("a", 0, -1, True, float("nan")),
    "seed": ("a", None, 1.5, -1, 2**32, True),
    "classes": (3, [], ["odd"], "odd", [3], ()),
    "tolerance": (1e-3, (1, 2, 3), (-1, -1), "ab", (1, None), (float("inf"), 0), {}),
    "examples": (0, -5, 1.5, None, True),
    "reference": (3, "torch.neg"),
    "shrunk": ("no", 1, None),
    "origin": (3,),
    "before": (3,),
    "watch": (3,),
}
BAD_OPTIONS: list[dict[str, Any]] = [{name: one} for name, several in BAD.items() for one in several]
"""Arguments of ``check_layouts`` that say nothing."""


@pytest.mark.parametrize("options", BAD_OPTIONS, ids=str)
def test_what_says_nothing_is_refused_before_anything_is_called(options: dict[str, Any]) -> None:
    called: list[object] = []
    with pytest.raises(TensorlabError, match=r"got|no .* is (called|written)|no contract"):
        check_layouts(called.append, "float32[n]", **options)
    assert called == []


@pytest.mark.parametrize("spec", ["float33[n]", "float32[n", "", "float32[99999999]"])
def test_a_spec_that_cannot_be_is_refused(spec: str) -> None:
    with pytest.raises(TensorlabError, match=r"no dtype is called|no argument is written|at most 1,048,576 elements"):
        check_layouts(torch.neg, spec)


@pytest.mark.parametrize("specs", [(None,), (3, None), ([torch.ones(2)],), ({},)])
def test_where_nothing_is_laid_out_there_is_nothing_to_test(specs: tuple[object, ...]) -> None:
    with pytest.raises(UnsupportedError, match="none of the arguments is laid out"):
        check_layouts(torch.neg, *specs)


@pytest.mark.parametrize("check", [check_layouts, check_backward, check_fake, check_compiled])
def test_every_check_refuses_alike(check: Any) -> None:
    options = {"backend": "eager"} if check is check_compiled else {}
    for fn in ("f", 3, None):
        with pytest.raises(UnsupportedError, match="a function is called"):
            check(fn, "float32[n]", **options)
    for examples in (0, -5, 1.5):
        with pytest.raises(UnsupportedError, match="at least one example"):
            check(torch.neg, "float32[n]", examples=examples, **options)
    with pytest.raises(UnsupportedError, match="nothing says how many arguments"):
        check(lambda *, x: x, **options)


@pytest.mark.parametrize("check", [check_backward, check_fake])
def test_tensors_are_asked_for_where_arrays_have_nothing_to_say(check: Any) -> None:
    with pytest.raises(UnsupportedError, match="this looks at tensors"):
        check(np.sin, "np float32[n]")
    assert check(torch.mul, examples=10).tested == 10


@pytest.mark.parametrize(
    ("specs", "options", "reason"),
    [
        (("float32[n]",) * 3, {}, "TypeError"),
        (("float32[n]",), {"keywords": {"q": 1}}, "TypeError"),
        (("float32[n]",), {"out": True}, "unexpected keyword argument 'out'"),
        (("float32[n]",), {"classes": ["conj"]}, "can be of the classes that are asked for"),
    ],
)
def test_nothing_tested_did_not_pass_and_says_why(specs: tuple[str, ...], options: dict[str, Any], reason: str) -> None:
    def doubled(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    report = check_layouts(doubled, *specs, **options)
    assert (report.tested, report.passed, report.findings) == (0, False, ())
    assert reason in " ".join(str(report).split())


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_an_example_says_what_out_is() -> None:
    assert check_layouts(torch.neg, "float32[2, 3]", out=torch.ones(2, 3), examples=30).tested == 30
    assert check_layouts(np.negative, "np float32[2, 3]", out=np.ones((2, 3), "f"), examples=30).tested == 30
    with pytest.raises(UnsupportedError, match="a nested tensor"):
        check_layouts(torch.neg, torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]))


def test_out_that_is_needed_is_tested() -> None:
    def doubled(a: torch.Tensor, *, out: torch.Tensor) -> torch.Tensor:
        torch.as_strided(out, (out.numel(),), (1,)).copy_((a * 2).reshape(-1))
        return out

    report = check_layouts(doubled, "float32[n, m]", out=True, examples=200, shrunk=False)
    assert report.tested > 100
    assert "SILENT-WRONG" in {one.verdict for one in report.findings}
    with pytest.raises(UnsupportedError, match="no call with contiguous arguments shows what that is"):
        check_layouts(lambda x, *, out: x.no_such_method(out), "float32[n]", out=True)


def test_a_function_that_leaves_the_process_refuses() -> None:
    def leaves(x: torch.Tensor) -> torch.Tensor:
        if not x.is_contiguous():
            raise SystemExit(3)
        return x * 2

    report = check_layouts(leaves, "float32[n, m]", examples=50)
    assert report.passed
    assert report.refused[0][0] == "RuntimeError: it leaves the process: exit(N)"


def test_what_says_nothing_of_its_arguments_is_called_until_it_takes_them() -> None:
    assert specs_for(torch.relu, ()) == ("float32[...]",)
    assert specs_for(torch.matmul, ()) == ("float32[...]",) * 2
    assert specs_for(torch.addcmul, ()) == ("float32[...]",) * 3
    assert specs_for(np.hypot, ()) == ("np float32[...]",) * 2
    report = check_layouts(torch.relu, examples=50)
    assert (report.target, report.passed, report.tested) == ("torch.relu", True, 50)
    with pytest.raises(UnsupportedError, match=r"nothing says how many arguments torch\.relu takes"):
        subject_of(torch.relu, ())


def test_functions_have_the_names_that_people_use() -> None:
    assert name_of(torch.relu) == "torch.relu"
    assert name_of(functional.gelu) == "torch.nn.functional.gelu"
    assert name_of(np.add) == "numpy.add"


def test_constants_are_kept_beside_what_is_laid_out() -> None:
    assert subject_of(torch.pow, ("float32[n]", None)).slots[1] == Constant(None)
    assert contracts(["pure", "total"]) == ("pure", "total")


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"shape": 3}, UnsupportedError, "a tuple of sizes and names; got 3"),
        ({"shape": [2]}, UnsupportedError, r"a tuple of sizes and names; got \[2\]"),
        ({"shape": (2.0,)}, UnsupportedError, "a tuple of sizes and names"),
        ({"dtypes": ("float32",)}, UnsupportedError, "a tuple of dtypes"),
        ({"dtypes": "float32"}, UnsupportedError, "a tuple of dtypes"),
        ({"low": 1.5}, UnsupportedError, "a range goes from a number"),
        ({"library": "jax"}, UnknownNameError, "no library is called 'jax'"),
        ({"classes": ["gaps"]}, UnsupportedError, "a tuple of names"),
        ({"classes": ("odd",)}, UnknownNameError, "no class of layouts is called 'odd'"),
        ({"shape": (-1,)}, LayoutError, "cannot be negative"),
    ],
)
def test_a_spec_says_what_it_can(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    given: dict[str, Any] = {"shape": ("n",), "dtypes": (dtype("float32"),)} | fields
    with pytest.raises(error, match=words):
        Spec(**given)


@pytest.mark.parametrize("example", [torch.arange(6.0).view(2, 3), torch.arange(6).view(2, 3)])
def test_examples_share_memory_too(example: torch.Tensor) -> None:
    def trusts_the_storage(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return a * 2 if a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr() else a + b

    report = check_layouts(trusts_the_storage, example, example, contract="alias-ok", examples=200, shrunk=False)
    assert {one.contract for one in report.findings} == {"alias-ok"}
    alone = check_layouts(torch.neg, example, contract="alias-ok", examples=20)
    assert ("alias-ok was not tried: no two arguments can lie in one storage", 1) in alone.skipped
    assert check_layouts(torch.add, example, example, contract="alias-ok", examples=200).passed


def test_a_large_example_is_tested() -> None:
    assert check_layouts(torch.neg, torch.rand(64, 64), examples=20, shrunk=False).tested == 20


@pytest.mark.parametrize("fn", [torch.sort, torch.mode, torch.linalg.qr, torch.cummax])
def test_results_that_are_named_tuples_are_looked_into(fn: Any) -> None:
    def wrong(x: torch.Tensor) -> Any:
        flat = x.as_strided(x.shape, torch.empty(x.shape).stride(), x.storage_offset())
        return fn(flat, 0) if fn is torch.cummax else fn(flat)

    report = check_layouts(wrong, "float32[3, 3]", classes=["permuted"], examples=40, shrunk=False)
    assert {one.verdict for one in report.findings} == {"SILENT-WRONG"}
    right = check_layouts(lambda x: fn(x, 0) if fn is torch.cummax else fn(x), "float32[3, 3]", examples=40)
    assert right.passed, right
