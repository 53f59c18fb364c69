from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from support.probe import run_python

from tensorlab.errors import StoreError, TensorlabError, UnknownNameError, UnsupportedError
from tensorlab.render import saving
from tensorlab.render.saving import paint, save

if TYPE_CHECKING:
    from collections.abc import Callable

MAKERS: dict[str, Callable[[], str | bytes]] = {".svg": lambda: "<é/>", ".png": lambda: b"\x89PNG"}


@pytest.mark.parametrize(
    ("name", "bytes_"), [("a.svg", "<é/>".encode()), ("a.SVG", "<é/>".encode()), ("b.Png", b"\x89PNG")]
)
def test_the_suffix_says_the_format(tmp_path: Path, name: str, bytes_: bytes) -> None:
    assert save(tmp_path / name, MAKERS) == tmp_path / name
    assert save(str(tmp_path / name), MAKERS).read_bytes() == bytes_
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.jpg", "a", "", ".svg", "a.svg.gz", "a.svg "])
def test_an_unknown_suffix(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError, match=r"a picture is saved as \.svg or \.png; got '.*'\nhint: name "):
        save(name, MAKERS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("thing", [3, None, ["a.svg"], b"a.svg"])
def test_what_is_no_path(thing: Any) -> None:
    with pytest.raises(UnsupportedError, match="path"):
        save(thing, MAKERS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere/a.svg", "there is no folder '.*nowhere' to write 'a.svg' in\nhint: make it first"),
        ("folder.svg", "'.*folder.svg' is a folder"),
        ("pipe.svg", "'.*pipe.svg' is no regular file"),
        ("file.svg/a.svg", "there is no folder"),
        (f"{'x' * 300}.svg", "cannot be written: File name too long"),
        ("a\0b.svg", "no file can be called"),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "file.svg").write_text("before")
    os.mkfifo(tmp_path / "pipe.svg")
    with pytest.raises(StoreError, match=words):
        save(f"{tmp_path}/{name}", MAKERS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file.svg", "folder.svg", "pipe.svg"]


def test_a_file_that_may_not_be_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.svg").write_text("before")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match=r"'.*a\.svg' may not be written"):
        save(tmp_path / "a.svg", MAKERS)
    assert (tmp_path / "a.svg").read_text() == "before"


@pytest.mark.parametrize("failing", ["write", "replace"])
def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    (tmp_path / "a.svg").write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    class Full:
        def __init__(self, descriptor: int, _: str) -> None:
            self.descriptor = descriptor

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.descriptor)

        write = full

    if failing == "write":
        monkeypatch.setattr(os, "fdopen", Full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        save(tmp_path / "a.svg", MAKERS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]
    assert (tmp_path / "a.svg").read_text() == "before"


def test_what_cannot_be_drawn_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("before")

    def failing() -> str:
        raise TensorlabError("no picture of it")

    with pytest.raises(TensorlabError, match="no picture of it"):
        save(tmp_path / "a.svg", {".svg": failing})
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_rights_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_text("before")
    (tmp_path / "real.svg").chmod(0o640)
    (tmp_path / "link.svg").symlink_to("real.svg")
    assert save(tmp_path / "link.svg", MAKERS) == tmp_path / "link.svg"
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text("utf-8") == "<é/>"
    assert stat.S_IMODE((tmp_path / "real.svg").stat().st_mode) == 0o640


def test_a_new_file_has_the_rights_that_new_files_have(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    save(tmp_path / "a.svg", MAKERS)
    assert (tmp_path / "a.svg").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_name_that_is_taken_beside_it_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "_NUMBERS", count())
    (tmp_path / f".a.svg.{os.getpid()}.0.part").write_text("another's")
    save(tmp_path / "a.svg", MAKERS)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".a.svg.{os.getpid()}.0.part", "a.svg"]


def test_a_first_name_that_another_took_after_the_rename_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def taken_at_once(scratch: Path, final: Path) -> None:
        rename(scratch, final)
        scratch.write_text("another's")

    monkeypatch.setattr(Path, "replace", taken_at_once)
    save(tmp_path / "a.svg", MAKERS)
    assert sorted(path.read_text("utf-8") for path in tmp_path.iterdir()) == ["<é/>", "another's"]


def test_no_two_calls_use_one_first_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, names = Path.replace, []

    def noted(scratch: Path, final: Path) -> None:
        names.append(scratch.name)
        rename(scratch, final)

    monkeypatch.setattr(Path, "replace", noted)
    for name in ("a.svg", "a.svg", f"{'b' * 60}1.svg", f"{'b' * 60}2.svg"):
        save(tmp_path / name, MAKERS)
    assert len(set(names)) == 4


def test_threads_save_what_they_mean_to(tmp_path: Path) -> None:
    def saved_and_read(number: int) -> bool:
        path = tmp_path / f"{'layer_' * 8}{number % 8}.svg"
        save(path, {".svg": lambda: str(number % 8) * 5000})
        return path.read_text() == str(number % 8) * 5000

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(saved_and_read, range(800)))
    assert len(list(tmp_path.iterdir())) == 8


class _Refusing:
    def __fspath__(self) -> str:
        raise ValueError("not today")


def test_a_path_that_fails_to_say_its_name() -> None:
    with pytest.raises(UnsupportedError, match="got an object of type _Refusing"):
        save(_Refusing(), MAKERS)


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no file can be called '.*a\\ud800\.svg'"):
        save(f"{tmp_path}/a\ud800.svg", MAKERS)


@pytest.mark.parametrize("name", ["", ".", "..", "folder/.."])
def test_what_names_no_file_is_told_to(name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"\nhint: name a file$"):
        save(name, MAKERS)


def test_letters_that_have_no_bytes_are_escaped(tmp_path: Path) -> None:
    assert save(tmp_path / "a.svg", {".svg": lambda: "\ud800"}).read_bytes() == rb"\ud800"


def test_the_painter_is_loaded_when_it_is_asked_for() -> None:
    pytest.importorskip("resvg_py")
    ran = run_python(
        "import sys, tensorlab.render.figure, tensorlab.api.objects\n"
        "assert 'resvg_py' not in sys.modules\n"
        "from tensorlab.render.saving import paint\n"
        'paint(\'.png\', \'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>\')\n'
        "assert 'resvg_py' in sys.modules and 'matplotlib' not in sys.modules"
    )
    assert ran.returncode == 0, ran.stderr


def test_without_the_library_the_extra_is_named() -> None:
    ran = run_python(
        "import sys; sys.modules['resvg_py'] = None\n"
        "import tensorlab\n"
        "try: tensorlab.show(b'abc').save('x.png')\n"
        "except tensorlab.TensorlabError as error: print(type(error).__name__, error)"
    )
    assert ran.stdout == (
        "UnavailableError resvg_py is not installed, which paints PNG\nhint: pip install 'tensorlab-toolkit[png]'\n"
    ), ran.stderr


def test_a_format_without_a_painter() -> None:
    with pytest.raises(KeyError, match="gif"):
        paint(".gif", "")
