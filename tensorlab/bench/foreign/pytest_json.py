"""What pytest-benchmark wrote, as runs: every round is a block. What a file does not say is not made up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.bench.host.fingerprint import fingerprint
from tensorlab.bench.host.record import Host
from tensorlab.bench.record import UNTOLD, Case, Header, Run
from tensorlab.bench.schema import SCHEMA, upgraded
from tensorlab.codec import decode
from tensorlab.errors import StoreError, TensorlabError, UnavailableError
from tensorlab.memory.record import Doubt
from tensorlab.quantity import counted

if TYPE_CHECKING:
    from pathlib import Path

RUN = "tensorlab-run"
"""Of a benchmark's ``extra_info``: the row that our own suite measured."""
HEADER = "tensorlab"
"""Of ``machine_info``: our own suite's first line."""
BACKEND = "pytest-benchmark"
ROUNDS = Doubt(
    "foreign", "measured by pytest-benchmark: one after another, on the wall unless it was told otherwise; not checked"
)
WANTED = "name a file that pytest --benchmark-json=FILE or --benchmark-autosave wrote"
RAW = "save it with --benchmark-json=FILE, or with --benchmark-save-data"


class Suite(NamedTuple):
    """What one file holds."""

    header: Header
    rows: tuple[Run, ...]
    left: tuple[str, ...]
    """Names of benchmarks without raw times."""


def read_suite(path: Path, process: int = 0) -> Suite:
    """Read a file of pytest-benchmark: rows of our own suite as they were measured, others by their full names.

    Args:
        path: The file.
        process: Its number among files that are read together.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, is damaged, or holds no raw times.
    """
    data = _loaded(path)
    machine = data.get("machine_info")
    machine = machine if isinstance(machine, dict) else {}
    header = _header(path, machine, data.get("datetime"))
    rows, left = [], []
    for number, row in enumerate(data["benchmarks"], start=1):
        try:
            found = _row(row, header)
        except (TensorlabError, KeyError, TypeError, ValueError) as error:
            raise _damaged(path, number, error) from error
        if found is None:
            left.append(row["fullname"])
        else:
            rows.append(replace(found, process=process or found.process))
    if not rows:
        told = f"no raw times: {counted(len(left), 'benchmark')} with summaries alone" if left else "no benchmark"
        raise StoreError(f"{path} holds {told}", hint=RAW)
    return Suite(header, tuple(rows), tuple(left))


def _loaded(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UnavailableError(f"there is no file {str(path)!r}", hint=WANTED) from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} cannot be read: it is no text", hint=WANTED) from error
    except (OSError, RecursionError) as error:
        raise StoreError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}", hint=WANTED) from error
    except ValueError as error:
        raise StoreError(f"{path} is not JSON: {error}", hint=WANTED) from error
    if not isinstance(data, dict) or not isinstance(data.get("benchmarks"), list):
        raise StoreError(f"{path} is no file of pytest-benchmark: it has no list of benchmarks", hint=WANTED)
    return data


def _damaged(path: Path, number: int, error: Exception) -> StoreError:
    what = {KeyError: f"{error} is missing", TypeError: f"not what is expected there: {error}"}
    told = error.message if isinstance(error, TensorlabError) else what.get(type(error), str(error))
    return StoreError(f"{path}, benchmark {number}: {told}", hint=WANTED)


def _row(row: object, header: Header) -> Run | None:
    """None where the file has no raw times of it."""
    row = _object(row, "a benchmark")
    extra, options = (_object(row.get(key, {}), key) for key in ("extra_info", "options"))
    if RUN in extra:
        return decode(Run, upgraded("run", _object(extra[RUN], RUN), header.schema))
    name, stats = row["fullname"], _object(row["stats"], "stats")
    if not isinstance(name, str):
        raise StoreError(f"a benchmark's full name is a word; got {type(name).__name__}")
    if not stats.get("data"):
        return None
    loops = stats["iterations"]
    if type(loops) is not int:
        raise StoreError(f"iterations are a whole number; got {loops!r}")
    blocks = tuple(float(seconds) * loops for seconds in stats["data"])
    computed = options.get("timer") in {"process_time", "thread_time"}
    return Run(
        case=_case(name),
        host=header.fingerprint,
        clock="cpu" if computed else "wall",
        loops=loops,
        wall=blocks,
        cpu=blocks if computed else (),
        first=0.0,
        error=0.0,
        doubts=(ROUNDS,),
    )


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StoreError(f"{what} is an object; got {type(value).__name__}")
    return value


def _case(name: str) -> Case:
    return Case(
        workload=name,
        size=1,
        unit="calls",
        backend=BACKEND,
        device=UNTOLD,
        dtype=UNTOLD,
        threads=0,
        reads=0,
        writes=0,
        flops=0,
    )


def _header(path: Path, machine: dict[str, Any], written: object) -> Header:
    created = _moment(path, written)
    kept = machine.get(HEADER)
    if isinstance(kept, dict):
        schema = kept.get("schema")
        if type(schema) is not int or not 1 <= schema <= SCHEMA:
            raise StoreError(f"{path} has schema {schema!r}; this version reads 1 to {SCHEMA}")
        # a missing field of ours is what an older file has too
        whole = {**upgraded("header", {"schema": schema}, 1), **kept, "created": created}
        try:
            return replace(decode(Header, whole), schema=SCHEMA)
        except StoreError as error:
            raise StoreError(f"{path}, machine_info: {error.message}", hint=WANTED) from error
    host = _host(machine)
    return Header(schema=SCHEMA, created=created, profile="quick", threads=0, fingerprint=fingerprint(host), host=host)


def _moment(path: Path, written: object) -> str:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError as error:
        raise StoreError(f"{path} does not say when it was written: {written!r}", hint=WANTED) from error
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _host(machine: dict[str, Any]) -> Host:
    """What the file says of the machine; without its name."""
    told = machine.get("cpu")
    cpu: dict[str, Any] = told if isinstance(told, dict) else {}
    count = cpu.get("count")
    logical = count if type(count) is int and count > 0 else 0
    return Host(
        cpu=str(cpu.get("brand_raw") or machine.get("processor") or "unknown"),
        vector=(),
        cores=logical,
        logical=logical,
        usable=logical,
        caches=(),
        memory=0,
        huge_pages="",
        accelerators=(),
        system=_words(machine, "system", "release", "machine"),
        python=_words(machine, "python_implementation", "python_version"),
        libraries=(),
        blas=(),
        environment=(),
    )


def _words(machine: dict[str, Any], *keys: str) -> str:
    return " ".join(str(machine[key]) for key in keys if machine.get(key))
