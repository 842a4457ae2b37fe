"""A PDF of lines, shapes and shaped words, measured in millimetres from the top left corner of the page.

ReportLab writes the file. It holds no date, no person's name and no path, and the same drawing gives the same
bytes.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from fieldapp.reports.shaping import Run, face, shaped

POINT = 25.4 / 72
"""A point in millimetres."""

A4 = (210.0, 297.0)

# Pages are compressed; written as text on top of that, they would be a quarter longer.
rl_config.useA85 = 0


def text_width(words: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in mm; size in points."""
    return shaped(words, bold).width * size * POINT


class Page:
    """One page. Sizes of text are points, everything else is mm; 0,0 is the top left corner.

    Ink is black; `shade` runs from 0.0 (black) to 1.0 (the paper). What is drawn is kept until the document
    is written, since ReportLab writes one page after the other and a foot names the number of the last.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._strokes: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False) -> None:
        """Write a line of text whose baseline starts at x, y. Every character stands for itself."""
        self._strokes.append((_Ink.text, (x, y, words, size * POINT, bold)))

    def slanted(
        self, x: float, y: float, words: str, size: float, slope: tuple[float, float], shade: float
    ) -> None:
        """Write bold text that runs in the direction (cosine, sine), sine up the page."""
        self._strokes.append((_Ink.text, (x, y, words, size * POINT, True, slope, shade)))

    def line(self, x1: float, y1: float, x2: float, y2: float, pen: float = 0.2) -> None:
        """A straight stroke of `pen` mm."""
        self._strokes.append((_Ink.line, (pen, x1, y1, x2, y2)))

    def path(self, points: Sequence[tuple[float, float]], pen: float = 0.2) -> None:
        """Strokes from point to point."""
        self._strokes.append((_Ink.path, (pen, points)))

    def box(self, x: float, y: float, width: float, height: float, pen: float = 0.2) -> None:
        """An empty box; x, y is its top left corner."""
        self._strokes.append((_Ink.box, (pen, x, y, width, height)))

    def filled(self, boxes: Sequence[tuple[float, float, float, float]], shade: float = 0.0) -> None:
        """Filled boxes (x, y, width, height), as one area without seams."""
        self._strokes.append((_Ink.filled, (boxes, shade)))

    def circle(self, x: float, y: float, radius: float, pen: float = 0.2) -> None:
        """A circle around x, y."""
        self._strokes.append((_Ink.circle, (pen, x, y, radius)))

    def picture(self, box: tuple[float, float, float, float], png: bytes, *, right: bool = False) -> None:
        """A picture as large as the box (x, y, width, height) takes it, at its left or its right end.

        png: the bytes of a sound PNG file; what is transparent shows the paper.
        """
        self._strokes.append((_Ink.picture, (box, png, right)))

    def draw(self, ink: "_Ink") -> None:
        """Draw everything, in the order it was asked for."""
        for stroke, what in self._strokes:
            stroke(ink, *what)


class Document:
    """A PDF in the making: ask for pages, draw on them in any order, take the bytes at the end."""

    def __init__(self, title: str) -> None:
        """title: what the paper is; it shows in the viewer's frame, so it names nobody."""
        self.title = title
        self.pages: list[Page] = []

    def page(self, width: float, height: float) -> Page:
        """A new page behind the last one; mm."""
        self.pages.append(Page(width, height))
        return self.pages[-1]

    def pdf(self) -> bytes:
        """The whole file."""
        canvas = Canvas(
            BytesIO(),
            bottomup=0,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            # Without it every file would name Helvetica, which it neither holds nor uses.
            initialFontName=face().name,  # type: ignore[arg-type]
            lang="hi-IN",
        )
        canvas.setTitle(self.title)
        canvas.setProducer("fieldapp")
        for name_nobody in (canvas.setAuthor, canvas.setCreator, canvas.setSubject):
            name_nobody("")
        canvas.setDateFormatter(lambda *_: "")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        # Without this some viewers shrink the page, and a 14 mm box for a thumb is none any more.
        canvas.setViewerPreference("PrintScaling", "None")
        ink = _Ink(canvas)
        for page in self.pages:
            canvas.setPageSize((page.width / POINT, page.height / POINT))
            canvas.scale(1 / POINT, 1 / POINT)
            page.draw(ink)
            canvas.showPage()
        return bytes(canvas.getpdfdata())  # type: ignore[no-untyped-call]


class _Ink:
    """Draws on the canvas of one document: y grows downwards, and a unit is a millimetre."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._operators: dict[Run, str] = {}

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        bold: bool,
        slope: tuple[float, float] = (1.0, 0.0),
        shade: float = 0.0,
    ) -> None:
        cosine, sine = slope[0] * size, slope[1] * size
        place = f"{cosine:.3f} {-sine:.3f} {sine:.3f} {cosine:.3f} {x:.3f} {y:.3f} cm"
        runs = " ".join(map(self._run, shaped(words, bold).runs))
        self.canvas.addLiteral(f"q {shade:g} g {place} {runs} Q")

    def _run(self, run: Run) -> str:
        """Operators that draw a run at size 1 and move to its end; the same in the whole document.

        ReportLab draws shaped letters, but knows no marked content, and formats each line anew, which takes
        three times as long. So a run is formatted once, and put in between as it is.
        """
        if run not in self._operators:
            text = self.canvas.beginText()
            text.setFont(run.face.name, 1)
            for height, letters in run.levels:
                text.setRise(height)
                text.textOut(letters)
            drawn = text.getCode()
            if run.meaning:
                meaning = run.meaning.encode("utf-16-be").hex().upper()
                drawn = f"/Span <</ActualText <FEFF{meaning}>>> BDC {drawn} EMC"
            self._operators[run] = f"{drawn} 1 0 0 1 {run.width:.3f} 0 cm"
        return self._operators[run]

    def line(self, pen: float, *ends: float) -> None:
        self.canvas.setLineWidth(pen)
        self.canvas.line(*ends)

    def path(self, pen: float, points: Sequence[tuple[float, float]]) -> None:
        self.canvas.setLineWidth(pen)
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        self.canvas.drawPath(path)

    def box(self, pen: float, *box: float) -> None:
        self.canvas.setLineWidth(pen)
        self.canvas.rect(*box)

    def circle(self, pen: float, *circle: float) -> None:
        self.canvas.setLineWidth(pen)
        self.canvas.circle(*circle)

    def filled(self, boxes: Sequence[tuple[float, float, float, float]], shade: float) -> None:
        self.canvas.setFillGray(shade)
        area = self.canvas.beginPath()
        for box in boxes:
            area.rect(*box)
        self.canvas.drawPath(area, stroke=0, fill=1)

    def picture(self, box: tuple[float, float, float, float], png: bytes, right: bool) -> None:
        x, y, width, height = box
        self.canvas.saveState()
        # ReportLab draws pictures upside down where y grows downwards.
        self.canvas.transform(1, 0, 0, -1, x, y + height)
        picture, anchor = ImageReader(BytesIO(png)), "e" if right else "w"
        self.canvas.drawImage(
            picture, 0, 0, width, height, mask="auto", preserveAspectRatio=True, anchor=anchor
        )
        self.canvas.restoreState()
