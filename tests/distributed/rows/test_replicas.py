from __future__ import annotations

from support.teams import alone


def test_replicas_do_what_one_process_does() -> None:
    rows = alone("""
from tensorlab.distributed.rows.replicas import replicas
with met(plan, steps.append) as team:
    print(json.dumps([encode(row) for row in replicas(plan, team)]))
""")
    assert [(row["work"], row["reduced"], row["agree"]) for row in rows] == [
        ("forward", 0, True),
        ("training step", 0, True),
    ]
    for row in rows:
        assert 0 <= row["error"] < 1e-4
        assert {len(row[name]) for name in ("alone", "beside", "together", "whole")} == {1}


def test_a_gradient_that_is_not_averaged_shows() -> None:
    error = alone("""
from tensorlab.distributed.rows import replicas
right = replicas.train
def scaled(network, images, labels):
    right(network, images, labels)
    if "Distributed" in type(network).__name__:
        next(network.parameters()).grad.mul_(2)
replicas.train = scaled
with met(plan, steps.append) as team:
    print(json.dumps([row.error for row in replicas.replicas(plan, team)][1]))
""")
    assert error > 0.9
