"""Half a year of three centres: a third of the files lost, a fifth twice, and five mishaps."""

import pytest

from tests.sync.exchange_machine import make_template
from tests.sync.two_years import LETTERS, Plan, check_years


@pytest.mark.timeout(300)
def test_after_mishaps_and_losses_head_office_holds_the_union(tmp_path):
    check_years(make_template(tmp_path, LETTERS[:3]), Plan(centres=3, weeks=16, restores=5), seed=1)
