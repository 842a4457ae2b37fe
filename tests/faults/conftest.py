"""The head office and centre that the tests of the exchange are played with."""

from tests.sync.conftest import exchange, template

__all__ = ["exchange", "template"]
