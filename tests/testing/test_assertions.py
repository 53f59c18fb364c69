import pytest

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.arguments import Written, written
from tensorlab.testing.assertions import Words, promise
from tensorlab.testing.placing import fill, place
from tensorlab.testing.record import Case, Contract, Finding, Laid, VerdictWord

FLIPPED = Laid(layout=Layout((2, 2), (4, 8), itemsize=4), dtype=dtype("float32"), nbytes=16, classes=frozenset())
ARRAY = Laid(layout=Layout((2,), (-4,), 4, 4), dtype=dtype("float32"), nbytes=8, classes=frozenset(), library="numpy")
COPY = "contiguous()"


def line(verdict: VerdictWord, contract: Contract, words: Words, *arguments: Laid) -> str:
    case = Case(arguments=arguments)
    placed = tuple(place(one, fill(one.layout.shape, one.dtype)) for one in arguments)
    found = written(case, placed, counted=(True,) * len(arguments), whole=verdict == "STRAY-WRITE")
    assert isinstance(found, Written)
    return promise(Finding(verdict=verdict, contract=contract, case=case, message=""), words, found)


@pytest.mark.parametrize(
    ("words", "arguments", "expected"),
    [
        (Words("f", keywords={"dim": 1}), (FLIPPED,), f"assert torch.equal(f(x, dim=1), f(x.{COPY}, dim=1))"),
        (Words("f", form="close"), (FLIPPED,), f"torch.testing.assert_close(f(x), f(x.{COPY}))"),
        (Words("f", reference="g"), (FLIPPED,), f"assert torch.equal(f(x), g(x.{COPY}))"),
        (Words("f", ("3", 0)), (FLIPPED,), f"assert torch.equal(f(3, x), f(3, x.{COPY}))"),
        (Words("f"), (ARRAY,), "assert np.array_equal(f(x), f(x.copy()))"),
        (Words("f", form="close"), (ARRAY,), "np.testing.assert_allclose(f(x), f(x.copy()), rtol=1e-5)"),
        (
            Words("f", outs={"out": 1}),
            (FLIPPED, FLIPPED),
            f"expected = y.{COPY}; xx = x.{COPY}; f(x, out=y); f(xx, out=expected); assert torch.equal(y, expected)",
        ),
    ],
)
def test_values_are_held_against_those_of_contiguous_copies(
    words: Words, arguments: tuple[Laid, ...], expected: str
) -> None:
    assert line("SILENT-WRONG", "pure", words, *arguments) == expected


def test_an_effect_is_held_against_that_on_a_copy() -> None:
    told = line("SILENT-WRONG", "in-place", Words("f"), FLIPPED)
    assert told == f"expected = x.{COPY}; f(x); f(expected); assert torch.equal(x, expected)"
    told = line("SILENT-WRONG", "in-place", Words("f", held=True), FLIPPED)
    assert told == f"expected = x.{COPY}; held = x.view_as(x); f(x); f(expected); assert torch.equal(held, expected)"
    told = line("SILENT-WRONG", "in-place", Words("f", reference="g"), FLIPPED)
    assert told == f"expected = x.{COPY}; f(x); assert torch.equal(x, g(expected))"


def test_several_arguments_stay_as_they_are() -> None:
    told = line("MUTATED", "pure", Words("f"), FLIPPED, FLIPPED)
    assert told == "before = x.clone(), y.clone(); f(x, y); assert all(map(torch.equal, (x, y), before))"
    told = line("MUTATED", "in-place", Words("f"), FLIPPED, FLIPPED)
    assert told == "before = y.clone(); f(x, y); assert torch.equal(y, before)"


def test_bases_stay_as_they_are() -> None:
    told = line("STRAY-WRITE", "in-place", Words("f"), ARRAY)
    assert told == "old = base.copy(); f(x); x[...] = 0; old[::-1][...] = 0; assert np.array_equal(base, old)"
    told = line("STRAY-WRITE", "pure", Words("f"), FLIPPED, FLIPPED)
    assert told.startswith("old_x = base_x.clone(); old_y = base_y.clone(); f(x, y); assert torch.equal(base_x, old_x)")


def test_several_results_and_several_owners() -> None:
    told = line("ALIAS", "fresh", Words("f", form="each"), FLIPPED, FLIPPED)
    assert told == (
        "for result in f(x, y): assert result.untyped_storage().data_ptr() not in"
        " (x.untyped_storage().data_ptr(), y.untyped_storage().data_ptr())"
    )
    assert line("ALIAS", "fresh", Words("f"), ARRAY) == "assert not (np.shares_memory(f(x), x))"
    assert line("ALIAS", "view", Words("f"), ARRAY) == "assert np.shares_memory(f(x), x)"


def test_copies_of_arguments_that_lie_together_are_made_before_the_call() -> None:
    flat = Layout((1, 3), (12, 4), itemsize=4)
    kind = dtype("float32")
    laid = [
        Laid(layout=Layout(flat.shape, flat.strides, offset, 4), dtype=kind, nbytes=20, classes=frozenset())
        for offset in (4, 0)
    ]
    case = Case(arguments=tuple(laid), together=((0, 1),))
    placed = tuple(place(one, fill((1, 3), kind)) for one in laid)
    found = Finding(verdict="SILENT-WRONG", contract="alias-ok", case=case, message="")
    made = written(case, placed, counted=(True, True), whole=True)
    assert made is not None
    copies = "xx = x.clone(memory_format=torch.contiguous_format); yy = y.clone(memory_format=torch.contiguous_format)"
    assert promise(found, Words("f"), made) == f"{copies}; assert torch.equal(f(x, y), f(xx, yy))"
