from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.render.figure import Figure
from tensorlab.testing.aten.picture import aten_scene
from tensorlab.testing.aten.record import AtenFinding, AtenSweep, Relaid, Waived
from tensorlab.testing.record import Laid

LAID = Laid(layout=Layout((2,), (8,), itemsize=4), dtype=dtype("float32"), nbytes=24, classes=frozenset({"gaps"}))
FOUND = AtenFinding(
    op="cat", variant="out", sample=0, verdict="SILENT-WRONG",
    message="element (0,) of the result is 0.0; in C order 1.0",
    relaid=(Relaid(name="out", laid=LAID),), alike=3, script="import torch\nassert False", confirmed=True,
)  # fmt: skip
SWEPT = AtenSweep(
    torch="2.13.0", dtype="float32", seed=0, ops=2, samples=100, tested=97, calls=900, seconds=3.2, workers=2,
    refused=(("RuntimeError: no", 5),), skipped=(("takes no tensor", 3),),
    waived=(Waived(op="rand_like", reason="random", calls=4), Waived(op="uniform", reason="random", calls=9)),
    findings=(FOUND,),
)  # fmt: skip
TEXT = """\
2 operators of torch 2.13.0, float32, seed 0, 3 s in 2 processes
         samples   share  reason
tested        97  97.0 %  under at least 4 layouts each
skipped        3   3.0 %
               3   3.0 %  takes no tensor

900 calls under other layouts than C order

refused, calls
5  RuntimeError: no

differences that are an operator's right, calls
13 random: uniform, rand_like

SILENT-WRONG: cat with out=, out gaps (3 samples)
element (0,) of the result is 0.0; in C order 1.0
import torch
assert False

1 finding in 1 operator"""


def test_the_picture_of_a_sweep() -> None:
    assert Figure(SWEPT, aten_scene(SWEPT)).text(width=80) == TEXT
    assert Figure(SWEPT, aten_scene(SWEPT)).text(width=80, ascii=True) == TEXT


def test_scripts_may_be_left_out() -> None:
    text = Figure(SWEPT, aten_scene(SWEPT, scripts=False)).text(width=80)
    assert "import torch" not in text
    assert "element (0,) of the result is 0.0" in text
