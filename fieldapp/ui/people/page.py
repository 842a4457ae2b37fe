"""The page People."""

from fieldapp.domain.text import Text
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.records.views import PEOPLE


class PeoplePage(RecordsPage):
    """People found by name, father's or husband's name, village; and what is known of each."""

    title = Text("People")
    help_name = "people"
    views = (PEOPLE,)
