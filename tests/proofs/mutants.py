"""More than 100,000 damaged files brought to a head office and a centre: none is taken, nothing changes."""

from itertools import islice
from pathlib import Path

from tests.sync.exchange import Exchange, make_template
from tests.sync.mutants import FILES, begin, mutants, refuse_all

SHARES = 30
SAMPLE = len(FILES)
WHOLE = SHARES * len(FILES)


def prove(seed: int, folder: Path) -> None:
    """Every thirtieth mutant of one of the three files, a thousand and more."""
    (folder / "template").mkdir()
    exchange = Exchange.copied(make_template(folder / "template"), folder / "exchange")
    which = FILES[seed % len(FILES)]
    try:
        source, other = begin(exchange, which)
        found = refuse_all(exchange, which, islice(mutants(source, other), seed // len(FILES), None, SHARES))
    finally:
        exchange.close()
    assert found.total() > 1000
