"""A head office, its centre and a stick between them: real homes, copied from ones that were made once."""

import pytest

from tests.sync.exchange import Exchange, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("homes"))


@pytest.fixture
def exchange(template, tmp_path):
    found = Exchange.copied(template, tmp_path)
    yield found
    found.close()
