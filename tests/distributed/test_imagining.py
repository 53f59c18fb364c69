from __future__ import annotations

import json

from support.probe import run_python

from tensorlab.codec import decode
from tensorlab.distributed.rows.record import Product

PROGRAM = """
import json
from tensorlab.distributed.imagining import imagine
print(json.dumps(imagine(6, 10)))
"""


def test_six_ranks_in_one_process() -> None:
    ran = run_python(PROGRAM)
    assert ran.returncode == 0, ran.stderr
    found = [decode(Product, one) for one in json.loads(ran.stdout)["products"]]
    assert [(one.name, one.matrices[0].sharding.mesh, one.collectives) for one in found] == [
        ("row", (6,), ()),
        ("column", (6,), ()),
        ("inner", (6,), (("all_reduce", 1),)),
        ("2-D", (2, 3), ()),
    ]
    for one in found:
        assert [matrix.strangers for matrix in one.matrices] == [()] * len(one.matrices)
        assert all(len(matrix.pieces) == 1 for matrix in one.matrices)
    assert [str(one) for one in found[2].matrices[2].sharding.placements] == ["Partial(sum)"]
    assert found[3].matrices[2].sharding.shape == (10, 10)
