from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.ceilings import CEILINGS
from support.machines import FakeMachine

import tensorlab
from tensorlab.api.device_crossings import device_crossings
from tensorlab.bench.crossing import measuring
from tensorlab.bench.crossing.measuring import Extent, Means, Other
from tensorlab.bench.crossing.record import Crossings
from tensorlab.bench.offload import torch_machine
from tensorlab.bench.pairing.interleave import Effort
from tensorlab.codec import encode
from tensorlab.errors import LayoutError, UnavailableError, UnknownNameError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tensorlab.bench.record import Catalogue, Workload

Asked = list[tuple[list[str], Other, Means]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What would have been measured, on a machine without an accelerator."""
    found: Asked = []

    def fake(catalogue: Catalogue, wanted: Sequence[tuple[Workload, str]], other: Other, means: Means) -> Crossings:
        del catalogue
        found.append(([f"{one.name} {dtype}" for one, dtype in wanted], other, means))
        return Crossings(
            machine="m", device=other.name, threads=means.threads, model=other.model, crossings=(), samples=()
        )

    monkeypatch.setattr(measuring, "crossed", fake)
    monkeypatch.setattr(torch_machine, "present", lambda device: None)  # noqa: ARG005 - as present is called
    return found


def test_products_have_tf32_on_and_off(asked: Asked) -> None:
    device_crossings("add", "matmul", devices="cpu,cuda")
    (names, other, means) = asked[0]
    assert names == ["add float32", "matmul float32", "matmul tfloat32"]
    assert (other.name, other.machine) == ("cuda", None)
    assert other.model is not None
    assert other.model.name == "NVIDIA H100 SXM 80 GB"
    assert (means.threads, means.extent) == (1, measuring.QUICK)


def test_full_has_every_dtype(asked: Asked) -> None:
    device_crossings("add", "matmul", full=True, model="t4")
    names, _, means = asked[0]
    assert names[:3] == ["add float32", "add bfloat16", "add float16"]
    assert names[3:] == [f"matmul {kind}" for kind in ("float32", "tfloat32", "bfloat16", "float16", "float8_e4m3fn")]
    assert means.extent == measuring.FULL


def test_a_device_that_is_here_has_no_model(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = FakeMachine()
    monkeypatch.setattr(torch_machine, "present", lambda device: machine)  # noqa: ARG005 - as present is called
    assert device_crossings("add").data.model is None  # type: ignore[attr-defined]  # a figure's data is any record
    assert asked[0][1].machine is machine


@pytest.mark.usefixtures("asked")
def test_what_was_not_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="no workload is called 'ad'"):
        device_crossings("ad")
    with pytest.raises(UnknownNameError, match="no dtype is called 'int8'"):
        device_crossings("add", dtypes="int8")
    with pytest.raises(UnknownNameError, match="no model of a device is called 'h200'"):
        device_crossings("add", model="h200")
    with pytest.raises(UnknownNameError, match="no device is called 'cudda'"):
        device_crossings("add", devices="cpu,cudda")
    with pytest.raises(UnsupportedError, match="a crossing is of the CPU and one device; got cpu"):
        device_crossings("add", devices="cpu")
    with pytest.raises(LayoutError, match="a crossing is of one workload or more; got none"):
        device_crossings()
    with pytest.raises(UnavailableError, match="cannot be read: No such file"):
        device_crossings("add", ceilings=tmp_path / "none.json")


@pytest.mark.usefixtures("asked")
def test_nobody_knows_figures_of_other_devices() -> None:
    with pytest.raises(UnavailableError, match="and there are no stored figures of one") as caught:
        device_crossings("add", devices="cpu,mps")
    assert caught.value.hint == "pass --ceilings FILE, from tensorlab ceilings --json on a machine with mps"


@pytest.mark.usefixtures("asked")
def test_ceilings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ceilings.json"
    path.write_text(json.dumps(encode(CEILINGS)))
    with pytest.raises(UnavailableError, match="hold no cuda device; they are of cpu"):
        device_crossings("add", ceilings=path)
    path.write_text("{")
    with pytest.raises(LayoutError, match="holds no ceilings"):
        device_crossings("add", ceilings=path)


def test_a_projection_can_be_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "QUICK", Extent(2**12, Effort(0.0, 1, 1)))
    monkeypatch.setattr(torch_machine, "present", lambda device: None)  # noqa: ARG005 - as present is called
    figure = device_crossings("add")
    assert tensorlab.show(figure.data).text() == figure.text()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("text", ["{}", "[", '{"schema": 1}'])
def test_a_file_without_ceilings_says_what_is_wrong_with_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "e.json"
    path.write_text(text)
    with pytest.raises(LayoutError, match="holds no ceilings: ") as found:
        device_crossings("add", devices="cpu,cuda", ceilings=path)
    assert "None" not in str(found.value)
