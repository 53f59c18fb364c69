from __future__ import annotations

import torch
from support.wrong_backwards import Flat, OneElement

import tensorlab
from tensorlab.render.text import text
from tensorlab.testing import check_gradients
from tensorlab.testing.gradient_checks.picture import gradients_scene

PICTURE = """\
WRONG  gradients of OneElement are wrong: 1 of 4 numbers; d output[1] / d input
  0[1] is 6 by backward, 3 by finite differences (relative error 0.5)

input    type     shape
input 0  float64  (2,)   checked

derivative of  by          backward  finite differences  relative error
output[1]      input 0[1]         6                   3             0.5  wrong
output[0]      input 0[0]         3                   3         8.2e-11  good
output[0]      input 0[1]         0                   0               0  good
output[1]      input 0[0]         0                   0               0  good

step 1e-06, differences up to 1e-05 + 0.001 of the number are rounding"""


def test_the_whole_picture() -> None:
    found = check_gradients(OneElement.apply, torch.tensor([1.0, 2.0], dtype=torch.float64))
    drawn = text(gradients_scene(found), width=80).rstrip()
    assert drawn == PICTURE.rstrip()
    assert text(gradients_scene(found), width=80, ascii=True).rstrip() == drawn
    assert str(tensorlab.show(found)).rstrip() == drawn


def test_each_layout_has_a_table() -> None:
    found = check_gradients(Flat.apply, torch.ones(2, 2, dtype=torch.float64), layouts=True)
    drawn = text(gradients_scene(found), width=80)
    assert "grad_output is permuted (strides (1, 2))" in drawn
    assert drawn.count("derivative of") >= 2
