from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.errors import StoreError, TensorlabError, UnavailableError
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import Network, seeded_network
from tensorlab.models.weight_files import downloaded, load_into, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tensorlab.progress import Progress

BYTES = bytes(range(256)) * 4096
HASH = hashlib.sha256(BYTES).hexdigest()
GOOD = f"net-{HASH[:8]}.pth"
DONE = threading.Event()


class Answers(BaseHTTPRequestHandler):
    """Each path answers in its own way."""

    def do_GET(self) -> None:
        kind, _, name = self.path[1:].partition("/")
        assert name
        if kind == "gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BYTES)))
        self.end_headers()
        self.wfile.write({"good": BYTES, "wrong": BYTES[::-1]}.get(kind, BYTES[: len(BYTES) // 2]))
        if kind == "stalled":
            self.wfile.flush()
            DONE.wait(20)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    DONE.clear()
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{found.server_address[1]}"
    DONE.set()
    found.shutdown()
    found.server_close()
    thread.join()


def test_a_good_file_comes_whole_and_is_used_again(server: str, tmp_path: Path) -> None:
    told: list[Progress] = []
    path = downloaded(f"{server}/good/{GOOD}", tmp_path / "hub", watch=told.append)
    assert (path.name, path.read_bytes()) == (GOOD, BYTES)
    assert (told[-1].done, told[-1].total) == (1, 1)
    assert path.stat().st_mode & 0o777 == 0o644
    assert downloaded(f"{server}/gone/{GOOD}", tmp_path / "hub") == path
    assert [one.name for one in (tmp_path / "hub").iterdir()] == [GOOD]


@pytest.mark.parametrize(
    ("kind", "error", "told"),
    [
        ("wrong", StoreError, f"sent is not {GOOD}: its SHA-256 begins with [0-9a-f]{{8}}, not {HASH[:8]}"),
        ("cut", UnavailableError, "cut off after 524,288 B of 1,048,576 B"),
        ("stalled", UnavailableError, "no byte in 0.3 s"),
        ("gone", UnavailableError, "HTTP Error 404"),
    ],
)
def test_what_did_not_come_leaves_nothing(
    server: str, tmp_path: Path, kind: str, error: type[Exception], told: str
) -> None:
    url = f"{server}/{kind}/{GOOD}"
    with pytest.raises(error, match=told) as caught:
        downloaded(url, tmp_path, timeout=0.3)
    assert isinstance(caught.value, TensorlabError)
    assert caught.value.hint == f"download {url} elsewhere, and put it into {tmp_path}"
    assert [*tmp_path.iterdir()] == []


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=f"{GOOD} is not in .*, and .* cannot be read: .*refused"):
        downloaded(f"http://127.0.0.1:9/{GOOD}", tmp_path)


def test_a_damaged_file_in_the_cache_is_not_used(tmp_path: Path) -> None:
    (tmp_path / GOOD).write_bytes(b"other")
    with pytest.raises(StoreError, match="is damaged: its SHA-256 begins with"):
        downloaded(f"http://127.0.0.1:9/{GOOD}", tmp_path)


def test_a_folder_that_cannot_be(tmp_path: Path, server: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="is not in"):
        downloaded(f"{server}/good/{GOOD}", tmp_path / "file")


def test_a_state_dict_alone_or_in_a_checkpoint(tmp_path: Path) -> None:
    state = {"a": torch.ones(2)}
    torch.save(state, tmp_path / "a.pth")
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "b.pth")
    for name in ("a.pth", "b.pth"):
        assert torch.equal(state_of(tmp_path / name)["a"], state["a"])


class Harmful:
    """Runs code where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1 / 0",)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (Harmful(), "holds no weights that can be read"),
        ([torch.ones(2)], "holds list, and no dict of names and tensors"),
        ({}, "holds dict, and no dict"),
        ({"a": 3}, "is no dict of names and tensors: 'a' is int"),
        (torch.ones(2), "holds Tensor, and no dict"),
    ],
)
def test_what_is_no_state_dict(tmp_path: Path, held: object, told: str) -> None:
    torch.save(held, tmp_path / "a.pth")
    with pytest.raises(StoreError, match=told):
        state_of(tmp_path / "a.pth")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(200)}, tmp_path / "a.pth")
    data = (tmp_path / "a.pth").read_bytes()
    for part in (b"", b"words", data[:50], data[: len(data) // 2], data[:-30]):
        (tmp_path / "b.pth").write_bytes(part)
        with pytest.raises(StoreError, match="holds no weights that can be read"):
            state_of(tmp_path / "b.pth")
    with pytest.raises(UnavailableError, match="there is no file"):
        state_of(tmp_path / "c.pth")


def test_every_key_that_does_not_fit_is_named() -> None:
    with torch.device("meta"):
        network = Network(ALEXNET)
    state = dict(network.state_dict())
    state["extra"] = state.pop("features.0.bias")
    state["classifier.6.weight"] = torch.empty(10, 4096, device="meta")
    told = (
        r"a.pth is of another network: missing: features.0.bias; unexpected: extra; of another shape: "
        r"classifier.6.weight is \(10, 4096\), not \(1000, 4096\)"
    )
    with pytest.raises(StoreError, match=told):
        load_into(network, state, "a.pth")


def test_the_keys_of_a_wrapped_network_are_all_named_with_what_to_do() -> None:
    with torch.device("meta"):
        network = Network(ALEXNET)
    state = {f"module.{name}": weight for name, weight in network.state_dict().items()}
    with pytest.raises(StoreError, match="of another network") as caught:
        load_into(network, state, "a.pth")
    assert all(name in caught.value.message for name in (*state, *network.state_dict()))
    assert caught.value.hint == "take 'module.' off each key"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (lambda one: one.to("meta"), "features.3.bias is on the meta device, and holds no numbers side by side"),
        (lambda one: one.to_sparse(), "features.3.bias is torch.sparse_coo, and holds no numbers side by side"),
        (lambda one: torch.quantize_per_tensor(one, 0.1, 0, torch.qint8), "features.3.bias is quantized, and holds no"),
        (lambda one: one.long(), "features.3.bias holds torch.int64, and no floating-point numbers"),
        (lambda one: one / 0, "features.3.bias holds numbers that are not finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_weights_that_are_no_numbers(changed: Callable[[torch.Tensor], torch.Tensor], told: str) -> None:
    network = seeded_network(ALEXNET, 0)
    state = {name: one.clone() for name, one in network.state_dict().items()}
    state["features.3.bias"] = changed(state["features.3.bias"])
    with pytest.raises(StoreError, match=f"a.pth: {told}"):
        load_into(network, state, "a.pth")
