"""A PDF of lines, shapes and shaped words, measured in millimetres from the top left corner of the page.

Why not a PDF library: those at hand place one letter after the other, which is wrong for Hindi, and need
their insides bent to take shaped glyphs. What paper needs is small: one font in two weights, strokes, fills.
The file holds no date, no person's name and no path, and the same drawing gives the same bytes.
"""

import hashlib
import zlib
from collections.abc import Sequence

from fieldapp.reports.shaping import Face, face, shaped

POINT = 25.4 / 72
"""A point in millimetres."""

A4 = (210.0, 297.0)

_UNIT = 72 / 25.4
_FONT_KEYS = {False: "R", True: "B"}
_ROUND = 0.5523
"""How far the handles of four curves stand off that draw a circle of radius 1."""


def text_width(words: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in mm; size in points."""
    return shaped(words, bold).width * size * POINT


class _Glyphs:
    """The glyphs a document uses, by weight, each with the text it stands for; what to embed at the end."""

    def __init__(self) -> None:
        self.by_weight: dict[bool, dict[int, str]] = {False: {}, True: {}}
        self._seen: set[tuple[str, bool]] = set()

    def note(self, words: str, bold: bool) -> None:
        """Remember the glyphs of a line."""
        if (words, bold) not in self._seen:
            self._seen.add((words, bold))
            for glyph, meaning in shaped(words, bold).glyphs:
                self.by_weight[bold].setdefault(glyph, meaning)


class Page:
    """One page. Sizes of text are points, everything else is mm; 0,0 is the top left corner.

    Ink is black; `shade` runs from 0.0 (black) to 1.0 (the paper).
    """

    def __init__(self, width: float, height: float, used: _Glyphs) -> None:
        self.width, self.height = width, height
        self._used = used
        self._out: list[str] = []
        self._pen = self._shade = -1.0

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False) -> None:
        """Write a line of text whose baseline starts at x, y. Every character stands for itself."""
        self._fill(0.0)
        self._show(f"{size * POINT:.3f} 0 0 {-size * POINT:.3f} {x:.2f} {y:.2f}", words, bold)

    def slanted(
        self, x: float, y: float, words: str, size: float, slope: tuple[float, float], shade: float
    ) -> None:
        """Write bold text that runs in the direction (cosine, sine), sine up the page."""
        cosine, sine = (size * POINT * part for part in slope)
        self._fill(shade)
        self._show(f"{cosine:.3f} {-sine:.3f} {-sine:.3f} {-cosine:.3f} {x:.2f} {y:.2f}", words, True)

    def line(self, x1: float, y1: float, x2: float, y2: float, pen: float = 0.2) -> None:
        """A straight stroke of `pen` mm."""
        self._stroke(pen)
        self._out.append(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def path(self, points: Sequence[tuple[float, float]], pen: float = 0.2) -> None:
        """Strokes from point to point."""
        self._stroke(pen)
        steps = " ".join(f"{x:.2f} {y:.2f} {'l' if n else 'm'}" for n, (x, y) in enumerate(points))
        self._out.append(f"{steps} S")

    def box(self, x: float, y: float, width: float, height: float, pen: float = 0.2) -> None:
        """An empty box; x, y is its top left corner."""
        self._stroke(pen)
        self._out.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def filled(self, boxes: Sequence[tuple[float, float, float, float]], shade: float = 0.0) -> None:
        """Filled boxes (x, y, width, height), as one area without seams."""
        self._fill(shade)
        self._out.append(" ".join(f"{x:.3f} {y:.3f} {w:.3f} {h:.3f} re" for x, y, w, h in boxes) + " f")

    def circle(self, x: float, y: float, radius: float, pen: float = 0.2) -> None:
        """A circle around x, y."""
        self._stroke(pen)
        r, k = radius, radius * _ROUND
        self._out.append(
            f"{x + r:.2f} {y:.2f} m"
            f" {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c"
            f" {x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c"
            f" {x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c"
            f" {x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c S"
        )

    def content(self) -> bytes:
        """The page's operators, with the origin moved to the top left and the unit made a millimetre."""
        body = "\n".join(self._out)
        return f"{_UNIT:.6f} 0 0 {-_UNIT:.6f} 0 {self.height * _UNIT:.3f} cm\n{body}\n".encode("ascii")

    def _show(self, matrix: str, words: str, bold: bool) -> None:
        self._used.note(words, bold)
        self._out.append(f"BT /{_FONT_KEYS[bold]} 1 Tf {matrix} Tm {shaped(words, bold).operators} ET")

    def _stroke(self, pen: float) -> None:
        if pen != self._pen:
            self._out.append(f"{pen:g} w")
            self._pen = pen

    def _fill(self, shade: float) -> None:
        if shade != self._shade:
            self._out.append(f"{shade:g} g")
            self._shade = shade


class Document:
    """A PDF in the making: ask for pages, draw on them in any order, take the bytes at the end."""

    def __init__(self, title: str) -> None:
        """title: what the paper is; it shows in the viewer's frame, so it names nobody."""
        self.title = title
        self.pages: list[Page] = []
        self._used = _Glyphs()

    def page(self, width: float, height: float) -> Page:
        """A new page behind the last one; mm."""
        self.pages.append(Page(width, height, self._used))
        return self.pages[-1]

    def pdf(self) -> bytes:
        """The whole file."""
        file = _File()
        fonts = " ".join(
            f"/{_FONT_KEYS[bold]} {_add_font(file, face(bold), glyphs)} 0 R"
            for bold, glyphs in self._used.by_weight.items()
            if glyphs
        )
        tree = file.reserve()
        leaves = [
            file.add(
                f"<</Type /Page /Parent {tree} 0 R /Resources <</Font <<{fonts}>>>>"
                f" /MediaBox [0 0 {page.width * _UNIT:.2f} {page.height * _UNIT:.2f}]"
                f" /Contents {file.stream(page.content())} 0 R>>"
            )
            for page in self.pages
        ]
        kids = " ".join(f"{leaf} 0 R" for leaf in leaves)
        file.fill(tree, f"<</Type /Pages /Count {len(leaves)} /Kids [{kids}]>>")
        # Without this some viewers shrink the page, and a 14 mm box for a thumb is none any more.
        view = "/ViewerPreferences <</DisplayDocTitle true /PrintScaling /None>>"
        root = file.add(f"<</Type /Catalog /Pages {tree} 0 R /Lang (hi-IN) {view}>>")
        facts = file.add(f"<</Title {_text_string(self.title)} /Producer (fieldapp)>>")
        return file.end(root, facts)


class _File:
    """The objects of a PDF, numbered from 1 in the order they were reserved."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        self._objects.append(b"")
        return len(self._objects)

    def fill(self, number: int, body: str | bytes) -> None:
        self._objects[number - 1] = body.encode("ascii") if isinstance(body, str) else body

    def add(self, body: str | bytes) -> int:
        number = self.reserve()
        self.fill(number, body)
        return number

    def stream(self, content: bytes, extra: str = "") -> int:
        packed = zlib.compress(content)
        head = f"<</Length {len(packed)} /Filter /FlateDecode{extra}>>\nstream\n"
        return self.add(head.encode("ascii") + packed + b"\nendstream")

    def end(self, root: int, facts: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        # The identifier only has to differ between files; a hash keeps the bytes reproducible.
        mark = hashlib.sha256(out).hexdigest()[:32]
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += (
            f"trailer\n<</Size {len(places) + 1} /Root {root} 0 R /Info {facts} 0 R"
            f" /ID [<{mark}> <{mark}>]>>\n"
            f"startxref\n{start}\n%%EOF\n"
        ).encode("ascii")
        return bytes(out)


def _text_string(words: str) -> str:
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>"


def _add_font(file: _File, weight: Face, glyphs: dict[int, str]) -> int:
    """Embed the glyphs that were used, by their own numbers (CIDFontType2, Identity-H)."""
    used = sorted(glyphs)
    program = weight.subset(used)
    tag = "".join(chr(ord("A") + digit % 26) for digit in hashlib.sha256(program).digest()[:6])
    name = f"/{tag}+{weight.name}"
    embedded = file.stream(program, f" /Length1 {len(program)}")
    box = " ".join(map(str, weight.box))
    descriptor = file.add(
        f"<</Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 /StemV 80"
        f" /Ascent {weight.ascent} /Descent {weight.descent} /CapHeight 714 /FontFile2 {embedded} 0 R>>"
    )
    widths = " ".join(f"{glyph} [{weight.glyph_width(glyph)}]" for glyph in used)
    inner = file.add(
        f"<</Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity"
        " /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
        f" /FontDescriptor {descriptor} 0 R /W [{widths}]>>"
    )
    meanings = file.stream(_to_unicode({glyph: glyphs[glyph] for glyph in used if glyphs[glyph]}))
    return file.add(
        f"<</Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H"
        f" /DescendantFonts [{inner} 0 R] /ToUnicode {meanings} 0 R>>"
    )


def _to_unicode(meanings: dict[int, str]) -> bytes:
    rows = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in meanings.items()]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
