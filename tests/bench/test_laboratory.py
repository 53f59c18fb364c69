from __future__ import annotations

from support.laboratory import double, laboratory


def test_a_workload_is_found_by_its_name() -> None:
    assert laboratory({}).workload("double").name == "double"


def test_the_judge_of_a_workload_is_found_once() -> None:
    calls: list[int] = []

    def counting(values: list[float]) -> list[float]:
        calls.append(1)
        return [2 * value for value in values]

    bench = laboratory({"numpy": double, "list": counting})
    assert [bench.judge("double"), bench.judge("double")] == ["numpy", "numpy"]
    assert len(calls) == 1
