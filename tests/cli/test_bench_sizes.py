from __future__ import annotations

import pytest

from tensorlab.cli.bench_sizes import size_of, words_of
from tensorlab.errors import LayoutError, UnsupportedError


@pytest.mark.parametrize(("word", "size"), [("8", 8), ("1e6", 10**6), ("1_000", 1000), ("1E3", 1000), ("0", 0)])
def test_sizes_as_people_write_them(word: str, size: int) -> None:
    assert size_of(word) == size


@pytest.mark.parametrize("word", ["1.5", "many", "nan", "inf", ""])
def test_what_is_no_whole_number_is_one_sentence(word: str) -> None:
    with pytest.raises(UnsupportedError, match="a size is a whole number; got "):
        size_of(word)


@pytest.mark.parametrize("word", ["1e200", "9" * 5000, "-1e999999"])
def test_what_nobody_may_ask_for_is_one_short_sentence(word: str) -> None:
    with pytest.raises(LayoutError, match=r"a size is a count from 1 to 10\*\*18; got ") as raised:
        size_of(word)
    assert len(str(raised.value)) < 200


def test_words_stand_between_commas() -> None:
    assert words_of(" cpu ,cuda,,") == ["cpu", "cuda"]
    assert words_of("") == []
