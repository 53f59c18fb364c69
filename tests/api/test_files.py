from __future__ import annotations

from pathlib import Path

import pytest
import torch
from support.probe import loaded
from support.tensor_files import sound_safetensors, torch_bytes, with_pickle, written

import tensorlab
from tensorlab.api.files import file_named, file_retention, slimmed_copy
from tensorlab.api.targets import load
from tensorlab.codec import encode
from tensorlab.errors import StoreError, UnavailableError, UnsupportedError
from tensorlab.memory.files.record import FileRetention
from tensorlab.memory.record import MemoryMap


def test_retains_takes_the_path_of_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"v": torch.zeros(10**6)[:10]}))
    told = tensorlab.retains(Path(path))
    assert isinstance(told, FileRetention)
    assert told == file_retention(path)
    assert encode(tensorlab.retains(path)) == encode(told)
    assert "v uses 40 B, retains 4,000,000 B (100000x)" in str(told)
    assert "4,000,000 B" in repr(tensorlab.show(told))
    done = slimmed_copy(path, tmp_path / "out.pt")
    assert done.after < 2000
    assert repr(tensorlab.show(done)).startswith(path)


def test_what_is_no_path(tmp_path: Path) -> None:
    assert file_named("a\0b") is None
    for thing in (3, None, b"x.pt"):
        with pytest.raises(UnsupportedError, match="a path is a word or a Path"):
            file_retention(thing)  # type: ignore[arg-type]  # what is tested

    class Odd:
        def __fspath__(self) -> bytes:
            return b"x"

    with pytest.raises(UnsupportedError, match="got bytes"):
        file_retention(Odd())  # type: ignore[arg-type]  # what is tested
    with pytest.raises(UnavailableError, match="there is no file"):
        tensorlab.retains(tmp_path / "nowhere.pt")
    for word in ("nofile.pt", "no/such/place", "NOFILE.NPZ"):
        with pytest.raises(UnavailableError, match=f"there is no file '{word}'"):
            tensorlab.retains(word)
    for word in ("some words", "two\nlines/of text"):
        with pytest.raises(UnsupportedError, match="has no elements"):
            tensorlab.retains(word)


class Raising:
    """Nothing can be asked of it."""

    def __getattribute__(self, name: str) -> object:
        raise ArithmeticError(name)


class RaisingList(list[object], Raising): ...


class RaisingTensor(Raising, torch.Tensor): ...


class RaisingPath(Raising):
    def __fspath__(self) -> str:
        raise ArithmeticError


class Meta(type):
    def __getattribute__(cls, name: str) -> object:
        raise ArithmeticError(name)

    def __hash__(cls) -> int:
        raise ArithmeticError


def test_what_answers_no_question_is_no_path_and_raises_nothing_of_its_own() -> None:
    class OfMeta(metaclass=Meta): ...

    inner = torch.zeros(3)
    assert "12 B" in str(tensorlab.retains(RaisingList([inner])))
    assert "12 B" in str(tensorlab.retains([OfMeta(), Raising(), inner]))
    assert "12 B" in str(tensorlab.retains(inner.as_subclass(RaisingTensor)))
    for thing in (Raising(), OfMeta()):
        assert str(tensorlab.retains(thing)).startswith("keeps no tensor")
    with pytest.raises(UnsupportedError, match="RaisingPath does not tell its path: ArithmeticError"):
        tensorlab.retains(RaisingPath())


def test_a_file_is_read_without_a_library(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"v": torch.zeros(3)}))
    code = f"import tensorlab; tensorlab.show(tensorlab.retains({path!r})).text()"
    assert loaded(code, frozenset({"torch", "numpy"})) == frozenset()


def test_show_takes_a_tensor_of_safetensors(tmp_path: Path) -> None:
    path = written(tmp_path, "x.safetensors", sound_safetensors())
    memory = load(path, name="w")
    assert isinstance(memory, MemoryMap)
    assert "float32 (2, 3)" in repr(tensorlab.show(memory))
    with pytest.raises(UnsupportedError, match="holds 2 arrays: w, b"):
        load(path)


def test_show_looks_at_an_archive_before_torch_does(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"to load it is to call os\.system"):
        load(written(tmp_path, "x.pt", with_pickle(b"cos\nsystem\n(X\2\0\0\0lstR.")))
