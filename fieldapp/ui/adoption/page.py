"""The page Adoption."""

from fieldapp.domain.text import Text
from fieldapp.ui.records.page import RecordsPage
from fieldapp.ui.records.views import ESTABLISHMENTS, OBSERVATIONS, PLACES


class AdoptionPage(RecordsPage):
    """Establishments, observations, and the places that were typed here."""

    title = Text("Adoption")
    help_name = "adoption"
    views = (ESTABLISHMENTS, OBSERVATIONS, PLACES)
