from __future__ import annotations

from tensorlab.bench.conversions.record import Conversion, Conversions
from tensorlab.diagram.conversions import conversions_scene
from tensorlab.render.text import text

FOUND = Conversions(
    (("torch", "2.13.0+cpu"), ("NumPy", "2.4.6")),
    (
        Conversion(
            source="list of float", call="np.asarray", outcome="copies", made="ndarray", before="float", after="float64"
        ),
        Conversion(
            source="list of float",
            call="torch.tensor",
            outcome="copies",
            made="Tensor",
            before="float",
            after="float32",
        ),
        Conversion(
            source="ndarray, read-only",
            call="torch.from_numpy",
            outcome="shares",
            made="Tensor",
            before="float64",
            after="float64",
            lost=("read-only",),
            written=True,
            warning="not writable",
        ),
        Conversion(
            source="ndarray, read-only",
            call="torch.from_dlpack",
            outcome="dies",
            before="float64",
            reason="ended by SIGABRT",
        ),
        Conversion(
            source="ndarray, read-only",
            call="np.frombuffer",
            outcome="refuses",
            before="float64",
            reason="ValueError: At least one stride is negative, and tensors with such strides are not supported.",
        ),
    ),
)
DRAWN = """\
5 conversions, measured with torch 2.13.0+cpu, NumPy 2.4.6
from list of float (float)
function      bytes   makes            note
np.asarray    copies  ndarray float64
torch.tensor  copies  Tensor float32   other dtype

from ndarray, read-only (float64)
function           bytes    makes           note
torch.from_numpy   shares   Tensor float64  read-only is lost; a write reaches
                                            the source; warns
torch.from_dlpack  dies     -               ended by SIGABRT
np.frombuffer      refuses  -               ValueError: At least one stride is
                                            negative

hazards: what goes wrong, some of it without a word
read-only: torch.from_dlpack aborts, np.frombuffer raises, torch.from_numpy lets
  a read-only source be written"""


def test_a_table_to_the_letter() -> None:
    for _ in range(2):
        assert text(conversions_scene(FOUND)) == DRAWN
    assert text(conversions_scene(FOUND), ascii=True) == DRAWN


def test_a_narrow_page() -> None:
    assert max(map(len, text(conversions_scene(FOUND), width=50).splitlines())) <= 50
