from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS, kept_in

import tensorlab
from tensorlab.api.machine_limits import ceilings_so_far, draw_ceilings, draw_roofline
from tensorlab.bench.ceilings import keeping, measuring
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tensorlab.bench.ceilings.record import Ceilings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[object]:
    """A cache of its own, and every time that something would have been measured."""
    times: list[object] = []

    def fake(host: object, devices: object, *, watch: object = None) -> Ceilings:
        times.append((host, devices, watch))
        own = kept_in(tmp_path / "scratch")
        return replace(own, figures=tuple(one for one in CEILINGS.figures if one.threads == 1))

    monkeypatch.setenv("TENSORLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(measuring, "measure_all", fake)
    return times


def test_the_first_call_measures_the_second_reads(asked: list[object]) -> None:
    first = tensorlab.measure_ceilings()
    assert first.notes == ("measured now in 0 s: none are kept for this machine",)
    second = tensorlab.measure_ceilings()
    assert second.notes == (f"kept since {first.created}",)
    assert second.figures == first.figures
    assert len(asked) == 1


def test_who_waited_for_another_process_takes_what_it_measured(
    asked: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def waited(_folder: Path, _fingerprint: str) -> Iterator[None]:
        kept_in(tmp_path / "cache")
        yield

    monkeypatch.setattr(keeping, "measured_alone", waited)
    assert tensorlab.measure_ceilings().notes == ("another process measured them just now",)
    assert asked == []


def test_again_measures_again(asked: list[object], tmp_path: Path) -> None:
    kept_in(tmp_path / "cache")
    assert tensorlab.measure_ceilings(again=True).notes == ("measured now in 0 s, as asked",)
    assert len(asked) == 1
    assert {one.threads for one in tensorlab.measure_ceilings().figures} == {1}


def test_a_damaged_file_is_measured_anew_with_a_note(asked: list[object], tmp_path: Path) -> None:
    kept_in(tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    path.write_bytes(path.read_bytes()[:100])
    assert tensorlab.measure_ceilings().notes == ("measured now in 0 s: the kept ceilings are damaged",)
    assert tensorlab.measure_ceilings().notes[0].startswith("kept since")
    assert len(asked) == 1


def test_a_cache_that_cannot_be_written_is_noted(asked: list[object], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    notes = tensorlab.measure_ceilings().notes
    assert notes[1].startswith("they cannot be kept: ")
    assert len(asked) == 1


def test_show_draws_them() -> None:
    assert tensorlab.show(CEILINGS).text() == draw_ceilings(CEILINGS).text()
    assert draw_roofline(CEILINGS).data is CEILINGS


def test_what_is_no_yes_or_no_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="again is True or False; got 1"):
        tensorlab.measure_ceilings(again=1)  # type: ignore[arg-type]  # that is the test


@pytest.mark.usefixtures("asked")
def test_ctrl_c_keeps_nothing_and_tells_what_was_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measuring, "measure_all", lambda *_given, **_options: replace(CEILINGS, interrupted=True))
    assert ceilings_so_far().notes == ("interrupted: what was measured until then; it is not kept",)
    with pytest.raises(KeyboardInterrupt, match="not measured to their end"):
        tensorlab.measure_ceilings()
    assert [path for path in tmp_path.rglob("*.json") if path.is_file()] == []
