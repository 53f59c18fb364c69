from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.memory.record import MemoryMap, Storage
from tensorlab.memory.totals import leaves, unique_bytes


def storage(address: int | None, nbytes: int | None, device: str = "cpu", key: int | None = None) -> Storage:
    return Storage(device=device, address=address, nbytes=nbytes, owner="torch", key=key)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 20), st.sampled_from(["cpu", "cuda:0"]))))
def test_each_byte_of_a_device_counts_once(runs: list[tuple[int, int, str]]) -> None:
    touched = {(device, byte) for start, size, device in runs for byte in range(start, start + size)}
    assert unique_bytes(storage(*run) for run in runs) == len(touched)


def test_storages_without_an_address_are_told_apart_by_their_key() -> None:
    meta = [storage(None, 40, "meta", key=1), storage(None, 40, "meta", key=1), storage(None, 40, "meta", key=2)]
    assert unique_bytes(meta) == 80
    assert unique_bytes([storage(None, 40), storage(None, 40)]) == 80
    assert unique_bytes([storage(8, None)]) == 0


def test_leaves_have_a_storage_and_a_dotted_name() -> None:
    def made(size: int | None, *parts: tuple[str, MemoryMap]) -> MemoryMap:
        held = None if size is None else storage(8, size)
        return MemoryMap(type="a.B", library="torch", shape=None, dtype=None, storage=held, parts=parts)

    whole = made(None, ("values", made(1)), ("inner", made(2, ("mask", made(3)))))
    found = [(name, leaf.storage.nbytes) for name, leaf in leaves(whole) if leaf.storage]
    assert found == [("values", 1), ("inner", 2), ("inner.mask", 3)]
