from __future__ import annotations

from tensorlab.autograd.births.leaks import first_of, left, taken
from tensorlab.autograd.births.lineage import lineage
from tensorlab.dispatch.record import OpCall

FINE, ODD = (0, 0), (0, 1)


def step(number: int, node: str, given: tuple[int, int], gave: tuple[int, int], *, in_place: bool = False) -> OpCall:
    """One operator of a backward, in a chain of tensors."""
    made = number if in_place else number + 1
    return OpCall(
        number=number,
        name="aten.masked_fill_.Scalar" if in_place else "aten.div.Tensor",
        tensors=((number,), (made,)),
        storages=((number,), (made,)),
        versions=((0, int(in_place)),),
        odd=((given,), (gave,)),
        phase="backward",
        node=(node, 1),
    )


def test_another_node_takes_it() -> None:
    calls = [step(0, "SqrtBackward0", FINE, ODD), step(1, "MulBackward0", ODD, ODD)]
    found = lineage(calls)
    assert taken(calls, found) == {("SqrtBackward0", 1)}
    assert taken(calls, found, rerun={0}) == set()
    assert first_of(found.taints, calls, found) == 0


def test_the_caller_of_grad_takes_it() -> None:
    calls = [step(0, "SqrtBackward0", FINE, ODD)]
    assert (taken(calls, lineage(calls)), left(calls)) == (set(), {("SqrtBackward0", 1)})


def test_a_node_that_puts_it_right_left_nothing() -> None:
    calls = [step(0, "NormBackward1", FINE, ODD), step(1, "NormBackward1", ODD, FINE, in_place=True)]
    assert (taken(calls, lineage(calls)), left(calls)) == (set(), set())
