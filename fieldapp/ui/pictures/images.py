"""From what is kept or on the clipboard to pictures on the screen, and back."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.services.pictures import LARGEST_FILE, pixels

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".pdf")
"""The endings of what may be added; what a file is, its content decides."""


def image_of(content: bytes, longest: int) -> QImage:
    """A kept picture, its longest side at most so many pixels. Raises InvalidInput 'picture_damaged'."""
    width, height, row = pixels(content, longest)
    return QImage(row, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def bytes_of(image: QImage) -> bytes:
    """A picture from the clipboard as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload] # 100: packed quickly, it is packed anew
    return bytes(buffer.data().data())


def read_picture(path: Path) -> bytes:
    """The bytes of a file. Raises InvalidInput 'unreadable'; a file that is too large is only begun."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InvalidInput(
            Text("The file cannot be read."), Text("Look whether the stick is still in."), "unreadable"
        ) from error


def pictures_among(data: QMimeData) -> list[Path]:
    """The files among what is dropped or pasted that may be pictures."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SUFFIXES]
