"""Twenty files with repeats come in whatever order: head office holds the same."""

import pytest

from tests.sync.exchange_machine import make_template
from tests.sync.twenty_files import check_orders


@pytest.mark.timeout(300)
def test_the_order_of_twenty_files_does_not_matter(tmp_path):
    check_orders(make_template(tmp_path), seed=1, orders=range(4))
