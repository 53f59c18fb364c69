from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck.kept import DAY, load, save

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1e9


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "new"))
    return tmp_path / "new"


def test_what_was_kept_comes_back_for_its_machine_and_question_alone(folder: Path) -> None:
    save("abc", "a", 1.9, NOW)
    save("abc", "b", 1.1, NOW)
    assert (load("abc", "a", NOW + DAY), load("abc", "b", NOW)) == (1.9, 1.1)
    assert load("abd", "a", NOW) is load("abc", "c", NOW) is None
    assert [file.name for file in folder.iterdir()] == ["penalties-abc.json"]


@pytest.mark.parametrize("now", [NOW + 31 * DAY, NOW - 2 * DAY])
def test_what_is_old_or_from_the_future_is_measured_again(now: float) -> None:
    save("abc", "a", 1.9, NOW)
    assert load("abc", "a", now) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1.9}', '{"a": [1.9]}', '{"a": ["x", 1e9]}', '{"a": [-1, 1e9]}'])
def test_a_damaged_file_is_as_none(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "penalties-abc.json").write_text(text, encoding="utf-8")
    assert load("abc", "a", NOW) is None
    save("abc", "a", 2.0, NOW)
    assert load("abc", "a", NOW) == 2.0
