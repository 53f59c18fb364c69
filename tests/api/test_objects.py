from __future__ import annotations

import warnings
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from support.probe import run_python

from tensorlab.api import objects
from tensorlab.api.objects import compare, show
from tensorlab.errors import RaggedError, UnavailableError, UnknownNameError, UnsupportedError
from tensorlab.memory.record import Comparison, ForkCost, MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.scene.record import Cells, Group

if TYPE_CHECKING:
    from tensorlab.diagram.filling import Content
    from tensorlab.errors import TensorlabError

TRANSPOSED_SLICE = """\
torch.Tensor int64 (3, 2)
type     torch.Tensor
dtype    int64, 8 B an element, C int64_t
shape    (3, 2): 6 elements, 48 B
strides  (2, 6) elements = (16, 48) B
offset   6 elements = 48 B
order    not contiguous: axis j has stride 48 B, C order needs 8 B
storage  192 B on cpu, owned by torch; 48 B of them used (25 %)
align    address 16 B, strides (16, 16) B, widest vector load 8 B
warp     touches 2 sectors of 32 B along j (2 lanes), 2 along i (3 lanes)

address(i,j) = 6 + 2*i + 6*j   (elements)

storage, 24 cells of 8 B, numbered in elements
  0   1   2   3   4   5 [ 6]  7 [ 8]  9 [10] 11 [12] 13 [14] 15 [16] 17
 18  19  20  21  22  23
[n] used    n  not used

element at each index, by its position in the storage (elements)
    0   1
0 [ 6][12]
1 [ 8][14]
2 [10][16]"""


def test_a_transposed_slice_drawn_to_the_letter() -> None:
    figure = show(torch.arange(24).reshape(4, 6)[1:3, ::2].t())
    assert repr(figure) == TRANSPOSED_SLICE
    assert figure.text(ascii=True) == TRANSPOSED_SLICE


def test_values_and_addresses_in_the_cells() -> None:
    assert "0 [0][1]" in show([5, 6]).text().splitlines()
    x = torch.arange(6.0).reshape(2, 3).t()
    assert show(x, cells="value").text().splitlines()[-3:] == ["0 [0][3]", "1 [1][4]", "2 [2][5]"]
    assert show(x, cells="address").text().splitlines()[-3:] == ["0 [ 0][12]", "1 [ 4][16]", "2 [ 8][20]"]


def test_show_takes_a_record_too() -> None:
    memory = describe(b"abc")
    assert show(memory).text() == show(b"abc").text()


@pytest.mark.parametrize(
    "thing",
    [
        torch.tensor(3.0),
        torch.empty(0, 4),
        torch.zeros(2, 3, 4, 5, 6),
        torch.zeros(1).expand(10**9),
        torch.empty(10**6, 10**6, device="meta"),
        torch.zeros(3, requires_grad=True),
        torch.nn.Parameter(torch.zeros(2, 2)),
        torch.zeros(2, 2, dtype=torch.complex64).conj(),
        torch.zeros(8).as_strided((3, 3), (2, 1)),
        torch.zeros(2, 2).to_sparse(),
        np.arange(12).reshape(3, 4)[::-1, ::-2],
        np.zeros(3, dtype=[("<b>", "<f4"), ("n", "u1")]),
        np.broadcast_to(np.float32(1), (10**6, 10**6)),
        np.array(["a", "bc"]),
        np.array([object()]),
        np.float32(3),
        [],
        [[]],
        [1, [2, 3]],
        (1.5, None, "x"),
        array("d", [1, 2]),
        bytearray(10**6),
        memoryview(b"abcdef")[::-2],
    ],
    ids=lambda thing: f"{type(thing).__name__}",
)
def test_any_object_is_drawn_in_80_columns_and_in_ascii(thing: object) -> None:
    for content in ("index", "address", "value"):
        figure = show(thing, cells=content)
        assert isinstance(figure.data, MemoryMap)
        lines = figure.text().splitlines()
        assert max(map(len, lines)) <= 80
        assert len(lines) < 160
        assert figure.text(ascii=True).isascii()
        assert figure.html().startswith("<div")


def test_hidden_elements_are_counted() -> None:
    out = show(torch.zeros(1000, 1000)).text()
    assert "… 992 more rows …" in out
    assert "more columns …" in out
    assert "… 999,936 more …" in out


@pytest.mark.parametrize("shape", [(10**4,) * 3, (10**3,) * 4, (10**2,) * 6, (3, 4, 32, 32), (10**6, 10**6)])
def test_a_picture_of_many_axes_draws_no_more_cells_than_one_of_two(shape: tuple[int, ...]) -> None:
    scene = show(torch.empty(shape, device="meta")).scene
    assert isinstance(scene, Group)
    drawn = [len(child.cells) for child in scene.children if isinstance(child, Cells) and len(child.shape) > 1]
    assert drawn
    assert max(drawn) <= 128


def test_all_elements_of_a_small_tensor_are_drawn() -> None:
    assert "more" not in str(show(torch.empty(2, 3, 5, 6))).partition("element at each index")[2]


def test_an_unknown_content_is_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'value'"):
        show([1], cells="values")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize("thing", [3, "abc", {1: 2}, {1, 2}, None, object(), list, np.ndarray])
def test_what_has_no_elements_is_refused_with_a_hint(thing: object) -> None:
    with pytest.raises(UnsupportedError, match=r"has no elements in memory(.|\n)*hint: give"):
        show(thing)


def test_compare_takes_containers_as_they_are() -> None:
    figure = compare([1.5], np.array([1.5]), torch.tensor([1.5], dtype=torch.bfloat16))
    assert isinstance(figure.data, Comparison)
    assert [sample.label for sample in figure.data.samples] == ["list", "numpy float64", "torch bfloat16"]


def test_compare_says_where_shapes_differ() -> None:
    assert "the containers have different shapes: (1,), (2,)" in compare(np.zeros(1), np.zeros(2)).text()


@pytest.mark.parametrize(
    ("things", "error", "match"),
    [
        (([[1, 2], [3]],), RaggedError, "rows of axis 1 have 1 to 2 elements: ragged"),
        (([1, [2]],), RaggedError, "mixes rows with single elements"),
        ((["a", "b"],), UnsupportedError, "numbers are needed; got elements of type str"),
        (([],), UnsupportedError, "a list with at least one number is needed"),
        (([2**70],), UnsupportedError, "integers of at most 64 bits are needed"),
        (([None],), UnsupportedError, "numbers are needed; got elements of type NoneType"),
        ((np.array([object()]), [1]), UnsupportedError, "numbers are needed; got a numpy.ndarray of dtype object"),
        ((), UnsupportedError, "nothing to compare"),
        ((3,), UnsupportedError, "has no elements in memory"),
    ],
)
def test_bad_input_of_compare(things: tuple[object, ...], error: type[TensorlabError], match: str) -> None:
    with pytest.raises(error, match=match):
        compare(*things)


@pytest.mark.parametrize("n", [0, -1, True])
def test_a_bad_number_of_values(n: int) -> None:
    with pytest.raises(UnsupportedError, match="nothing to compare"):
        compare(n=n)


def test_more_values_than_fit_are_refused_before_any_is_made() -> None:
    with pytest.raises(UnavailableError, match="values takes about"):
        compare(n=10**15)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"n": 3}, "got containers and n=3"),
        ({"type": "float"}, "got containers and type='float'"),
        ({"n": "x", "type": "nope"}, "got containers and n='x' and type='nope'"),
    ],
)
def test_n_and_type_are_refused_beside_containers(given: dict[str, Any], words: str) -> None:
    for things in (([1, 2],), (np.zeros(2), [1, 2])):
        with pytest.raises(UnsupportedError, match=words):
            compare(*things, **given)


def compared(*things: object, **given: Any) -> Comparison:
    found = compare(*things, **given).data
    assert isinstance(found, Comparison)
    return found


def test_integers_made_are_the_lists_own() -> None:
    for kind in ("int", "float", "complex"):
        boxes = compared(n=100, type=kind).samples[0].memory.boxes
        assert boxes is not None
        assert (boxes.unique, boxes.interned) == (100, 0)
    assert compared(n=5, type=None).samples[1].label == "array.array('d')"


def test_every_integer_of_64_bits_has_an_array() -> None:
    labels = [sample.label for sample in compared([2**63]).samples]
    assert labels == ["list", "array.array('Q')", "numpy uint64", "torch uint64"]


@pytest.mark.parametrize("values", [[2**63 + 1, -1], [[2**53 + 1], [0.5]], [2**53 + 1, 1j]])
def test_integers_that_numpy_rounds_are_told(values: list[Any]) -> None:
    comparison = compared(values)
    assert [sample.rounded for sample in comparison.samples] == [False] + [True] * (len(comparison.samples) - 1)
    kind = np.array(values).dtype.name
    assert f"NumPy gives these values {kind}, which rounds some of the integers" in comparison.notes


def test_integers_that_a_float_holds_are_not_told() -> None:
    assert compared([2**63, -1]).notes == ()
    assert not compared([1, 0.5]).samples[1].rounded


def test_a_bad_type_of_values() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'float'"):
        compare(n=3, type="floats")  # type: ignore[arg-type]  # the mistake under test


def test_values_that_many_pointers_share_are_counted_as_they_will_be_copied() -> None:
    """In a process of its own: converting them would take minutes and what memory there is."""
    ran = run_python(
        "from tensorlab.api.objects import compare\n"
        "from tensorlab.errors import UnavailableError\n"
        "for n in (2, 10, 60000):\n"
        "    try:\n"
        "        print(len(compare([[0.5] * n] * n).data.samples))\n"
        "    except UnavailableError as error:\n"
        "        print(str(error).partition(' B;')[0])"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "5\n5\ncomparing 3,600,000,000 values takes about 360,018,000,000\n"


def test_less_memory_than_the_copies_need_is_told_before_any_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.api.objects.free_memory", lambda: 200_000)
    monkeypatch.setattr("tensorlab.memory.ndarray.from_values", None)
    with pytest.raises(
        UnavailableError, match=r"comparing 10,000 values takes about 1,030,000 B(.|\n)*give 970 values"
    ):
        compare([[0.5] * 100] * 100)


class Foreign(float):
    def __float__(self) -> float:
        raise ZeroDivisionError


class ForeignType(type):
    def __hash__(cls) -> int:
        raise ZeroDivisionError("no hash")


class NoHash(float, metaclass=ForeignType):
    pass


class Shifty:
    @property
    def __class__(self) -> Any:
        raise ValueError

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        raise ValueError(kind)


def test_errors_of_the_users_classes_are_sentences() -> None:
    with pytest.raises(UnsupportedError, match="NumPy makes no array of these values: ZeroDivisionError"):
        compare([Foreign(3)])
    for things in (([NoHash(3)],), ([NoHash(3)], [1.5])):
        with pytest.raises(UnsupportedError, match="ZeroDivisionError: no hash"):
            compare(*things)
    unnamed: Any = type("Unnamed", (), {"__module__": []})  # in the module, it would upset what collects the tests
    for thing in (Shifty(), unnamed()):
        assert "objects" in show([thing, thing], cells="value").text()
        with pytest.raises(UnsupportedError, match="has no elements in memory"):
            show(thing)
        with pytest.raises(UnsupportedError, match="numbers are needed"):
            compare([thing])


def test_no_memory_left_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("tensorlab.api.objects.require_rectangle", full)
    with pytest.raises(UnavailableError, match="takes more than the free memory"):
        compare([1.5])


def test_a_packed_tensor_is_not_drawn_over_its_storage() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that they will go
        packed = torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=torch.quint4x2)
    contents: tuple[Content, ...] = ("index", "value")
    for content in contents:
        text = show(packed, cells=content).text()
        whole, _, packed_bytes = text.partition("packed: ")
        assert "storage  4 B on cpu, owned by torch\n" in whole
        assert "%" not in whole
        assert "[3]" not in whole
        assert "uint8 (4,)" in packed_bytes


def test_a_storage_that_shrank_is_not_said_to_be_used() -> None:
    shrunk = torch.arange(12.0)
    shrunk.untyped_storage().resize_(16)
    assert "storage  16 B on cpu, owned by torch\n" in show(shrunk).text()
    assert "data not readable" in show(shrunk, cells="value").text()


def test_a_fork_is_measured_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def fork_costs(labels: list[str], n: int, kind: str) -> tuple[ForkCost, ...]:
        asked.append((labels, n, kind))
        return tuple(ForkCost(label, 0) for label in labels)

    monkeypatch.setattr(objects, "fork_costs", fork_costs)
    plain = compare(n=5, type="int").data
    assert isinstance(plain, Comparison)
    assert plain.forks == ()
    found = compare(n=5, type="int", fork=True).data
    assert isinstance(found, Comparison)
    assert [cost.label for cost in found.forks] == [sample.label for sample in found.samples]
    compare([[1, 2.5], [2, 3]], np.zeros(3), fork=True)
    labels = [sample.label for sample in found.samples]
    assert asked == [(labels, 5, "int"), (["list", "numpy float64"], 4, "int")]
    with pytest.raises(UnsupportedError, match="fork is True or False; got 'yes'"):
        compare(n=3, fork="yes")  # type: ignore[arg-type]  # that is what is refused
