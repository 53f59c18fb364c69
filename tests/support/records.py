"""Every record of the package, and values of it drawn from its annotations."""

from __future__ import annotations

import dataclasses
import importlib
import types
import typing
from array import array
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Literal

from hypothesis import reject
from hypothesis import strategies as st
from support.layouts import layouts
from support.source import MODULES

from tensorlab.autograd.flow.record import Limits
from tensorlab.autograd.record import Graph, Node, SavedColumns
from tensorlab.bench.ceilings.record import Figure
from tensorlab.bench.chasing.record import Trial
from tensorlab.bench.conversions.record import Conversion
from tensorlab.bench.crossing.record import Aspect, DeviceModel
from tensorlab.bench.pairing.record import Blocks
from tensorlab.bench.record import Case, Run
from tensorlab.bench.slowness.record import OpRun, WhySlow
from tensorlab.distributed.record import Plan as DistributedPlan
from tensorlab.distributed.rows.record import Replicas
from tensorlab.errors import TensorlabError
from tensorlab.layout.bits.record import Bits, Number, Pattern
from tensorlab.layout.bits.stored import stored
from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.record import Answer, Layout, Overlap
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.reports.record import LayoutReport
from tensorlab.layout.shard import Placement, Sharding
from tensorlab.memory.files.record import FileRetention
from tensorlab.memory.record import Doubt, MemoryMap, Operand
from tensorlab.memory.retention.record import Member, Retention, SaveSize, StorageGroup
from tensorlab.memory.sharing_groups.record import SharedPair, SharingGroup, SharingMap
from tensorlab.memory.writes.record import WriteVerdict
from tensorlab.models.placement.record import Step
from tensorlab.models.profiling.record import Block, Output, Profile, Row
from tensorlab.models.record import Cost, LayerTime, LayerTimes
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Cells, Diagram, Plot, Span, Table
from tensorlab.testing.aten.record import AtenSweep, Plan
from tensorlab.testing.record import Laid
from tensorlab.testing.strategies.record import Bounds
from tensorlab.views.record import CopyNeeded, View

NOT_STORED = {
    "tensorlab.bench.record.Workload": "holds functions",
    "tensorlab.bench.record.Catalogue": "holds functions",
    "tensorlab.bench.backends.record.Backend": "holds functions",
    "tensorlab.process.record.Ended": "holds a script's globals",
    "tensorlab.process.record.Told": "holds what another process said, as it came",
    "tensorlab.testing.strategies.record.AliasedPair": "holds tensors",
    "tensorlab.testing.strategies.record.ViewChain": "holds tensors",
    "tensorlab.views.calls.Call": "holds a call's arguments as they are",
}
"""Records that live in one process."""


def record_types() -> dict[str, type]:
    """Every dataclass of every module called record.py and of the ground floor, by its full name."""
    names = [name for name in MODULES if name.endswith(".record")]
    found: dict[str, type] = {}
    for name in [
        *names,
        "tensorlab.layout.dtype",
        "tensorlab.layout.shard",
        "tensorlab.quantity",
        "tensorlab.progress",
        "tensorlab.views.calls",
        "tensorlab.views.primitives",
    ]:
        members = vars(importlib.import_module(name)).values()
        kinds = [kind for kind in members if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
        found |= {f"{kind.__module__}.{kind.__qualname__}": kind for kind in kinds}
    return dict(sorted(found.items()))


RECORDS = record_types()
STORED = {name: kind for name, kind in RECORDS.items() if name not in NOT_STORED}


def hints(kind: type) -> dict[str, Any]:
    """The annotation of each field that is stored, evaluated."""
    found = typing.get_type_hints(kind)
    stored = (field for field in dataclasses.fields(kind) if not field.metadata.get("transient"))
    return {field.name: found[field.name] for field in stored}


def alternatives(kind: type) -> list[list[type]]:
    """The records that may stand in one place, for each such place in an annotation of that record."""
    unions = [typing.get_args(part) for hint in hints(kind).values() for part in _parts(hint) if _is_union(part)]
    classes = [[member for member in members if isinstance(member, type)] for members in unions]
    return [[*filter(dataclasses.is_dataclass, members)] for members in classes]


def _parts(hint: Any) -> list[Any]:
    return [hint, *(part for inner in typing.get_args(hint) for part in _parts(inner))]


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in {typing.Union, types.UnionType}


@st.composite
def records(draw: st.DrawFn, kind: type, depth: int = 3) -> Any:
    """A record of that type that its constructor takes. Shrinks to small fields."""
    if kind in SPECIAL:
        return draw(SPECIAL[kind])
    try:
        return kind(**{name: draw(values(hint, depth)) for name, hint in hints(kind).items()})
    except TensorlabError:
        reject()


def values(hint: Any, depth: int = 3) -> st.SearchStrategy[Any]:
    """Values of an annotation; empty, where that is allowed, when nested too deep. Shrinks to the smallest of each."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return records(hint, depth)
    if origin is None:
        return st.sampled_from(hint) if issubclass(hint, Enum) else PLAIN[hint]
    if origin is Literal:
        return st.sampled_from(arguments)
    if _is_union(hint):
        simplest_first = sorted(arguments, key=dataclasses.is_dataclass)
        return st.deferred(
            lambda: st.one_of([values(kind, depth) for kind in simplest_first[: None if depth > 0 else 1]])
        )
    return _containers(origin, arguments, depth)


def _containers(origin: Any, arguments: tuple[Any, ...], depth: int) -> st.SearchStrategy[Any]:
    if origin is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*(values(kind, depth) for kind in arguments))
    most = 2 if depth > 0 else 0
    if origin is Mapping:
        return st.dictionaries(values(arguments[0]), values(arguments[1], depth - 1), max_size=most)
    return st.lists(st.deferred(lambda: values(arguments[0], depth - 1)), max_size=most).map(origin)


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(0, 2**70),
    float: st.floats(width=32),
    str: st.text(max_size=4),
    bytes: st.binary(max_size=4),
    bool: st.booleans(),
    types.NoneType: st.none(),
    array: st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4).map(lambda numbers: array("q", numbers)),
}


def _of_size(itemsize: int) -> DType:
    return DType("raw", itemsize, "void")


TWO_ROUNDS = st.tuples(st.floats(0, 1e6), st.floats(0, 1e6))
LAYER_TIMES = st.builds(LayerTime, records(Cost), TWO_ROUNDS)
VIEWS = layouts(max_axes=2).map(lambda layout: View(layout, _of_size(layout.itemsize)))
SHARED_PAIR = st.sampled_from(
    [
        SharedPair("a", "b", Overlap(Answer.YES, "search", ((0, 1), (1,)), 4)),
        SharedPair("a", "", Overlap(Answer.UNKNOWN, "cap", cap="too many positions")),
    ]
)
SLOTS = SavedColumns(
    nodes=array("q", [1, 1]),
    words=("self", "other"),
    names=array("q", [0, 1]),
    states=array("q", [0, 1]),
    layouts=(MemoryMap(type="torch.Tensor", library="torch", shape=(2,), dtype=None, layout=Layout((2,), (4,))),),
    forms=array("q", [0, -1]),
    storages=array("q", [0, -1]),
    sources=array("q", [0, -1]),
    devices=("cpu",),
    places=array("q", [0]),
    extents=array("q", [8]),
)
RATES = st.floats(1, 1e15)
SORTED = st.lists(st.floats(1e-9, 1e9), min_size=3, max_size=3).map(sorted)
BLOCKS = st.builds(
    lambda name, loops, seconds: Blocks(
        name=name,
        loops=loops,
        wall=seconds,
        cpu=seconds,
        turn=(0, 1),
        round=(0, 0),
        repeat=(0, 0),
        switches=(0, 3),
        faults=(2, 0),
        first=seconds[0],
        first_faults=7,
        waits=(1, 0),
    ),
    st.text(max_size=4),
    st.integers(1, 10**9),
    TWO_ROUNDS,
)
SPECIAL: dict[type, st.SearchStrategy[Any]] = {
    DistributedPlan: st.builds(DistributedPlan, side=st.integers(1, 2**16), parts=st.just(("alexnet",))),
    Step: st.builds(Step, name=PLAIN[str], device=PLAIN[str], source=PLAIN[str], nbytes=PLAIN[int], seconds=TWO_ROUNDS),
    Replicas: st.builds(
        Replicas,
        work=st.text(max_size=4),
        ranks=st.integers(1, 9),
        batch=st.integers(1, 9),
        threads=st.integers(1, 9),
        reduced=PLAIN[int],
        alone=TWO_ROUNDS,
        beside=TWO_ROUNDS,
        together=TWO_ROUNDS,
        whole=TWO_ROUNDS,
        error=PLAIN[float],
        agree=PLAIN[bool],
    ),
    Diagram: st.builds(
        lambda names, words, title: Diagram(
            tuple(Cell(Span(name)) for name in names),
            tuple((0, len(names) - 1, word) for word in words),
            (("inside", tuple(range(len(names)))),),
            title=title,
            legend=(Cell(Span("operation")),),
        ),
        st.lists(st.text(max_size=4), min_size=1, max_size=4),
        st.lists(st.text(max_size=4), max_size=3),
        st.text(max_size=4),
    ),
    Graph: st.builds(
        lambda label, slots: Graph(
            names=("AccumulateGrad", "MulBackward0"),
            kinds=array("q", [0, 1]),
            edges=array("q", [1, 0, 0, 0, 1, 1, 0, 0]),
            roots=((1, 0),),
            details={0: Node(number=0, name="AccumulateGrad", role="leaf", label=label)},
            slots=slots,
            metas=(((((2,), "float32"),)),),
            outputs=array("q", [0, 0]),
            sequences=array("q", [-1, 7]),
        ),
        PLAIN[str],
        st.sampled_from([None, (), SLOTS]),
    ),
    SavedColumns: st.just(SLOTS),
    Limits: st.builds(Limits, vanishing=st.floats(1e-30, 1), exploding=st.floats(1, 1e9), jump=st.floats(2, 1e9)),
    Plot: st.builds(
        lambda name, value: Plot(
            x=name,
            y="norm",
            series=((name, ((0.0, value, value / 2, value * 2), (1.0, value, value, value))),),
            log=True,
            marks=((1.0, None, Span("dead", "bad")), (0.0, value, Span(name))),
        ),
        PLAIN[str],
        st.floats(1e-30, 1e30),
    ),
    FileRetention: st.builds(
        FileRetention,
        path=PLAIN[str],
        kind=st.sampled_from(["torch archive", "npz archive"]),
        nbytes=st.integers(2**72, 2**73),  # of all that the fields below may say
        retention=st.deferred(lambda: records(Retention)),
        sharing=st.deferred(lambda: records(SharingMap)),
        idle_bytes=PLAIN[int],
        slimmable=PLAIN[int],
        unread=st.lists(PLAIN[str], max_size=2).map(tuple),
        doubts=st.lists(records(Doubt), max_size=1).map(tuple),
    ),
    SaveSize: st.builds(SaveSize, writer=PLAIN[str], least=PLAIN[int], most=PLAIN[int])
    | st.just(SaveSize(writer="torch.save", least=5, most=9, records=((9, 5), (7, 2**33))))
    | st.just(SaveSize(writer="torch.save", least=None, most=None, reason="a lambda")),
    SharedPair: SHARED_PAIR,
    SharingGroup: st.builds(
        SharingGroup,
        members=st.lists(st.tuples(PLAIN[str], records(MemoryMap)), min_size=2, max_size=2).map(tuple),
        nbytes=PLAIN[int],
        exact=PLAIN[bool],
        pairs=st.lists(SHARED_PAIR, max_size=2).map(tuple),
    ),
    StorageGroup: st.builds(
        StorageGroup,
        members=st.lists(records(Member), min_size=1, max_size=2).map(tuple),
        used=st.integers(0, 9),
        kept=st.none() | st.integers(9, 10**6),
        device=PLAIN[str],
        exact=PLAIN[bool],
        held=PLAIN[bool],
    ),
    Bits: st.just(
        Bits("0.1", (*stored("0.1", "float16"), *stored("nan", "float8_e4m3fn"), *stored("1j", "complex64")))
    ),
    Conversion: st.sampled_from(
        [
            Conversion(source="a", call="f", outcome="dies", reason="ended by SIGABRT"),
            Conversion(source="a", call="g", outcome="shares", made="list", lost=("values", "strides"), written=True),
        ]
    ),
    Number: st.sampled_from([Number("finite", True, 2**60, 3), Number("nan"), Number("infinity", True)]),
    Pattern: st.sampled_from([part.pattern for name in ("float32", "int8", "bool") for part in stored("1", name)]),
    Layout: layouts(max_axes=2),
    DType: st.sampled_from(list(DTYPES.values())),
    Overlap: st.sampled_from(
        [
            Overlap(Answer.NO, "bounds"),
            Overlap(Answer.YES, "search", ((0, 1), (1, 0)), 4),
            Overlap(Answer.UNKNOWN, "cap", cap="too many positions"),
        ]
    ),
    LayoutReport: layouts(max_axes=2).map(report),
    WriteVerdict: st.sampled_from(
        [
            WriteVerdict(
                safety="UNSAFE",
                overlap=Overlap(Answer.YES, "search", ((0, 1), (1, 0)), 4),
                elements=24,
                addresses=10,
                raises=False,
                library="torch",
                between=("dst", "src"),
            ),
            WriteVerdict(
                safety="UNKNOWN",
                overlap=Overlap(Answer.UNKNOWN, "cap", cap="too many positions"),
                elements=2**40,
                addresses=None,
                raises=None,
                library="numpy",
                reason="too many positions",
            ),
        ]
    ),
    Plan: st.just(Plan((0, 2), ("gaps", "transposed"))),
    AtenSweep: st.builds(
        lambda skipped, tested: AtenSweep(
            torch="2.13.0",
            dtype="float32",
            seed=0,
            ops=1,
            samples=tested + skipped,
            tested=tested,
            calls=4 * tested,
            seconds=1.5,
            workers=2,
            skipped=(("takes no tensor", skipped),),
        ),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    Operand: st.builds(lambda layout: Operand(layout, _of_size(layout.itemsize), 10**6, "zeros"), layouts()),
    Sharding: st.sampled_from(
        [
            Sharding(shape=(), itemsize=1, mesh=(1,), placements=(Placement("replicate"),)),
            Sharding(
                shape=(8, 3),
                itemsize=4,
                mesh=(2, 2),
                placements=(Placement("shard", 0, rounds=2), Placement("shard", 0)),
                mesh_names=("dp", "tp"),
                orders=((0, (1, 0)),),
                ranks=(3, 2, 1, 0),
                axes=(1, 0),
                own=(0, 1),
            ),
        ]
    ),
    LayerTime: LAYER_TIMES,
    LayerTimes: st.builds(
        LayerTimes,
        network=PLAIN[str],
        seed=PLAIN[int],
        batch=PLAIN[int],
        image=PLAIN[int],
        device=PLAIN[str],
        dtype=PLAIN[str],
        threads=PLAIN[int],
        host=PLAIN[str],
        layers=st.lists(LAYER_TIMES, min_size=1, max_size=2).map(tuple),
        whole=TWO_ROUNDS,
        doubts=st.lists(records(Doubt), max_size=1).map(tuple),
    ),
    Run: st.builds(
        Run,
        case=records(Case),
        host=PLAIN[str],
        loops=st.integers(1, 10**9),
        wall=TWO_ROUNDS,
        first=st.floats(0, 1e6),
        error=st.floats(0, 1e6),
        doubts=st.lists(records(Doubt), max_size=1).map(tuple),
    ),
    Figure: st.builds(
        Figure,
        kind=st.sampled_from(["read", "dispatch"]),
        probe=PLAIN[str],
        library=PLAIN[str],
        amount=st.floats(1, 1e12),
        unit=st.sampled_from(["B", "call"]),
        seconds=TWO_ROUNDS,
        loops=st.integers(1, 10**9),
        clock=st.sampled_from(["cpu", "wall"]),
        working_set=PLAIN[int],
        faults=st.floats(0, 1e6),
    ),
    Trial: SORTED.map(lambda ends: Trial(size=8, ratio=ends[1], low=ends[0], high=ends[2])),
    Aspect: SORTED.map(lambda ends: Aspect(seconds=ends[1], low=ends[0], high=ends[2])),
    Blocks: BLOCKS,
    DeviceModel: st.builds(
        DeviceModel,
        name=PLAIN[str],
        kind=PLAIN[str],
        source=PLAIN[str],
        assumed=PLAIN[str],
        bandwidth=RATES,
        peaks=st.lists(st.tuples(PLAIN[str], RATES), max_size=2).map(tuple),
        asking=st.floats(0, 1),
        to_device=RATES,
        from_device=RATES,
        pageable_to=st.none() | RATES,
        slack=st.floats(1, 9),
    ),
    WhySlow: st.builds(
        WhySlow,
        name=PLAIN[str],
        seconds=st.floats(0, 1e6),
        clock=st.sampled_from(["cpu", "wall"]),
        threads=PLAIN[int],
        ops=st.lists(records(OpRun), max_size=2).map(tuple),
        overhead=st.floats(0, 1),
        predicted=st.just((("dispatch", 0.5),)),
        blocks=st.lists(BLOCKS, max_size=1).map(tuple),
    ),
    Profile: st.builds(
        lambda rows, words, ending: Profile(
            name=words,
            inputs=(words,),
            device="cpu",
            threads=1,
            train=True,
            optimizer=words,
            host=words,
            parameters=5,
            rows=tuple(replace(row, seconds=(1.0, 0.5)) for row in rows),
            steps=(0, -1),
            blocks=(Block(8, "activation", words, 0, 0, ending),),
            whole=(1.0, 2.0),
            notes=(words,),
        ),
        st.lists(st.deferred(lambda: records(Row)), min_size=1, max_size=2),
        PLAIN[str],
        st.sampled_from([-1, 1]),
    ),
    Row: st.builds(
        Row,
        name=PLAIN[str],
        call=PLAIN[int],
        kind=PLAIN[str],
        phase=st.sampled_from(["forward", "backward", "optimizer"]),
        outputs=st.lists(records(Output), max_size=1).map(tuple),
        operators=st.lists(PLAIN[str], max_size=2).map(tuple),
        counted=st.none() | PLAIN[int],
        seconds=TWO_ROUNDS,
        part=st.floats(0, 1),
    ),
    View: VIEWS,
    Bounds: st.lists(st.integers(0, 40), min_size=4, max_size=4).map(
        lambda n: Bounds(min(n[:2]), max(n[:2]), min(n[2:]), max(n[2:]))
    ),
    Laid: VIEWS.map(
        lambda view: Laid(layout=view.layout, dtype=view.dtype, nbytes=view.layout.offset, classes=frozenset({"gaps"}))
    ),
    CopyNeeded: st.builds(CopyNeeded, st.just("flag"), VIEWS)
    | st.builds(lambda view: CopyNeeded("axes", view, (0, 1), 4, 8, 2), VIEWS),
    Table: st.just(Table(("a", "b"), ((Cell(Span("x")), Cell(Span(Quantity(2.0, "B")))),))),
    Cells: st.just(Cells((1, 2), (Cell(Span("x")), Cell(Span("y", "bad"), "note", right=True)), ((1, 1, 5),))),
}
"""Records whose fields depend on one another."""
