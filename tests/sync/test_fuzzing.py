"""A share of the random damage that `./dev prove fuzz` does to the inner parsers."""

from tests.sync.fuzzing import TARGETS, check


def test_every_parser_takes_or_refuses_whatever_it_is_given():
    found = check(seed=1, count=4000)
    assert {f"{one.name} refused" for one in TARGETS} <= found.keys()
    assert sum(found[f"{one.name} taken"] > 0 for one in TARGETS) > len(TARGETS) / 2
