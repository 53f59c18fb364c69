from tensorlab.models.profiling.gathering import LOSS, Counted, Life, Ran, Seen, Visit, gathered
from tensorlab.models.profiling.record import Block

NONE: frozenset[int] = frozenset()


def ran(name: str, place: tuple[str, int], moment: int, **more: object) -> Ran:
    told = {"kind": "compute", "reads": 4, "writes": 4, "macs": 0, "parameters": NONE, "dtype": "float32"} | more
    return Ran(name=name, place=place, moment=moment, **told)  # type: ignore[arg-type]  # the fields of a Ran


OUTER, LEAF = Visit("Net", 1, "Net", leaf=False), Visit("fc", 1, "Linear", leaf=True)
SEEN = Seen(
    visits=(None, OUTER, LEAF, OUTER, None),
    outputs={2: (), 3: ()},
    ran=(
        ran("mm", ("forward", 2), 2, parameters=frozenset({0}), macs=6),
        ran("view", ("forward", 3), 4, kind="view", reads=0, writes=0),
        ran("mul", ("forward", LOSS), 6),
        ran("clone", ("backward", 2), 8, kind="copy", parameters=frozenset({0})),
    ),
    held=(
        Life(40, "parameter", "fc.weight", None, -1, -1, 10),
        Life(8, "activation", "mm", ("forward", 2), 2, 7, 0),
    ),
    moments=(
        ("forward", 0),
        ("forward", 1),
        ("forward", 2),
        ("forward", 2),
        ("forward", 3),
        ("forward", 3),
        ("forward", LOSS),
        ("forward", LOSS),
        ("backward", 2),
        ("backward", 2),
    ),
    ends=(
        (0, ("forward", 0)),
        (1, ("forward", 1)),
        (3, ("forward", 2)),
        (5, ("forward", 3)),
        (7, ("forward", LOSS)),
        (9, ("backward", 2)),
    ),
    counted=tuple(Counted(n, n + 1) for n in range(6)),
)


def test_rows_are_parts_without_parts_and_whatever_else_ran() -> None:
    found = gathered(SEEN, "torch.profiler")
    assert [(row.name, row.kind, row.phase) for row in found.rows] == [
        ("fc", "Linear", "forward"),
        ("Net", "view", "forward"),
        ("loss", "mul", "forward"),
        ("fc", "Linear", "backward"),
    ]
    assert found.steps == (-1, -1, 0, 0, 1, 1, 2, 2, 3, 3)
    assert found.places == {("forward", 2): 0, ("forward", 3): 1, ("forward", LOSS): 2, ("backward", 2): 3}


def test_parameters_are_told_in_each_row_and_counted_once() -> None:
    rows = gathered(SEEN, "").rows
    assert [row.parameters for row in rows] == [10, 0, 0, 10]
    assert [row.fresh for row in rows] == [10, 0, 0, 0]


def test_views_and_copies() -> None:
    rows = gathered(SEEN, "").rows
    assert [(row.views, row.copies, row.copied) for row in rows] == [(0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 4)]


def test_storages_and_bytes_alive() -> None:
    found = gathered(SEEN, "")
    assert found.blocks[1] == Block(8, "activation", "fc: mm", 0, 2, 7)
    assert [(row.made, row.alive, row.peak) for row in found.rows] == [
        (8, 48, 48),
        (0, 48, 48),
        (0, 40, 48),
        (0, 40, 40),
    ]


def test_the_allocators_bytes_have_what_was_there_before() -> None:
    rows = gathered(SEEN, "").rows
    assert [(row.counted, row.counted_peak) for row in rows] == [(42, 43), (43, 44), (44, 45), (45, 46)]
    assert gathered(SEEN._replace(counted=()), "").rows[0].counted is None
