"""What this computer remembers between two starts: language, look, home, printer. Nothing of people."""

from pathlib import Path

from PySide6.QtCore import QSettings

from fieldapp.ui.theme import SCALES, Theme

LANGUAGES = ("hi", "en")


class Remembered:
    """Kept in a small file of the person who is logged in to the computer, outside every home."""

    def __init__(self) -> None:
        self._kept = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "fieldapp", "window")

    @property
    def language(self) -> str:
        """'hi' or 'en'; Hindi at first."""
        kept = self._word("language")
        return kept if kept in LANGUAGES else "hi"

    @language.setter
    def language(self, code: str) -> None:
        self._kept.setValue("language", code)

    @property
    def theme(self) -> Theme:
        """Light or dark, and the size of the text."""
        scale = self._word("scale")
        known = int(scale) if scale.isdecimal() else 0
        return Theme(dark=self._word("dark") == "1", scale=known if known in SCALES else 100)

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._kept.setValue("dark", str(int(theme.dark)))
        self._kept.setValue("scale", str(theme.scale))

    @property
    def home(self) -> Path | None:
        """The folder of the home that was open last."""
        kept = self._word("home")
        return Path(kept) if kept else None

    @home.setter
    def home(self, folder: Path) -> None:
        self._kept.setValue("home", str(folder))

    @property
    def printer(self) -> str:
        """The name of the printer that was used last, '' for the computer's own choice."""
        return self._word("printer")

    @printer.setter
    def printer(self, name: str) -> None:
        self._kept.setValue("printer", name)

    @property
    def paper(self) -> str:
        """The paper that was used last, a name of printing.PAPERS; '' at first."""
        return self._word("paper")

    @paper.setter
    def paper(self, name: str) -> None:
        self._kept.setValue("paper", name)

    def _word(self, name: str) -> str:
        return str(self._kept.value(name, ""))
