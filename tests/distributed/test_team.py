from __future__ import annotations

from support.teams import alone


def test_a_block_is_timed_and_a_rank_that_only_waits_takes_none() -> None:
    found = alone("""
with met(plan, steps.append) as team:
    calls = []
    made = team.block(lambda: calls.append(1), 5)
    waited = team.block(lambda: calls.append(1), 5, only=False)
    loops = team.loops(lambda: None)
    crew = encode(team.crew(3))
    slow = team.slowest([1.0, 2.0])
print(json.dumps([made > 0, waited, len(calls), loops, crew, slow, steps, dist.is_initialized()]))
""")
    made, waited, calls, loops, crew, slow, steps, is_open = found
    assert (made, waited, calls, loops, slow) == (True, 0.0, 5, 1000, [1.0, 2.0])
    assert (crew["ranks"], crew["hosts"], crew["backend"], crew["device"], crew["threads"]) == (1, 1, "gloo", "cpu", 3)
    assert (steps, is_open) == (["meeting the other ranks"], False)
