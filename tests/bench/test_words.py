from tensorlab.bench.words import brief


def test_what_came_is_told_in_few_words() -> None:
    assert [brief(given) for given in (7, "7", None, -(10**400))] == ["7", "'7'", "None", "about -10**400"]
    assert len(brief("x" * 1000)) == 41
