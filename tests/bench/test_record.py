from __future__ import annotations

from support.laboratory import double, header, run, skipped, workload

from tensorlab.bench.backends.constant import always
from tensorlab.bench.record import Catalogue, Header, Run, Skipped
from tensorlab.codec import decode, encode


def test_catalogues_add_up_and_the_later_implementation_wins() -> None:
    mine, yours = always(double), always(double)
    first = Catalogue((workload("a"),), {("numpy", "a"): mine})
    second = Catalogue((workload("b"),), {("numpy", "b"): mine, ("numpy", "a"): yours})
    both = first + second
    assert [item.name for item in both.workloads] == ["a", "b"]
    assert both.implementations == {("numpy", "a"): yours, ("numpy", "b"): mine}


def test_rows_and_header_survive_json() -> None:
    missing = skipped("memory", "needs 1 B", named=True)
    assert decode(Run, encode(run())) == run()
    assert decode(Skipped, encode(missing)) == missing
    assert decode(Header, encode(header())) == header()
