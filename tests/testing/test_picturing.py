from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.render.figure import Figure
from tensorlab.scene.record import Group
from tensorlab.testing.picturing import counts, finding_scene, report_scene
from tensorlab.testing.record import Case, Finding, Laid, Report

COLUMN = Laid(
    layout=Layout((2, 2), (4, 8), itemsize=4), dtype=dtype("float32"), nbytes=16, classes=frozenset({"permuted"})
)
SCRIPT = "import torch\nx = torch.arange(1., 5.).view(2, 2).t()\nassert f(x)"
FOUND = Finding(
    verdict="SILENT-WRONG",
    contract="pure",
    case=Case(arguments=(COLUMN,)),
    message="result: element (0, 1) is 2.0, not 3.0",
    script=SCRIPT,
    confirmed=True,
)
REPORT = Report(
    target="shop:f",
    contract=("pure", "fresh"),
    tested=200,
    refused=(("TypeError: no", 3),),
    skipped=(("one", 1), ("two", 1), ("three", 1), ("four", 1)),
    classes=(("permuted", 150), ("gaps", 50)),
    findings=(FOUND,),
    seconds=0.25,
)
TEXT = """\
shop:f
breaks pure and fresh: 1 finding in 200 calls

SILENT-WRONG (pure): result: element (0, 1) is 2.0, not 3.0

x: torch.Tensor float32 (2, 2)
float32 (2, 2), strides (1, 2), offset 0 elements: permuted
address(i,j) = 0 + 1*i + 2*j   (elements)

storage, 4 cells of 4 B, numbered in elements
[0][1][2][3]
[n] used

element at each index, by its position in the storage (elements)
   0  1
0 [0][2]
1 [1][3]

script
import torch
x = torch.arange(1., 5.).view(2, 2).t()
assert f(x)

tested   200 calls, seed 0
refused  3: TypeError: no
skipped  1: one
         1: two
         1: three
         … 1 more reason
classes  permuted 150, gaps 50
time     250 ms
"""


def drawn(scene: Group, **options: bool) -> str:
    lines = Figure(None, scene).text(width=80, **options).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_a_report_is_its_sentence_its_findings_and_its_counts() -> None:
    assert drawn(report_scene(REPORT)) == TEXT
    assert drawn(report_scene(REPORT)) == drawn(report_scene(REPORT))


def test_in_ascii() -> None:
    assert drawn(report_scene(REPORT), ascii=True).isascii()


def test_without_scripts() -> None:
    assert "script" not in drawn(report_scene(REPORT, script=False))


def test_arguments_of_one_storage_are_drawn_over_it() -> None:
    other = Laid(
        layout=Layout((2,), (4,), 4, itemsize=4), dtype=dtype("float32"), nbytes=16, classes=frozenset({"offset"})
    )
    both = Finding(
        verdict="STRAY-WRITE",
        contract="in-place",
        case=Case(arguments=(COLUMN, other), together=((0, 1),)),
        message="m",
    )
    assert "2 objects, 1 storage" in drawn(finding_scene(both))
    apart = Finding(verdict="MUTATED", contract="pure", case=Case(arguments=(COLUMN, other)), message="m")
    assert "2 objects, 2 storages" in drawn(finding_scene(apart))


def test_nothing_found_and_nothing_tested() -> None:
    assert drawn(report_scene(Report(target="f", contract=("pure",), tested=5))).startswith(
        "f\nkeeps pure in 5 calls: nothing found\n"
    )
    assert "nothing could be tested" in drawn(report_scene(Report(target="f", contract=("pure",), tested=0)))


def test_long_reasons_are_cut() -> None:
    table = counts(Report(target="f", contract=("pure",), tested=0, skipped=(("why " * 100, 1),)))
    assert str(table.rows[1][1].span.text).endswith(" …")
