"""Families of names of nodes."""

from __future__ import annotations

import pytest

from tensorlab.autograd.vocabulary import NOTES, ROLES, bare, family, is_function


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MulBackward0", "MulBackward0"),
        ("torch::autograd::AccumulateGrad", "AccumulateGrad"),
        ("torch::autograd::CopyBackwards", "CopyBackwards"),
        ("torch::autograd::Error", "Error"),
        ("DelayedError", "Error"),
        ("NotImplemented", "NotImplemented"),
        ("ForeachMulBackward0List", "foreach"),
        ("SigmoidBackwardBackward0", "double"),
        ("GeneratedBackwardFor_mylib_square_defaultBackward", "registered"),
        ("ScaleBackward", "custom"),
        ("CheckpointFunctionBackward", "CheckpointFunctionBackward"),
        ("CompiledFunctionBackward", "CompiledFunctionBackward"),
    ],
)
def test_a_name_is_of_a_family(name: str, expected: str) -> None:
    assert family(name) == expected


def test_python_functions_are_told_by_their_names() -> None:
    assert is_function("Mul0Backward")
    assert not is_function("Mul0Backward0")
    assert not is_function("torch::autograd::UndefinedGradBackward")
    assert bare("a::b::C") == "C"


def test_a_note_is_a_short_sentence() -> None:
    notes = [note for told in NOTES.values() for note in told]
    assert all(10 < len(note) < 115 and note[0].islower() and not note.endswith(".") for note in notes)
    assert set(ROLES.values()) == {"leaf", "as-strided", "custom", "checkpoint", "compiled", "copy-slices"}
