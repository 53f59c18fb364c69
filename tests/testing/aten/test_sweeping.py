import os
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch.testing._internal.opinfo.core import SampleInput

from tensorlab.testing.aten.database import operators
from tensorlab.testing.aten.sweeping import sweep

if TYPE_CHECKING:
    from tensorlab.progress import Progress


class Planted:
    """What stands for an entry of torch's table."""

    variant_test_name = ""
    inplace_variant = None
    supports_out = False

    def __init__(self, name: str, function: Any) -> None:
        self.name, self.op = name, function

    def sample_inputs(self, *_: object) -> list[SampleInput]:
        tensors = (torch.arange(6.0).view(2, 3), torch.ones(2))
        return [SampleInput(tensor) for tensor in tensors]  # type: ignore[no-untyped-call]  # torch's own


def dying(x: torch.Tensor) -> torch.Tensor:
    if x.dim() == 2 and x.stride(0) == 1:
        os.abort()
    return x + 1


def test_an_operator_that_dies_is_a_finding_and_the_sweep_goes_on() -> None:
    seen: list[Progress] = []
    swept = sweep([Planted("dying", dying), Planted("neg", torch.neg)], watch=seen.append)
    assert (swept.samples, swept.tested, swept.skipped) == (4, 4, ())
    assert [progress.done for progress in seen] == [1, 2]
    (found,) = swept.unconfirmed
    assert (found.op, found.verdict, found.message) == ("dying", "CRASH", "the call ended the process by SIGABRT")
    assert swept.passed, "no script can call it by a name"


@pytest.mark.parametrize(
    ("name", "verdict", "argument"),
    [
        ("native_group_norm", "SILENT-WRONG", "args[0]"),
        ("take_along_dim", "REFUSED", "input"),
        ("kron", "REFUSED", "input"),
    ],
)
def test_known_bugs_are_found_again_each_with_a_script_that_fails(name: str, verdict: str, argument: str) -> None:
    known = [op for op in operators() if op.name == name]
    if not known:
        pytest.skip(f"this torch has no samples of {name}")
    swept = sweep(known)
    found = next(one for one in swept.findings if one.verdict == verdict and one.variant == "call")
    assert [one.name for one in found.relaid] == [argument]
    assert found.script.startswith("import torch\n")
    assert "tensorlab" not in found.script


@pytest.mark.parametrize("name", ["abs", "cumsum", "nn.functional.layer_norm", "view", "rand_like", "empty_like"])
def test_operators_that_do_as_they_should_have_no_finding(name: str) -> None:
    swept = sweep(operators([name]))
    assert (swept.findings, swept.unconfirmed) == ((), ())
    assert swept.tested == swept.samples
    assert bool(swept.waived) == (name in {"view", "rand_like", "empty_like"})


@pytest.mark.slow
def test_the_whole_table() -> None:
    swept = sweep(operators())
    assert swept.samples > 18_000
    assert swept.samples - swept.tested < 0.05 * swept.samples
    bugs = {"native_group_norm", "take_along_dim", "kron"} & {op.name for op in operators()}
    assert bugs <= {found.op for found in swept.findings}
