"""What Qt says by itself, in its dialogs for files and the menus of lines, comes from our catalogue too."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from fieldapp.domain.text import Text
from fieldapp.ui.words import Words

_SPEAKERS = frozenset(
    {
        "QAbstractFileIconProvider",
        "QFileDialog",
        "QFileSystemModel",
        "QLineEdit",
        "QPlatformTheme",
        "QWidgetTextControl",
    }
)

SAID: Mapping[str, Text] = {
    text.msgid: text
    for text in (
        Text("%1 already exists.\nDo you want to replace it?"),
        Text("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
        Text("%1\nFile not found.\nPlease verify the correct file name was given."),
        Text("All Files (*)"),
        Text("Back"),
        Text("Cancel"),
        Text("Change to detail view mode"),
        Text("Change to list view mode"),
        Text("Close"),
        Text("Computer"),
        Text("Copy"),
        Text("Create New Folder"),
        Text("Create a New Folder"),
        Text("Cut"),
        Text("Date Modified"),
        Text("Delete"),
        Text("Detail View"),
        Text("Directories"),
        Text("Directory:"),
        Text("Drive"),
        Text("File"),
        Text("File name:"),
        Text("Files"),
        Text("Files of type:"),
        Text("Folder"),
        Text("Forward"),
        Text("Go back"),
        Text("Go forward"),
        Text("Go to the parent directory"),
        Text("List View"),
        Text("List of places and bookmarks"),
        Text("Look in:"),
        Text("Name"),
        Text("New Folder"),
        Text("No"),
        Text("OK"),
        Text("Open"),
        Text("Parent Directory"),
        Text("Paste"),
        Text("Redo"),
        Text("Remove"),
        Text("Rename"),
        Text("Save"),
        Text("Select All"),
        Text("Show hidden files"),
        Text("Sidebar"),
        Text("Size"),
        Text("Type"),
        Text("Undo"),
        Text("Yes"),
    )
}
"""Qt's own words without the signs of their keys."""


class QtWords(QTranslator):
    """Stays as long as its parent. Qt asks it once for each word that it is about to show."""

    def __init__(self, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._words = words
        QCoreApplication.installTranslator(self)

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        del disambiguation, n
        if context not in _SPEAKERS or not self._words.hindi:
            return source
        text = SAID.get(source.replace("&", ""))
        return source if text is None else self._words.render(text)
