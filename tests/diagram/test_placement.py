from __future__ import annotations

from dataclasses import replace

from support.teams import PLACED

from tensorlab.diagram.placement import placed_scene
from tensorlab.render.figure import Figure


def test_parts_and_hand_overs_in_order() -> None:
    assert Figure(PLACED, placed_scene(PLACED)).text(width=80).splitlines() == [
        "alexnet: 1,024 B handed over in 2 steps, 2.00 ms, 50% of a pass",
        "part           device         bytes     time      ±     GB/s",
        "features       cpu              400  1.00 ms  0.00%",
        "to classifier  cpu to cuda:0  1,000  1.00 ms  0.00%    0.001",
        "to result      cuda:0 to cpu     24  1.00 ms  0.00%  2.4e-05",
        "",
        "cpu holds 400 B of parameters and buffers",
        "cuda:0 holds 800 B of parameters and buffers",
        "a pass: 4.00 ms ±0.00%; all on cpu: 8.00 ms ±0.00%, 2.00x as fast placed so",
        "the result differs from that of one device by 1e-06 of its largest value",
        "bytes: of parameters, and of what is handed over; every device is waited for",
        "  after each row",
    ]


def test_without_values_nothing_is_compared() -> None:
    assert "differs" not in Figure(PLACED, placed_scene(replace(PLACED, error=None))).text(width=80)
