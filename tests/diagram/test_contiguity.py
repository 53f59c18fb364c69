from __future__ import annotations

from tensorlab.diagram.contiguity import contiguity_scene
from tensorlab.layout.memory_format import contiguity
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.record import Contiguity
from tensorlab.render.text import text

FREE = contiguity(Layout((2, 1, 3, 4, 5), (240, 480, 80, 20, 4), itemsize=4), "torch.Tensor")
PICTURE = """\
torch.Tensor (2, 1, 3, 4, 5), strides (60, 120, 20, 5, 1)
contiguous; stride[1]=120 is free because size is 1 (canonical 60)
ambiguous: contiguous and channels_last_3d

format            in it  first stride that breaks it  needs
contiguous        yes
F order           no     stride[0]=60                     1
channels_last_3d  yes

suggested memory format     contiguous
.contiguous()               returns itself
strides that clone() keeps  (60, 120, 20, 5, 1)"""


def lines(found: Contiguity) -> list[str]:
    return text(contiguity_scene(found)).splitlines()


def test_the_whole_picture() -> None:
    assert text(contiguity_scene(FREE), width=80).rstrip() == PICTURE
    assert text(contiguity_scene(FREE), width=80, ascii=True).rstrip() == PICTURE


def test_one_line_where_no_stride_is_free() -> None:
    found = contiguity(Layout((2, 1, 3, 3), (9, 9, 3, 1)), "torch.Tensor")
    assert lines(found)[1:3] == ["ambiguous: contiguous and channels_last", ""]


def test_bytes_are_named_where_strides_are_no_whole_elements() -> None:
    out = lines(contiguity(Layout((2, 3), (5, 16), itemsize=4), "numpy.ndarray"))
    assert out[0] == "numpy.ndarray (2, 3), strides (5, 16) B"
    assert "contiguous  no     stride[1]=16 B                 4 B" in out
    assert ".contiguous()               copies 24 B" in out


def test_negative_strides_are_not_cloned_by_torch() -> None:
    out = lines(contiguity(Layout((3,), (-1,), 2), "numpy.ndarray"))
    assert not any("clone" in line for line in out)


def test_components_are_drawn_one_by_one() -> None:
    whole = Contiguity(type="torch.Tensor", layout=None, parts=(("values", FREE),), doubt="it has no strides")
    out = lines(whole)
    assert out[:2] == ["torch.Tensor", "it has no strides"]
    assert "values: torch.Tensor (2, 1, 3, 4, 5), strides (60, 120, 20, 5, 1)" in out
