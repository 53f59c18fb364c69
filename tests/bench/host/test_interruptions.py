import pytest

from tensorlab.bench.host.interruptions import CROWDED, crowding, involuntary_switches


def test_the_count_only_grows() -> None:
    before, after = involuntary_switches(), involuntary_switches()
    assert before is None or (after is not None and after >= before)


@pytest.mark.parametrize(
    ("switches", "seconds", "threads", "environment"),
    [
        (None, 1.0, 2, {}),
        (int(CROWDED) - 1, 1.0, 2, {}),
        (10_000, 1.0, 1, {}),
        (10_000, 1.0, 2, {"OMP_WAIT_POLICY": "passive"}),
        (10_000, 0.0, 2, {}),
    ],
)
def test_no_doubt(switches: int | None, seconds: float, threads: int, environment: dict[str, str]) -> None:
    assert crowding(switches, seconds, threads, environment) == ()


def test_a_doubt_names_the_rate_and_the_cure() -> None:
    (doubt,) = crowding(300, 2.0, 2, {"OMP_WAIT_POLICY": "ACTIVE"})
    assert doubt.code == "crowded"
    assert "150 times a second" in doubt.text
    assert "OMP_WAIT_POLICY=PASSIVE" in doubt.cure
