from __future__ import annotations

from support.teams import alone


def test_each_size_of_each_collective_is_checked_and_timed() -> None:
    rows = alone("""
from tensorlab.distributed.rows.collectives import transfers
with met(plan, steps.append) as team:
    print(json.dumps([encode(row) for row in transfers(plan, team)]))
""")
    told = [(row["collective"], row["nbytes"], row["wrong"], len(row["seconds"])) for row in rows]
    assert told == [
        (name, nbytes, 0, 4) for name in ("all_reduce", "all_gather", "reduce_scatter") for nbytes in (4096, 28)
    ]


def test_a_wrong_result_is_counted() -> None:
    wrong = alone("""
from tensorlab.distributed.rows import collectives
dist.all_reduce = lambda given: given.view(-1)[:3].add_(1)
for name in ("all_gather_into_tensor", "reduce_scatter_tensor", "all_gather_single", "reduce_scatter_single"):
    setattr(dist, name, lambda taken, given: taken.copy_(given).view(-1)[-1].add_(1))
with met(plan, steps.append) as team:
    print(json.dumps([row.wrong for row in collectives.transfers(replace(plan, sizes=(4096,)), team)]))
""")
    assert wrong == [3, 1, 1]
