from typing import TYPE_CHECKING

import torch

from tensorlab.testing.aten.database import operators
from tensorlab.testing.aten.examining import WRITING, examine
from tensorlab.testing.aten.scanning import Steps

if TYPE_CHECKING:
    from tensorlab.testing.aten.scanning import Where


def test_one_operator_from_its_samples_to_a_script_that_fails() -> None:
    steps: list[Where] = []
    (op,) = operators(["kron"])
    found = examine(op, "kron", dtype=torch.float32, seed=0, steps=Steps(steps.append, {}))
    assert steps[-1] == WRITING
    (finding,) = found.findings
    assert (finding.verdict, finding.variant, finding.confirmed) == ("REFUSED", "call", True)
    assert sum(torch.Size(one.laid.layout.shape).numel() for one in finding.relaid) <= 4
    assert found.refused[0][1] > 1
