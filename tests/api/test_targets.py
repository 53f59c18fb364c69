from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tensorlab.api.targets import load, load_all
from tensorlab.errors import (
    ExpressionError,
    StoreError,
    UnavailableError,
    UnknownNameError,
    UnsupportedError,
)


def test_expressions() -> None:
    assert load("[1, 2.5]") == [1, 2.5]
    x = load("torch.arange(24).reshape(4, 6)[1:3, ::2].t()")
    assert isinstance(x, torch.Tensor)
    assert x.stride() == (2, 6)


def test_files(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6).reshape(2, 3))
    np.savez(tmp_path / "b.npz", one=np.zeros(2), two=np.ones(3))
    torch.save({"weight": torch.zeros(2, 2)}, tmp_path / "c.pt")
    assert np.asarray(load(str(tmp_path / "a.npy"))).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert np.asarray(load(str(tmp_path / "b.npz"), name="two")).tolist() == [1, 1, 1]
    assert isinstance(load(str(tmp_path / "c.pt")), torch.Tensor)


def test_several_arrays_need_a_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "b.npz", one=np.zeros(2), two=np.ones(3))
    with pytest.raises(UnsupportedError, match="holds 2 arrays: one, two"):
        load(str(tmp_path / "b.npz"))
    with pytest.raises(UnknownNameError, match="did you mean 'two'"):
        load(str(tmp_path / "b.npz"), name="tow")


def test_pickled_code_is_not_run(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (str(tmp_path / "ran"),))

    np.save(tmp_path / "o.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    (tmp_path / "p.pt").write_bytes(pickle.dumps(Bomb()))
    for name in ("o.npy", "p.pt"):
        with pytest.raises(StoreError, match=r"cannot be read as|pickled code is not run"):
            load(str(tmp_path / name))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04", b"garbage" * 100])
@pytest.mark.parametrize("suffix", [".npy", ".npz", ".pt", ".pth"])
def test_a_broken_file_is_one_sentence(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"cannot be read as \.|is not read") as caught:
        load(str(path))
    assert "\n" not in caught.value.message


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UnavailableError, match=r"there is no file 'nowhere\.npy'"):
        load("nowhere.npy")


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').getcwd()",
        "torch.load('x')",
        "().__class__",
        "torch.zeros(10**12)",
        "list(range(10**12))",
        "torch.zeros(3).view(2)",
        "9**9**9",
        "torch.aranje(3)",
        "torch.",
        "",
        "open('x')",
        "[x for x in (1, 2)]",
    ],
)
def test_a_bad_expression_is_one_clear_error(expression: str) -> None:
    with pytest.raises(ExpressionError, match=r"\w+"):
        load(expression)


def test_memory_is_bounded_and_the_limit_lifted_again() -> None:
    with pytest.raises(ExpressionError, match=r"memory|allocate"):
        load(f"[{', '.join(['torch.empty(10**8)'] * 12)}]")
    assert torch.zeros(10**6).numel() == 10**6


def test_a_name_goes_with_a_file_only() -> None:
    with pytest.raises(UnsupportedError, match="--name chooses an array of a file"):
        load("[1]", name="x")


def test_a_checkpoint_within_a_dict_is_reached_by_dotted_names(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    torch.save({"epoch": 3, "model": {"w": torch.zeros(2), "b": torch.ones(3)}}, path)
    with pytest.raises(UnsupportedError, match=r"holds 2 arrays: model\.w, model\.b"):
        load(str(path))
    chosen = load(str(path), name="model.b")
    assert isinstance(chosen, torch.Tensor)
    assert chosen.tolist() == [1, 1, 1]
    torch.save({"epoch": 3}, path)
    with pytest.raises(UnsupportedError, match="holds no array"):
        load(str(path))


def test_a_file_of_another_kind_and_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1")
    with pytest.raises(UnsupportedError, match=r"a file of another kind(.|\n)*\.npy, \.npz, \.pt, \.pth"):
        load(str(tmp_path / "a.txt"))
    (tmp_path / "d.npy").mkdir()
    with pytest.raises(UnavailableError, match="is no regular file"):
        load(str(tmp_path / "d.npy"))
    np.save(tmp_path / "x.npy", np.zeros(2))
    (tmp_path / "x.npy").rename(tmp_path / "X.NPY")
    assert np.asarray(load(str(tmp_path / "X.NPY"))).tolist() == [0, 0]


def test_a_whole_module_is_refused_with_what_to_do(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "m.pt")
    with pytest.raises(StoreError, match=r"pickled code is not run\nhint: save the module's state_dict"):
        load(str(tmp_path / "m.pt"))


def test_an_archive_gives_one_array_and_a_bomb_meets_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "b.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, count in (("small", 2), ("huge", 5 * 2**27)):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array_header_1_0(
                    member, {"descr": "<f8", "fortran_order": False, "shape": (count,)}
                )
                member.write(bytes(16))
    assert np.asarray(load(str(path), name="small")).tolist() == [0, 0]
    with pytest.raises((ExpressionError, StoreError), match=r"memory|cannot be read"):
        load(str(path), name="huge")


def test_a_name_too_long_for_a_file_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        load(str(tmp_path / f"{'a' * 400}.npy"))


def test_int_keys_and_old_files(tmp_path: Path) -> None:
    torch.save({1: torch.zeros(2), 2: torch.ones(2)}, tmp_path / "i.pt")
    assert isinstance(load(str(tmp_path / "i.pt"), name="1"), torch.Tensor)
    torch.save(torch.ones(3), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    assert isinstance(load(str(tmp_path / "old.pt")), torch.Tensor)
    np.save(tmp_path / "x.npy", np.zeros(2))
    with pytest.raises(UnsupportedError, match="holds one array"):
        load(str(tmp_path / "x.npy"), name="x")


def test_a_list_of_dicts_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "ck.pt"
    torch.save({"o": {"param_groups": [{"lr": 0.1}], "betas": (0.9, 0.999)}, "w": torch.zeros(1)}, path)
    with pytest.raises(UnsupportedError, match=r"holds 2 arrays: o\.betas, w"):
        load(str(path))


def test_later_expressions_use_earlier_ones_by_name(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(6))
    found = load_all([str(tmp_path / "x.npy"), "A[::2]", "torch.from_numpy(B * 1)", "C"])
    assert isinstance(found[1], np.ndarray)
    assert np.shares_memory(found[0], found[1])
    assert found[2] is found[3]
    with pytest.raises(ExpressionError, match="B is not part of the language"):
        load_all(["[1]", "B"])


def test_a_name_chooses_an_array_of_each_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.arange(3), b=np.arange(4))
    found = load_all([str(tmp_path / "x.npz"), "A[1:]"], name="b")
    assert [len(thing) for thing in found] == [4, 3]  # type: ignore[arg-type]  # arrays
    with pytest.raises(UnsupportedError, match="--name chooses an array of a file"):
        load_all(["[1]", "[2]"], name="b")
