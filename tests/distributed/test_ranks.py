from __future__ import annotations

from support.teams import alone


def test_who_met_then_the_rows_of_the_parts_in_their_order() -> None:
    told = alone("""
from tensorlab.distributed.ranks import measured
chosen = replace(plan, parts=("products", "collectives"), sizes=(4096,))
print(json.dumps([[number, type(row).__name__] for number, row in measured(chosen, steps.append)]))
""")
    assert told == [[0, "Crew"], *[[0, "Product"]] * 4, *[[0, "Transfer"]] * 3]
