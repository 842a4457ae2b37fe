"""What is left of a sync file that was damaged on its way never changes what is held (all of it: proofs)."""

from itertools import islice

import pytest

from fieldapp.sync.arrived import FileState
from tests.sync.mutants import FILES, begin, mutants, refuse_all

EVERY = 199


@pytest.mark.parametrize("which", FILES)
def test_damaged_files_are_refused_with_a_code_and_change_nothing(exchange, which):
    source, other = begin(exchange, which)
    found = refuse_all(exchange, which, islice(mutants(source, other), 0, None, EVERY))
    assert {"empty_file", "truncated", "bad_signature", "bad_hash", "trailing_bytes"} <= set(found)
    (exchange.stick / "whole.fieldsync").write_bytes(source)
    if which == "receipt":
        exchange.centre.receipts.apply(exchange.centre.actor, exchange.stick / "whole.fieldsync")
    else:
        assert exchange.deliver(exchange.stick / "whole.fieldsync").by_state() == {FileState.IMPORTED: 1}
