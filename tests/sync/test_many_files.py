"""A folder of many files with bad ones, repeats, photographs and receipts among them (the whole: proofs)."""

import pytest

from tests.sync.many_files import check_stick, make_stick


@pytest.fixture
def stick(tmp_path):
    hq, folder, expected = make_stick(tmp_path, good=18, damaged=3, repeats=5, pictures=4, receipts=2)
    yield hq, folder, expected
    hq.home.close()


def test_everything_on_a_stick_is_counted_named_and_taken_once(stick):
    check_stick(*stick)
