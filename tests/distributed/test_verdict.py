from __future__ import annotations

import pytest

from tensorlab.distributed.journal import RankState
from tensorlab.distributed.verdict import Signs, judged

WORKS = RankState(1, 5, "all_gather of 8 B", 10.0)
CLOSED = RankState(1, 5, "all_gather of 8 B", 10.0, "RuntimeError: [gloo] Connection closed by peer [127.0.0.1]:80")
WAITED = RankState(1, 5, "all_gather of 8 B", 10.0, "RuntimeError: Timed out waiting 8000ms for recv operation")
RAISED = RankState(1, 5, "row product of 8 x 8", 11.0, "MemoryError: too much")


@pytest.mark.parametrize(
    ("signs", "sentence"),
    [
        (Signs([CLOSED, WORKS], {0: 1, 1: -9}), "rank 1 was ended by SIGKILL, in all_gather of 8 B"),
        (Signs([WORKS, WORKS], {0: -15, 1: -9}), "rank 1 was ended by SIGKILL, in all_gather of 8 B"),
        (Signs([CLOSED, WORKS], {0: 1, 1: -15}), "rank 1 was ended by SIGTERM, in all_gather of 8 B"),
        (
            Signs([WAITED, WORKS], {0: 1, 1: -15}),
            "rank 1 hangs: the others waited for it in vain, in all_gather of 8 B",
        ),
        (Signs([WORKS, WORKS], {1: -15}), "rank 1 was ended by SIGTERM, in all_gather of 8 B"),
        (Signs([WORKS, WORKS], {0: -15, 1: 7}), "rank 1 ended with exit code 7, in all_gather of 8 B"),
        (Signs([WORKS, RAISED], {0: -15, 1: 1}), "rank 1 failed: MemoryError: too much, in row product of 8 x 8"),
        (Signs([CLOSED, RAISED], {0: 1}), "rank 1 failed: MemoryError: too much, in row product of 8 x 8"),
        (Signs([WORKS, CLOSED], {0: 7, 1: 1}), "rank 0 ended with exit code 7, in all_gather of 8 B"),
        (Signs([WAITED, WORKS], {}), "rank 1 hangs: the others waited for it in vain, in all_gather of 8 B"),
        (Signs([WAITED, RankState()], {}), "rank 1 hangs: the others waited for it in vain, in starting"),
        (Signs([CLOSED, CLOSED._replace(at=9.0)], {}), f"rank 1 failed: {CLOSED.error}, in all_gather of 8 B"),
        (Signs([RankState()] * 2, {}, launch="OSError: no"), "the launch failed: OSError: no"),
        (Signs([RankState()] * 2, {}), "the launch failed: torchrun ended without a word"),
        (Signs([WORKS, RankState(2, 3, "starting")], {}, silent=9.0), "rank 1 hangs: no step within 9 s, in starting"),
        (Signs([WORKS, WORKS], {}, late=3.0), "rank 0 was not done within 3 s, in all_gather of 8 B"),
    ],
)
def test_the_first_cause(signs: Signs, sentence: str) -> None:
    assert str(judged(signs)) == sentence
