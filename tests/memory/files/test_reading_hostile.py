"""Files made to mislead: each ends in a sentence, runs nothing, and takes little memory and time."""

from __future__ import annotations

import os
import pickle
import random
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import torch
from support.probe import run_python
from support.tensor_files import (
    archive_bytes,
    npy_bytes,
    npz_bytes,
    safetensors_bytes,
    some_files,
    torch_bytes,
    with_pickle,
    written,
)

from tensorlab.diagram.files import files_scene
from tensorlab.errors import StoreError, TensorlabError
from tensorlab.memory.files.reading import read_file
from tensorlab.memory.files.slim import slim_file
from tensorlab.memory.files.weighing import weigh
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path

GUARDED = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from tensorlab.errors import TensorlabError
from tensorlab.memory.files.reading import read_file
from tensorlab.memory.files.weighing import weigh
from tensorlab.diagram.files import files_scene
from tensorlab.render.figure import Figure
for name in sys.argv[1:]:
    started = time.process_time()
    try:
        told = weigh(read_file(name))
        words = Figure(told, files_scene(told)).text()
        outcome = "read " + str(told.retention.count)
    except TensorlabError as error:
        outcome = "error " + error.message[:300].replace("\\n", " ")
    spent = time.process_time() - started
    print(name.rpartition("/")[2], "SLOW" if spent > 20 else "quick", outcome, sep="|")
assert "torch" not in sys.modules and "numpy" not in sys.modules
"""


class Bomb:
    """Calls what it is given when it is unpickled."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, ...]:
        return self.call


def laughs(levels: int, leaf: object) -> object:
    """References to references: ten to the power of ``levels`` leaves in a few bytes."""
    for _ in range(levels):
        leaf = [leaf] * 10
    return leaf


def tensor_pickle(offset: bytes, shape: bytes, strides: bytes) -> bytes:
    """A tensor over storage 0 of four floats; the arguments are pickled."""
    storage = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuK\4tQ"
    return b"\x80\2ctorch._utils\n_rebuild_tensor_v2\n(" + storage + offset + shape + strides + b"\x89N" + b"tR."


def huge(exponent: int) -> bytes:
    value: int = 2**exponent
    return b"\x8a\x09" + value.to_bytes(9, "little")


STORAGE = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuK\4tQ"
FLOATS = bytes(16)
PICKLES: dict[str, tuple[bytes, str]] = {
    "laughs": (pickle.dumps(laughs(40, 1), 2), "read 0"),
    "laughs-dict": (pickle.dumps({"a": laughs(30, {"b": laughs(30, 2)})}, 4), "read 0"),
    "cycle": (b"\x80\2]q\0h\0a.", "read 0"),
    "deep": (b"\x80\2" + b"]" * 300_000 + b"a" * 299_999 + b".", "containers lie more than 10,000 deep"),
    "appends": (b"\x80\2]" + b"(K\1e" * 700_000 + b".", "more than 2,000,000 opcodes"),
    "nodes": (b"\x80\2(" + b"]" * 900_000 + b"l.", "more than 500,000 containers"),
    "memo": (b"\x80\4]" + b"\x94" * 300_000 + b".", "read 0"),
    "long": (b"\x80\2\x8b\xff\xff\xff\x7f.", "damaged"),
    "long-negative": (b"\x80\2\x8b\xff\xff\xff\xff.", "damaged"),
    "digits": (b"L" + b"9" * 1_000_000 + b"L\n.", "damaged"),
    "word": (b"\x80\4\x8d" + struct.pack("<Q", 2**62) + b"a.", "damaged"),
    "bytes": (b"\x80\4\x8e" + struct.pack("<Q", 2**63 + 5) + b"a.", "damaged"),
    "short-word": (b"\x80\2X\xff\xff\xff\xffa.", "damaged"),
    "frame": (b"\x80\4\x95" + struct.pack("<Q", 2**62) + b"].", "read 0"),
    "slot": (b"\x80\2]r\xff\xff\xff\xff.", "read 0"),
    "key": (b"\x80\2}(" + b"\x8b" + struct.pack("<i", 2**20) + b"\x7f" * 2**20 + b"]u.", "read 0"),
    "no-stop": (b"\x80\2]", "damaged"),
    "nothing": (b"", "damaged"),
    "empty-stack": (b"\x80\2R.", "damaged"),
    "mark": (b"\x80\2(.", "damaged"),
    "out-of-band": (b"\x80\5\x97.", "NEXT_BUFFER"),
    "eval": (b"cbuiltins\neval\n(X\1\0\0\x001tR.", "to load it is to call builtins.eval"),
    "hidden": (b"\x80\4\x8c\2os\x8c\6system\x93\x8c\2ls\x85R.", "to load it is to call os.system"),
    "calls": (b"\x80\2ccollections\nOrderedDict\n" + b")R" * 60_000 + b".", "read 0"),
    "long-names": (b"\x80\2}X\x90\1\0\0" + b"k" * 400 + b"(" + b"]" * 400_000 + b"ls.", "read 0"),
    "leaves": (b"\x80\2(" + STORAGE + b"q\0" + b"h\0" * 200_001 + b"l.", "more than 200,000 tensors"),
    "astray": (b"\x80\4\x8c\5torch\x8c\x09os.system\x93\x8c\2ls\x85R.", "to load it is to call torch.os.system"),
    "given": (
        b"\x80\2ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nctorch\nTensor\nX\2\0\0\0ls\x85}tR.",
        "to load it is to call os.system",
    ),
    "handed": (b"\x80\2cfunctools\nreduce\ncos\nsystem\n]\x86R.", "to load it is to call os.system"),
    "extension": (b"\x80\2\x82\1.", "EXT1"),
    "tuple": (b"\x80\2)K\1a.", "damaged"),
    "instance": (b"(X\1\0\0\x00aios\nsystem\n.", "to load it is to call os.system"),
    "of-attribute": (b"cbuiltins\ngetattr\n(cos\nPath\nX\1\0\0\0xtR(tR.", "to load it is to call builtins.getattr()"),
    "reached": (b"cargparse\nNamespace\n)\x81}X\1\0\0\0aK\1sb.", "read 0"),
    "far": (tensor_pickle(huge(61), b"K\2\x85", b"K\1\x85"), "read 1"),
    "wide": (tensor_pickle(b"K\0", huge(61) + huge(61) + b"\x86", b"K\0K\0\x86"), "read 1"),
    "many": (tensor_pickle(b"K\0", huge(61) + b"\x85", huge(61) + b"\x85"), "read 1"),
    "too-wide": (tensor_pickle(b"K\0", huge(63) + b"\x85", b"K\0\x85"), "a size, a stride or an offset"),
    "negative": (tensor_pickle(b"K\0", b"J\xff\xff\xff\xff\x85", b"K\0\x85"), "a size, a stride or an offset"),
    "truth": (tensor_pickle(b"\x88", b"K\1\x85", b"K\0\x85"), "a size, a stride or an offset"),
    "axes": (tensor_pickle(b"K\0", b"(" + b"K\1" * 70 + b"t", b"(" + b"K\0" * 70 + b"t"), "a shape is needed"),
    "unequal": (tensor_pickle(b"K\0", b"K\1K\1\x86", b"K\0\x85"), "1 strides for the 2 axes"),
    "wrapped": (
        b"\x80\2" + b"ctorch._utils\n_rebuild_parameter\n" * 50 + b"N" + b"\x88N\x87R" * 50 + b".",
        "where a tensor is needed",
    ),
}
"""Pickles in an archive of torch, and what is told."""


def overlapping_zip() -> bytes:
    """Many entries for one deflated record, as in the bombs of 2019."""
    data = bytearray(npz_bytes(compressed=True, a=bytes(10**6)))
    end = data.rfind(b"PK\5\6")
    start = struct.unpack_from("<L", data, end + 16)[0]
    entry = bytes(data[start:end])
    copies = entry * 20
    return bytes(data[:start]) + copies + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 20, 20, len(copies), start, 0)


def inflating_zip(nbytes: int) -> bytes:
    """A record that says it becomes so many bytes."""
    data = bytearray(npz_bytes(compressed=True, a=bytes(100)))
    directory = data.rfind(b"PK\1\2")
    struct.pack_into("<L", data, directory + 24, nbytes)
    return bytes(data)


def named(name: str) -> bytes:
    return archive_bytes({"a/data.pkl": b"N.", name: b"x"})


def directory_of(count: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, 0, 0, 0)


def encrypted() -> bytes:
    data = bytearray(named("a/x"))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    return bytes(data)


def header(text: str) -> bytes:
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode()


def npy(shape: str, descr: str = "'<f4'") -> bytes:
    return header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n")


def tensor(dtype: object, shape: object, offsets: object) -> bytes:
    return safetensors_bytes({"w": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}, bytes(8))


FILES: dict[str, tuple[bytes, str]] = {
    "empty.pt": (b"", "it is empty"),
    "text.pt": (b"hello, world" * 9, "does not begin as a file of tensors"),
    "bare.pt": (pickle.dumps([1]), "bare pickle"),
    "old.pt": (torch_bytes(torch.ones(3), _use_new_zipfile_serialization=False), "before 1.6"),
    "other.pt": (archive_bytes({"a.txt": b"x"}), "other things than tensors"),
    "no-storage.pt": (torch_bytes(torch.ones(3)).replace(b"archive/data/0", b"archive/data/9"), "no record"),
    "deflated.pt": (archive_bytes({"a/data.pkl": b"N." * 99}, zipfile.ZIP_DEFLATED), "is compressed"),
    "bzip.npz": (archive_bytes({"a.npy": npy_bytes([1])}, zipfile.ZIP_BZIP2), "method 12"),
    "twice.pt": (archive_bytes({"a/data.pkl": b"N.", "b/data.pkl": b"N."}), "2 records called data.pkl"),
    "order.pt": (archive_bytes({"a/data.pkl": b"N.", "a/byteorder": b"middle"}), "its byte order is 'middle'"),
    "up.pt": (named("a/../../b"), "a name that leaves its folder"),
    "root.pt": (named("/etc/passwd"), "a name that leaves its folder"),
    "drive.pt": (named("C:/x"), "a name that leaves its folder"),
    "encrypted.pt": (encrypted(), "is encrypted"),
    "escape.pt": (torch_bytes({"\x1b[2Jred\n": torch.ones(2)}), "read 1"),
    "count.npz": (b"PK\5\6" + directory_of(0xFFFE)[4:], "ends within a record"),
    "overlap.npz": (overlapping_zip(), "overlaps another"),
    "bomb.npz": (inflating_zip(2**31), "a zip bomb"),
    "longer.npz": (inflating_zip(5000), "the directory 5,000 B"),
    "notes.npz": (archive_bytes({"a.npy": npy_bytes([1.0]), "b.txt": b"x"}), "read 1"),
    "length.safetensors": (struct.pack("<Q", 2**63) + b"{}", "its header would be"),
    "long.safetensors": (struct.pack("<Q", 10**8) + b"{}", "its header would be"),
    "deep.safetensors": (safetensors_bytes(b'{"a":' + b"[" * 90_000), "no JSON"),
    "lists.safetensors": (safetensors_bytes(b"[" + b"[]," * 600_000 + b"1]"), "more than 250,000 tensors"),
    "commas.safetensors": (safetensors_bytes(b'{"a":[' + b"1," * 4_100_000 + b"1]}"), "more than 250,000 tensors"),
    "digits.safetensors": (safetensors_bytes(b'{"a":' + b"9" * 9000 + b"}"), "no JSON"),
    "list.safetensors": (struct.pack("<Q", 2) + b"[]", "no JSON object"),
    "words.safetensors": (safetensors_bytes({"a": 3}), "is not told by dtype, shape and data_offsets"),
    "nan.safetensors": (safetensors_bytes(b'{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}'), "a wrong type"),
    "twice.safetensors": (safetensors_bytes(b'{"a":1,"a":2}'), "a key twice: 'a'"),
    "types.safetensors": (tensor("F32", [2.0], [0, 8]), "a wrong type"),
    "minus.safetensors": (tensor("F32", [-2], [0, 8]), "a wrong type"),
    "back.safetensors": (tensor("F32", [2], [8, 0]), "ends before it begins"),
    "size.safetensors": (tensor("F32", [3], [0, 8]), "has 8 B in the file"),
    "cut.safetensors": (tensor("F32", [3], [0, 12]), "the file is cut"),
    "wide.safetensors": (tensor("F32", [2**61, 2**61], [0, 8]), "has 8 B in the file"),
    "axes.safetensors": (tensor("F32", [1] * 65, [0, 4]), "a wrong type"),
    "dtype.safetensors": (tensor("F33", [2], [0, 8]), "read 1"),
    "header.npy": (b"\x93NUMPY\2\0" + struct.pack("<I", 2**31) + b"{}", "NumPy reads no more than 10,000 B"),
    "version.npy": (b"\x93NUMPY\x09\0" + bytes(9), "version 1, 2 or 3"),
    "code.npy": (header("__import__('os').system('ls')"), "no Python literal"),
    "nested.npy": (header("(" * 5000), "nested as no header is"),
    "signs.npy": (header("-" * 5000 + "1"), "nested as no header is"),
    "huge.npy": (npy(f"({2**61},)"), "its elements need"),
    "wide.npy": (npy(f"({2**61}, {2**61})"), "its elements need"),
    "minus.npy": (npy("(-1,)"), "has the shape (-1,)"),
    "truth.npy": (npy("(True,)"), "has the shape (True,)"),
    "descr.npy": (npy("(1,)", "[('a', '<f4', (2147483647, 2147483647))]"), "which NumPy has none of"),
    "object.npy": (npy_bytes([Bomb(os.system, "exit 1")], allow_pickle=True), "read 1"),
    "word.npy": (npy("(1,)", "'os.system'"), "which NumPy has none of"),
}
"""Files, and what is told."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one guarded process says of every file."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {name: content for name, (content, _) in FILES.items()}
    files |= {f"{name}.pkl.pt": with_pickle(content, s0=FLOATS) for name, (content, _) in PICKLES.items()}
    done = run_python(GUARDED, *(written(folder, name, content) for name, content in files.items()))
    assert done.returncode == 0, done.stderr
    lines = [line.split("|", 2) for line in done.stdout.splitlines()]
    assert [line for line in lines if line[1] != "quick"] == []
    return {name: outcome for name, _, outcome in lines}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_one_sentence(told: dict[str, str], name: str) -> None:
    assert FILES[name][1] in told[name]


@pytest.mark.parametrize("name", PICKLES)
def test_a_hostile_pickle_is_one_sentence(told: dict[str, str], name: str) -> None:
    assert PICKLES[name][1] in told[f"{name}.pkl.pt"]


def test_nothing_in_a_pickle_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for number, content in enumerate(
        [
            torch_bytes(Bomb(os.system, f"touch {marker}")),
            torch_bytes({"w": torch.ones(2), "x": Bomb(eval, f"open({str(marker)!r}, 'w')")}, pickle_protocol=4),
            pickle.dumps(Bomb(os.system, f"touch {marker}")),
        ]
    ):
        with pytest.raises(StoreError, match=r"nothing of it was run|bare pickle"):
            read_file(written(tmp_path, f"{number}.pt", content))
    assert not marker.exists()
    with pytest.raises(StoreError, match="nothing of it was run"):
        slim_file(str(tmp_path / "0.pt"), str(tmp_path / "out.pt"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.pt", "1.pt", "2.pt"]


def outcome(path: str) -> str:
    """What is told of a file, or the error; anything but an error of ours goes through."""
    try:
        told = weigh(read_file(path))
        Figure(told, files_scene(told)).text()
    except TensorlabError as error:
        return f"error {error}"
    return str(told)


def flipped(data: bytes, draw: random.Random) -> bytes:
    """The bytes with some of them changed."""
    found = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 4])):
        found[draw.randrange(len(found))] = draw.choice([0, 255, draw.randrange(256)])
    return bytes(found)


@pytest.mark.parametrize("name", some_files())
def test_every_beginning_of_a_file_is_cut_and_said_to_be(tmp_path: Path, name: str) -> None:
    whole = some_files()[name]
    path = written(tmp_path, name, whole)
    assert not outcome(path).startswith("error")
    for size in reversed(range(len(whole))):
        os.truncate(path, size)
        assert outcome(path).startswith("error "), size


@pytest.mark.parametrize("count", [300, 2000])
@pytest.mark.parametrize("name", some_files())
def test_flipped_bytes_give_an_answer_or_an_error_of_ours(tmp_path: Path, name: str, count: int) -> None:
    whole = some_files()[name]
    draw = random.Random(3)
    outcomes = {outcome(written(tmp_path, name, flipped(whole, draw))) for _ in range(count)}
    assert {found[:5] == "error" for found in outcomes} == {True, False}


def test_what_is_slimmed_of_flipped_bytes_can_be_read_or_is_refused(tmp_path: Path) -> None:
    whole = some_files()["x.pt"]
    draw = random.Random(5)
    output = tmp_path / "out.pt"
    found = []
    for _ in range(60):
        output.unlink(missing_ok=True)
        path = written(tmp_path, "x.pt", flipped(whole, draw))
        try:
            slim_file(path, str(output))
        except TensorlabError:
            assert not output.exists()
            found.append("refused")
        else:
            found.append(outcome(str(output))[:5])
    assert {*found} == {"refused", str(output)[:5]}


def test_an_archive_cut_and_closed_anew_is_refused(tmp_path: Path) -> None:
    """The directory is whole, and what it tells is not there."""
    whole = torch_bytes({"w": torch.ones(1000)})
    directory = whole.rfind(b"PK\1\2", 0, whole.find(b"PK\1\2") + 1)
    cut = whole[:500] + whole[directory:]
    with pytest.raises(StoreError, match=r"is not read|is cut or damaged"):
        read_file(written(tmp_path, "x.pt", cut))


def test_names_are_told_and_cannot_move_the_cursor(tmp_path: Path) -> None:
    content = read_file(written(tmp_path, "x.pt", torch_bytes({"\x1b[2J\r": torch.ones(2), "b\0": torch.ones(1)})))
    told = weigh(content)
    text = Figure(told, files_scene(told)).text()
    assert text.replace("\n", "").isprintable()
    assert "x1b[2J" in text


def test_a_large_file_costs_no_more_than_a_small_one(tmp_path: Path) -> None:
    """2 GiB of zeros that the system does not store."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "a/data.pkl", tensor_pickle(b"K\0", b"K\4\x85", b"K\1\x85").replace(b"cpuK\4", b"cpuJ\0\0\0\x1f")
        )
        archive.writestr("a/data/0", b"")
    data = bytearray(stream.getvalue())
    size = 4 * 0x1F000000
    start = data.find(b"PK\1\2")
    entry = data.rfind(b"PK\1\2")
    struct.pack_into("<2L", data, entry + 20, size, size)
    end = data.rfind(b"PK\5\6")
    struct.pack_into("<L", data, end + 16, start + size)
    path = tmp_path / "large.pt"
    with path.open("wb") as file:
        file.write(data[:start])
        file.seek(size, os.SEEK_CUR)
        file.write(data[start:])
    code = (
        "import resource, sys, time\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))\n"
        "from tensorlab.api.files import file_retention\n"
        "started = time.process_time()\n"
        "print(file_retention(sys.argv[1]))\n"
        "assert time.process_time() - started < 2\n"
    )
    done = run_python(code, str(path))
    assert "it uses 16 B, retains 2,080,374,784 B" in done.stdout, done.stderr
