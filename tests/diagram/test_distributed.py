from __future__ import annotations

from dataclasses import replace

from support.teams import FAILURE, PRODUCT, RUN, STEP, TERMS, TRANSFER, spread

from tensorlab.diagram.distributed import distributed_scene
from tensorlab.distributed.record import Crew, DistributedRun, Plan
from tensorlab.render.figure import Figure


def lines(run: DistributedRun) -> list[str]:
    text = Figure(run, distributed_scene(run)).text(width=80)
    assert max(map(len, text.splitlines())) <= 80
    return text.splitlines()


def test_every_part_has_its_table() -> None:
    told = lines(RUN)
    assert told[:4] == [
        "2 ranks on 1 host over gloo, 1 thread each: a processor",
        "collectives of float32",
        "collective  bytes    time      ±    GB/s  bus GB/s  checked",
        "all_reduce  4,096  200 µs  25.0%  0.0205    0.0205  all right",
    ]
    assert "row      1.00 ms  0.00%   2.00 ms    2.00x  0.000128   0.01  none" in told
    assert "training step   2 x 8    400 ms  500 ms    800 ms         50%  0.750x    1e-06" in told
    assert "training step: 50% = 80% (sharing the machine) x 62% (sending 244,403,360 B of" in told


def test_every_rank_of_every_matrix_is_drawn() -> None:
    told = "\n".join(lines(RUN))
    assert "row: a Shard(0) @ b Replicate = c Shard(0)" in told
    assert "a, Shard(0)\n   0\n0 [0]\n1 [1]" in told
    assert "b, Replicate\n     0\n0 [0=1]" in told
    assert "a     0      0    2,4      4,1     0,0   32 B  part 1/2" in told
    assert "b     0      0    4,4      4,1     0,0   64 B  copy 1/2" in told


def test_terms_are_drawn_unlike_copies() -> None:
    terms = replace(PRODUCT, matrices=(*PRODUCT.matrices[:2], spread("c", TERMS)))
    assert "0 ?0+1?" in lines(replace(RUN, products=(terms,)))


def test_a_plot_needs_two_sizes() -> None:
    assert not any("┤" in line for line in lines(RUN))
    two = replace(RUN, transfers=(TRANSFER, replace(TRANSFER, nbytes=8192)))
    assert any("┤" in line for line in lines(two))
    stood = replace(TRANSFER, nbytes=8192, seconds=(0.0,))
    assert not any("┤" in line for line in lines(replace(RUN, transfers=(TRANSFER, stood))))


def test_ranks_that_are_not_started_have_no_times() -> None:
    crew = Crew(ranks=2, hosts=1, backend="fake", device="cpu", threads=1, machine="none")
    fake = replace(PRODUCT, seconds=(), alone=(), error=None)
    told = lines(DistributedRun(asked=2, plan=Plan(parts=("products",)), crew=crew, products=(fake,)))
    assert told[0] == "2 ranks that are not started: torch's fake process group"
    assert "row         -  -         -        -        -      -  none" in told


def test_a_graphics_card_is_named() -> None:
    crew = Crew(ranks=2, hosts=2, backend="nccl", device="a card", threads=1, machine="a processor")
    assert lines(replace(RUN, crew=crew))[0] == "2 ranks on 2 hosts over nccl: a card"


def test_what_went_wrong_is_told() -> None:
    a = PRODUCT.matrices[0]
    odd = replace(a, pieces=(a.pieces[0], replace(a.pieces[1], nbytes=1)))
    wrong = replace(
        RUN,
        transfers=(replace(TRANSFER, wrong=2),),
        products=(replace(PRODUCT, matrices=(odd, *PRODUCT.matrices[1:])),),
        replicas=(replace(STEP, agree=False),),
        failure=FAILURE,
    )
    told = lines(wrong)
    assert any(line.endswith("2 wrong") for line in told)
    assert "a: found otherwise on rank 1" in told
    assert any("ranks" in line and "50%" in line for line in told)
    assert "wrong: all_reduce of 4,096 B: 2 wrong" in told
    assert told[-1] == "failed after 3 of 18 rows: rank 1 was ended by SIGKILL, in all_reduce of 4,096 B"
    assert lines(replace(RUN, interrupted=True))[-1] == "interrupted after 3 of 18 rows"
    assert lines(DistributedRun(asked=3, plan=Plan(), crew=None)) == ["3 ranks: they never met"]
