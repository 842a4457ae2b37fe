"""The page Adoption."""

from fieldapp.domain.text import Text
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.records.views import ESTABLISHMENTS, OBSERVATIONS


class AdoptionPage(RecordsPage):
    """Establishments and observations."""

    title = Text("Adoption")
    help_name = "adoption"
    views = (ESTABLISHMENTS, OBSERVATIONS)
