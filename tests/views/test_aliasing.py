from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support.probe import run_python

from tensorlab.errors import ExpressionError
from tensorlab.views.expression import evaluate, parse

ROOTS = {"torch": torch, "np": np}


def _value(text: str) -> Any:
    return evaluate(parse(text), ROOTS)


POINTERS = [
    "np.lib.stride_tricks.as_strided(np.array([(4919, None)], dtype='i8,O')['f1'], (2,), (-8,)).tolist()",
    "np.lib.stride_tricks.as_strided(np.array([1, 2, 3], dtype='O'), (3,), (7,)).tolist()",
    "np.lib.stride_tricks.as_strided(x=np.array(['ab'], dtype='T'), shape=(2,), strides=(8,)).tolist()",
    "np.lib.stride_tricks.as_strided(np.array([(1, None)], dtype='i8,O'), (2,), (8,)).tolist()",
    "np.arange(3).view('O').tolist()",
    "np.arange(4).view('T').tolist()",
    "np.arange(3).view(np.object_).tolist()",
    "np.arange(3).view([('o', 'O')]).tolist()",
    "np.array([1], dtype='O').view('i8')",
    "np.array([(1, None)], dtype='i8,O').view('O,i8').tolist()",
    "np.array([(1, None)], dtype='i8,O')[0].view('O,i8')",
    "np.array([(1, None)], dtype='i8,O')[['f0']].view('O,i8').tolist()",
    "np.frombuffer(b'12345678', dtype='O').tolist()",
    "np.frombuffer(b'1234567812345678', dtype='T').tolist()",
    "np.frombuffer(b'12345678', dtype=[('o', 'O')]).tolist()",
    "np.array([4919], dtype=('i8', [('o', 'O')]))['o'].tolist()",
    "memoryview(b'12345678').cast('O').tolist()",
    "torch.frombuffer(b'abcd', dtype=torch.int32, count=2 ** 62)[torch.tensor([10 ** 9])]",
    "torch.frombuffer(b'abcdefgh', offset=4, dtype=torch.int32, count=2 ** 62 + 1)[torch.tensor([10 ** 9])]",
]


def test_no_bytes_are_read_as_pointers_nor_past_their_end() -> None:
    code = """
import sys
import numpy as np, torch
from tensorlab.errors import ExpressionError
from tensorlab.views.expression import evaluate, parse
for text in sys.argv[1:]:
    try:
        evaluate(parse(text), {"np": np, "torch": torch})
    except ExpressionError:
        print("refused", flush=True)
    else:
        print("allowed:", text, flush=True)
"""
    ran = run_python(code, *POINTERS)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == ["refused"] * len(POINTERS)


@pytest.mark.parametrize("text", [POINTERS[0], POINTERS[1], POINTERS[2]])
def test_strides_over_objects_are_told(text: str) -> None:
    with pytest.raises(ExpressionError, match="as_strided of a dtype that holds objects would read bytes as pointers"):
        _value(text)


def test_a_count_that_overflows_is_told() -> None:
    with pytest.raises(ExpressionError, match=r"frombuffer reads 4,611,686,018,427,387,904 elements of a buffer of 4"):
        _value(POINTERS[-2])


def test_objects_may_be_made_copied_and_indexed() -> None:
    assert _value("np.array([1, None], dtype='O').astype('O').copy().reshape(2, 1).T[0].tolist()") == [1, None]
    assert _value("np.zeros(2, 'i8,O')['f1'].tolist()") == [0, 0]
    assert _value("np.array([1, 2], dtype='O').view().tolist()") == [1, 2]
    assert _value("np.arange(4, dtype='u1').view('u2').size") == 2


def test_a_cached_value_of_python_stays_as_it_is() -> None:
    with pytest.raises(ExpressionError, match="out= in "):
        _value("torch.full((1,), 98, dtype=torch.uint8, out=torch.frombuffer(b'a', dtype=torch.uint8))")
    assert bytes([97]) == b"a"


@pytest.mark.parametrize(
    "text",
    [
        "np.lib.stride_tricks.as_strided(np.arange(6), (7,), (8,))",
        "np.lib.stride_tricks.as_strided(np.arange(6), (2,), (-8,))",
        "np.lib.stride_tricks.as_strided(np.arange(6)[3:], (4,), (8,))",
        "np.lib.stride_tricks.as_strided(x=np.arange(6), shape=(2,), strides=(10 ** 9,))",
    ],
)
def test_strides_that_leave_the_memory_of_the_array_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"as_strided reaches bytes -?[0-9]+ to [0-9]+ of the 48 that its array"):
        _value(text)


def test_strides_may_reach_all_that_the_owner_has() -> None:
    backwards = _value("np.lib.stride_tricks.as_strided(np.arange(6)[3:], (4,), (-8,))")
    assert backwards.tolist() == [3, 2, 1, 0]
    assert _value("np.lib.stride_tricks.as_strided(np.arange(6), (0, 9), (800, 8))").size == 0
    with pytest.raises(ExpressionError, match="as_strided needs an array, got list"):
        _value("np.lib.stride_tricks.as_strided([1, 2], (1,), (8,))")
    assert _value("np.lib.stride_tricks.as_strided(np.float64(3), (1,), (8,)).tolist()") == [3.0]
