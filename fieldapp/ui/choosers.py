"""Asking for files and folders: opened, never executed; what was chosen is handed on when it is there."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fieldapp.domain.text import Text
from fieldapp.ui.words import Words


def ask_files(
    parent: QWidget, words: Words, title: Text, kinds: str, then: Callable[[list[Path]], object]
) -> None:
    """Ask for one or more files that are there. kinds: endings to show first, as in '*.fieldsync'."""
    dialog = _dialog(parent, words, title, QFileDialog.AcceptMode.AcceptOpen, Text("Choose"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([f"{kinds}", "* (*)"])
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def ask_folder(parent: QWidget, words: Words, title: Text, then: Callable[[Path], object]) -> None:
    """Ask for a folder, a stick among them."""
    dialog = _dialog(parent, words, title, QFileDialog.AcceptMode.AcceptOpen, Text("Choose"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def ask_where(
    parent: QWidget, words: Words, title: Text, file_name: str, then: Callable[[Path], object]
) -> None:
    """Ask under which name to save a file; file_name is offered. The dialog asks before it replaces one."""
    dialog = _dialog(parent, words, title, QFileDialog.AcceptMode.AcceptSave, Text("Save"))
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    suffix = Path(file_name).suffix
    dialog.setNameFilter(f"*{suffix}")
    dialog.setDefaultSuffix(suffix.lstrip("."))
    dialog.selectFile(file_name)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def _dialog(
    parent: QWidget, words: Words, title: Text, mode: QFileDialog.AcceptMode, verb: Text
) -> QFileDialog:
    dialog = QFileDialog(parent, words.render(title))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(mode)
    for label, text in (
        (QFileDialog.DialogLabel.Accept, verb),
        (QFileDialog.DialogLabel.Reject, Text("Cancel")),
        (QFileDialog.DialogLabel.FileName, Text("File name")),
        (QFileDialog.DialogLabel.FileType, Text("Kind of file")),
        (QFileDialog.DialogLabel.LookIn, Text("Folder")),
    ):
        dialog.setLabelText(label, words.render(text))
    return dialog
