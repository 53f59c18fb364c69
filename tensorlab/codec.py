"""Records to JSON and back. The record is the schema: its fields are the keys."""

from __future__ import annotations

import dataclasses
import enum
import functools
import math
import types
import typing
from array import array
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeVar

from tensorlab.errors import StoreError, TensorlabError, UnsupportedError

Record = TypeVar("Record")
JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]

_MOST_TOLD = 200
"""Characters of a value in a message."""
_NOT_FINITE = ("nan", "inf", "-inf")
_JSON_TYPES = {
    tuple: list,
    list: list,
    frozenset: list,
    array: list,
    Mapping: dict,
    dict: dict,
    types.NoneType: types.NoneType,
    bool: bool,
    int: int,
    str: str,
    bytes: str,
}


def encode(value: object) -> JSON:
    """A record, or anything made of records, as what ``json.dumps`` takes.

    Sets are sorted; NaN and the infinities become words, bytes become hexadecimal digits, members of an enumeration
    their values, whole numbers that are keys their digits, columns of integers lists. A field whose metadata say
    "transient" is left out.

    Raises:
        UnsupportedError: Something in it is no number, word, bytes, sequence, mapping from words or whole numbers,
            column of 64-bit integers, or record.

    >>> from tensorlab.layout.record import Layout
    >>> encode(Layout((2, 3), (12, 4), itemsize=4))
    {'shape': [2, 3], 'strides': [12, 4], 'offset': 0, 'itemsize': 4}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, Mapping):
        return {_word(key): encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [encode(item) for item in value]
        return items if isinstance(value, (list, tuple)) else sorted(items, key=str)
    if isinstance(value, array) and value.typecode == "q":
        return typing.cast("JSON", value.tolist())
    return _encode_leaf(value)


def _encode_leaf(value: object) -> JSON:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, enum.Enum):
        return _encode_leaf(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise UnsupportedError(f"a record holds numbers, words and records; got {type(value).__name__}")


def _word(key: object) -> str:
    if type(key) is int:
        return str(key)
    if not isinstance(key, str):
        raise UnsupportedError(f"the keys of a mapping are words or whole numbers; got {key!r}")
    return key


def decode(kind: type[Record], data: object) -> Record:
    """The record of type ``kind`` that ``encode`` turned into ``data``.

    Where a field may hold one of several records, the one with exactly those fields is taken; two with the same fields
    cannot be told apart.

    Raises:
        StoreError: ``data`` has other fields than ``kind``, a field holds another type, the record refuses it, or it
            could be either of two records.

    >>> from tensorlab.layout.record import Layout
    >>> decode(Layout, {"shape": [2], "strides": [4], "offset": 0, "itemsize": 4})
    Layout(shape=(2,), strides=(4,), offset=0, itemsize=4)
    >>> decode(Layout, {"shape": ["2"], "strides": [4], "offset": 0, "itemsize": 4})
    Traceback (most recent call last):
    tensorlab.errors.StoreError: Layout.shape[0] is an int; got '2'
    """
    try:
        return typing.cast("Record", _decode(kind, data, kind.__name__))
    except StoreError:
        raise
    except TensorlabError as error:
        raise StoreError(f"not a {kind.__name__}: {error.message}", hint=error.hint) from error


def _decode(kind: Any, data: Any, place: str) -> Any:  # noqa: ANN401 - annotations are values here
    if dataclasses.is_dataclass(kind):
        return _decode_record(kind, data, place)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _decode(_member(arguments, data, place), data, place)
    if not _fits(kind, data):
        raise StoreError(f"{place} is {_described(kind)}; got {_cut(data)}")
    if origin in {tuple, list, frozenset}:
        if _plain(arguments, data):
            return origin(data)
        fixed = origin is tuple and Ellipsis not in arguments
        return origin(_decode_items(arguments if fixed else arguments[:1] * len(data), data, place))
    if origin in {Mapping, dict}:
        return {
            _key(arguments[0], key, place): _decode(arguments[1], item, f"{place}[{key!r}]")
            for key, item in data.items()
        }
    return _decode_leaf(kind, data, place)


def _plain(arguments: tuple[Any, ...], data: list[Any]) -> bool:
    """Whether these are numbers of one type as they stand: a run has so many that each by itself takes long."""
    return arguments in {(float, ...), (int, ...)} and all(type(number) is arguments[0] for number in data)


def _key(kind: Any, key: str, place: str) -> str | int:  # noqa: ANN401 - annotations are values here
    if kind is not int:
        return key
    if key.removeprefix("-").isdecimal() and str(int(key)) == key:
        return int(key)
    raise StoreError(f"the keys of {place} are whole numbers; got {key!r}")


def _column(data: list[Any], place: str) -> array[int]:
    """Whole numbers of 64 bits: as many as a graph has nodes, so they are not looked at one by one by name."""
    if all(type(number) is int for number in data):
        with suppress(OverflowError):
            return array("q", data)
    wrong = next(number for number in data if type(number) is not int or not -(2**63) <= number < 2**63)
    raise StoreError(f"{place} holds whole numbers of 64 bits; got {wrong!r}")


def _decode_leaf(kind: Any, data: Any, place: str) -> Any:  # noqa: ANN401 - annotations are values here
    if kind is array:
        return _column(data, place)
    if kind is bytes:
        try:
            return bytes.fromhex(data)
        except ValueError as error:
            raise StoreError(f"{place} is hexadecimal digits; got {_cut(data)}") from error
    return float(data) if kind is float else kind(data) if _is_enumeration(kind) else data


def _decode_record(kind: Any, data: Any, place: str) -> Any:  # noqa: ANN401 - annotations are values here
    if not isinstance(data, Mapping):
        raise StoreError(f"{place} is {_described(kind)}; got {_cut(data)}")
    hints = _hints(kind)
    if set(data) != set(hints):
        missing, other = sorted(set(hints) - set(data)), sorted(map(str, set(data) - set(hints)))
        raise StoreError(f"{place}: {kind.__name__} lacks {missing} and has no {other}")
    return kind(**{name: _decode(hint, data[name], f"{place}.{name}") for name, hint in hints.items()})


def _cut(data: object) -> str:
    """As Python writes it; of something long its beginning: a message is read by people."""
    words = repr(data)
    return words if len(words) <= _MOST_TOLD else f"{words[:_MOST_TOLD]}…"


def _decode_items(kinds: tuple[Any, ...], data: list[Any], place: str) -> list[Any]:
    if len(kinds) != len(data):
        raise StoreError(f"{place} has {len(kinds)} items; got {len(data)}")
    return [_decode(kind, item, f"{place}[{i}]") for i, (kind, item) in enumerate(zip(kinds, data, strict=True))]


def _member(kinds: tuple[Any, ...], data: Any, place: str) -> Any:  # noqa: ANN401 - annotations are values here
    """The one of several types that the data belongs to."""
    fitting = [kind for kind in kinds if _fits(kind, data)]
    if len(fitting) > 1 and isinstance(data, Mapping):
        raise StoreError(f"{place} could be {' or '.join(map(_described, fitting))}: their fields are the same")
    if fitting:
        return fitting[0]
    present = [kind for kind in kinds if kind is not types.NoneType]
    if len(present) == 1:
        return present[0]
    raise StoreError(f"{place} is {' or '.join(map(_described, kinds))}; got {_cut(data)}")


def _fits(kind: Any, data: Any) -> bool:  # noqa: ANN401 - annotations are values here
    """Whether the data has the outer form of that type; what is inside is not looked at."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return isinstance(data, Mapping) and set(data) == set(_hints(kind))
    origin = typing.get_origin(kind) or kind
    if origin is typing.Literal:
        return any(type(data) is type(word) and data == word for word in typing.get_args(kind))
    if kind is float:
        return type(data) in {int, float} or data in _NOT_FINITE
    if _is_enumeration(kind):
        return any(type(data) is type(member.value) and data == member.value for member in kind)
    return type(data) is _JSON_TYPES.get(origin)


def _is_enumeration(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


@functools.cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 - annotations are values here
    hints = typing.get_type_hints(kind)
    stored = (field.name for field in dataclasses.fields(kind) if not field.metadata.get("transient"))
    return {name: hints[name] for name in stored}


def _described(kind: Any) -> str:  # noqa: ANN401 - annotations are values here
    words = [member.value for member in kind] if _is_enumeration(kind) else typing.get_args(kind)
    if _is_enumeration(kind) or typing.get_origin(kind) is typing.Literal:
        return f"one of {', '.join(map(repr, words))}"
    name = "None" if kind is types.NoneType else getattr(typing.get_origin(kind) or kind, "__name__", str(kind))
    return name if name == "None" else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
