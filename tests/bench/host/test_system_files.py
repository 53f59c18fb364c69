from pathlib import Path

from tensorlab.bench.host.system_files import contents


def test_what_cannot_be_read_is_empty_and_odd_bytes_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"a\xffb")
    assert contents(tmp_path / "odd") == "a\N{REPLACEMENT CHARACTER}b"
    assert contents(tmp_path) == contents(tmp_path / "missing") == ""
