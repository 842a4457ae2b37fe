"""From a PDF to paper: its pages are painted as pictures, so that paper and preview cannot differ."""

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.text import Text
from fieldapp.ui.tasks import Progress
from fieldapp.ui.widgets.pdf_view import PdfPages

PAPERS = {
    "A4": QPageSize.PageSizeId.A4,
    "Legal": QPageSize.PageSizeId.Legal,
    "Letter": QPageSize.PageSizeId.Letter,
}
"""The papers found in offices here; what is made for A4 is made to fit the others."""

_MOST_DOTS = 300


class Printers:
    """The printers of this computer."""

    def names(self) -> list[str]:
        """Their names, the one the computer prefers first."""
        preferred = QPrinterInfo.defaultPrinterName()
        return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != preferred, name))

    def printer(self, name: str) -> QPrinter:
        """One of them, ready to be painted on."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPrinterName(name)
        return printer


def print_pages(
    content: bytes, numbers: Sequence[int], printer: QPrinter, paper: str, progress: Progress
) -> int:
    """Print these pages of a PDF (counted from 0), each turned as its shape asks for; gives how many.

    Runs in any thread. paper: a name of PAPERS. Raises EnvironmentProblem when the printer takes nothing.
    """
    pages = PdfPages(content)
    painter = QPainter()
    printer.setFullPage(True)
    for done, number in enumerate(numbers):
        progress(done, len(numbers))
        width, height = pages.size(number)
        turned = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
        printer.setPageLayout(QPageLayout(QPageSize(PAPERS[paper]), turned, QMarginsF()))
        begun = painter.begin(printer) if not painter.isActive() else printer.newPage()
        if not begun:
            raise _silent(printer)
        room = printer.pageLayout().fullRectPixels(printer.resolution())
        share = min(room.width() / width, room.height() / height)
        wide, high = width * share, height * share
        at = QRectF((room.width() - wide) / 2, (room.height() - high) / 2, wide, high)
        painter.drawImage(at, pages.image(number, min(printer.resolution(), _MOST_DOTS) / 72))
    if not painter.end() or printer.printerState() is QPrinter.PrinterState.Error:
        raise _silent(printer)
    pages.close()
    return len(numbers)


def _silent(printer: QPrinter) -> EnvironmentProblem:
    return EnvironmentProblem(
        Text("The printer {name} did not take the pages.", name=printer.printerName()),
        Text("Check that it is switched on and has paper, or save the PDF and print it elsewhere."),
        "printer",
    )
