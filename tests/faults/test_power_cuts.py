"""A power cut at any moment of saving, making a file or importing it."""

import pytest

from tests.faults.power_cuts import cut_power

DISKS = 5
"""So many of the disks that may be left; `./dev prove power_cuts` looks at all of them."""


@pytest.mark.parametrize("verb", ["save", "export", "import"])
def test_a_power_cut_loses_nothing_that_was_said_to_be_done_and_leaves_nothing_half(template, tmp_path, verb):
    def some(left):
        assert len(left) > DISKS  # else nothing was heard of what the program wrote
        return left[len(left) // DISKS - 1 :: len(left) // DISKS]

    assert cut_power(template, tmp_path, verb, some) >= DISKS
