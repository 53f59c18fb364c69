from __future__ import annotations

import random
import tracemalloc
from itertools import product
from time import thread_time

from hypothesis import given
from hypothesis import strategies as st
from support.layouts import all_indices, reference_address

from tensorlab.layout.collision import collision
from tensorlab.layout.record import Answer, Layout


def meets(dst: Layout, src: Layout, here: tuple[int, ...], there: tuple[int, ...], distance: int) -> bool:
    first, second = reference_address(dst, here), reference_address(src, there) + distance
    return first < second + src.itemsize and second < first + dst.itemsize


def brute_force(dst: Layout, src: Layout, distance: int) -> bool:
    pairs = product(all_indices(dst), all_indices(src))
    return any(here != there and meets(dst, src, here, there, distance) for here, there in pairs)


def check(dst: Layout, src: Layout, distance: int = 0) -> Answer:
    found = collision(dst, src, distance=distance)
    assert found.answer is (Answer.YES if brute_force(dst, src, distance) else Answer.NO), (dst, src, distance)
    if found.witness is not None:
        here, there = found.witness
        assert here != there
        assert meets(dst, src, here, there, distance)
        assert found.byte == max(reference_address(dst, here), reference_address(src, there) + distance)
    return found.answer


def test_every_small_pair_is_decided_as_all_pairs_of_indices_are() -> None:
    sizes, steps = (1, 2, 3), (-2, 0, 1, 2, 3)
    answers = [
        check(Layout((n,), (a,), 6, itemsize), Layout((n,), (b,), 4, 1), distance)
        for n in sizes
        for a in steps
        for b in steps
        for itemsize in (1, 2)
        for distance in (-1, 0, 2, 5)
    ]
    assert set(answers) == {Answer.YES, Answer.NO}


def test_pairs_of_two_and_three_axes_are_decided_as_all_pairs_of_indices_are() -> None:
    draw = random.Random(5)
    answers = {Answer.YES: 0, Answer.NO: 0, Answer.UNKNOWN: 0}
    for _ in range(3_000):
        shape = tuple(draw.randint(0 if draw.random() < 0.1 else 1, 4) for _ in range(draw.choice([2, 2, 3])))
        size = draw.choice([1, 1, 2])
        steps = [tuple(draw.choice([-6, -1, 0, 1, 2, 3, 4, 6, 7, 12, 24]) for _ in shape) for _ in range(2)]
        if draw.random() < 0.5:
            steps[1] = steps[0]
        dst, src = Layout(shape, steps[0], 100, size), Layout(shape, steps[1], 100, draw.choice([1, size]))
        answers[check(dst, src, draw.randint(-20, 20))] += 1
    assert min(answers[Answer.YES], answers[Answer.NO]) > 500


@given(
    st.lists(st.integers(1, 4), max_size=3).flatmap(
        lambda shape: st.tuples(
            st.just(tuple(shape)),
            *(st.tuples(*(st.integers(-12, 12) for _ in shape)) for _ in range(2)),
            st.integers(1, 4),
            st.integers(1, 4),
            st.integers(-12, 12),
        )
    )
)
def test_any_pair_is_decided_as_all_pairs_of_indices_are(
    drawn: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int, int, int],
) -> None:
    shape, first, second, one, other, distance = drawn
    check(Layout(shape, first, 200, one), Layout(shape, second, 200, other), distance)


def test_large_pairs_are_decided_without_a_walk() -> None:
    n = 10**9
    row = Layout((n,), (4,), 0, 4)
    assert collision(row, row).answer is Answer.NO
    assert collision(row, row, distance=4).witness == ((1,), (0,))
    square, turned = Layout((n, n), (4 * n, 4), 0, 4), Layout((n, n), (4, 4 * n), 0, 4)
    found = collision(square, turned)
    assert found.witness is not None
    assert found.witness[0] == found.witness[1][::-1]
    wide = Layout((n, n - 1), (4 * n, 4), 4, 4)
    found = collision(wide, Layout((n, n - 1), (4 * n, 4), 0, 4))
    assert found.witness == ((0, 0), (0, 1))


def test_two_that_meet_at_one_index_only_do_not_collide() -> None:
    assert check(Layout((3,), (1,)), Layout((3,), (1000,))) is Answer.NO
    assert collision(Layout((3, 1000), (1, 3)), Layout((3, 1000), (1, 3000))).answer is Answer.NO


def test_past_the_cap_it_is_not_known() -> None:
    """Both meet at every index of the diagonal and nowhere else, and no two of their strides are equal."""
    n = 10**6
    dst, src = Layout((n, n), (n, n * n), 0, 1), Layout((n, n), (n + 1, n * n - 1), 0, 1)
    found = collision(dst, src)
    assert found.answer is Answer.UNKNOWN
    assert "more than" in str(found.cap)


def test_the_whole_search_ends_soon_and_takes_little_memory() -> None:
    """A step that passes the target is never marked: these two took all the memory of a machine."""
    shape, before = (100_000, 997, 50), thread_time()
    dst = Layout(shape, (752_373_499, 711_384, 794_112), itemsize=1)
    tracemalloc.start()
    found = collision(dst, Layout(shape, (39_665_906, 14_047, 705_509), itemsize=4), distance=66_785)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.answer in Answer
    assert peak < 2**29
    assert thread_time() - before < 10
