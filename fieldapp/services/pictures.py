"""Any picture somebody brings -> a small JPEG that says nothing but what it shows.

Strangers' pictures are opened under limits. Everything is drawn anew, so that no place, camera, name, preview
or remark that travelled inside the file goes on.
"""

import io
import struct
import threading
import warnings
import zlib
from typing import TYPE_CHECKING

from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.text import Text
from fieldapp.storage.blobs import MOST_BYTES

if TYPE_CHECKING:
    from PIL import Image

MEDIA_TYPE = "image/jpeg"
AIM_BYTES = 150_000
"""What a picture should have after it was made smaller (sync file, blob line)."""

LARGEST_FILE = 60_000_000
LONGEST_SIDE = 12_000
_MOST_PIXELS = 64_000_000  # of what is opened whole: JPEG alone is made smaller while it is opened
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_STEPS = ((1600, 82), (1600, 70), (1440, 62), (1280, 55), (1024, 50), (800, 40))
"""Longest side in pixels and quality; the first that meets the aim is taken."""

_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error,
    zlib.error,
)  # fmt: skip
"""What Pillow's readers say of broken files."""

pdfium = threading.Lock()
"""PDFium works for one thread at a time: whoever uses it anywhere in the program holds this."""


def as_jpeg(content: bytes) -> bytes:
    """A picture or the first page of a PDF as a JPEG of about 150 KB, upright, with nothing beside it.

    Raises InvalidInput: 'picture_too_large', 'picture_unknown' (HEIC and others), 'picture_damaged'.
    """
    if len(content) > LARGEST_FILE:
        raise _too_large()
    picture = _pdf_page(content) if content.startswith(b"%PDF") else _opened(content)
    smallest = b""
    for side, quality in _STEPS:
        smallest = _encoded(picture, side, quality)
        if len(smallest) <= AIM_BYTES:
            break
    if len(smallest) > MOST_BYTES:
        raise _too_large()
    return smallest


def pixels(content: bytes, longest: int) -> tuple[int, int, bytes]:
    """A kept picture drawn so that its longest side has at most so many pixels: width, height, RGB rows.

    Raises InvalidInput as `as_jpeg`: what came from elsewhere is looked at as carefully as what is added.
    """
    picture = _opened(content)
    picture.thumbnail((longest, longest))
    return picture.width, picture.height, picture.tobytes()


def _encoded(picture: "Image.Image", side: int, quality: int) -> bytes:
    from PIL import Image

    scale = min(1.0, side / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    # Drawn on a sheet of its own: Pillow hands on remarks that hang on a picture it was given.
    sheet = Image.new("RGB", size)
    sheet.paste(picture.resize(size, Image.Resampling.LANCZOS) if scale < 1 else picture)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return out.getvalue()


def _opened(content: bytes) -> "Image.Image":
    from PIL import Image, ImageOps, UnidentifiedImageError

    if _is_heic(content):
        raise InvalidInput(
            Text("Pictures in the format HEIC cannot be read here."),
            Text("Save the photograph as JPEG on the phone, or send it to yourself, and add it again."),
            "picture_unknown",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                _refuse_large(picture)
                picture.draft("RGB", (_STEPS[0][0], _STEPS[0][0]))
                picture.load()
                return _on_white(ImageOps.exif_transpose(picture))
    except UnidentifiedImageError as error:
        raise InvalidInput(
            Text("This file is no picture that can be read here."),
            Text("JPEG, PNG, WEBP, GIF and PDF can be added."),
            "picture_unknown",
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise _damaged() from error


def _refuse_large(picture: "Image.Image") -> None:
    pixels = picture.width * picture.height
    if max(picture.size) > LONGEST_SIDE or (picture.format != "JPEG" and pixels > _MOST_PIXELS):
        raise _too_large()


def _on_white(picture: "Image.Image") -> "Image.Image":
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        sheet = Image.new("RGB", clear.size, "white")
        sheet.paste(clear, mask=clear.getchannel("A"))
        return sheet
    return picture.convert("RGB")


def _pdf_page(content: bytes) -> "Image.Image":
    import pypdfium2

    with pdfium:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _damaged() from error
        try:
            page = document[0]
            width, height = page.get_size()
            drawn = page.render(scale=_STEPS[0][0] / max(width, height, 1))
            found: Image.Image = drawn.to_pil().convert("RGB").copy()
        except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
            raise _damaged() from error
        finally:
            document.close()
    return found


def _is_heic(content: bytes) -> bool:
    brands = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
    return content[4:8] == b"ftyp" and content[8:12] in brands


def _too_large() -> InvalidInput:
    return InvalidInput(
        Text("This picture is too large."),
        Text("Make it smaller on the phone or camera, and add it again."),
        "picture_too_large",
    )


def _damaged() -> InvalidInput:
    return InvalidInput(
        Text("This picture is damaged and cannot be read."),
        Text("Copy it again from where it was taken, or take another one."),
        "picture_damaged",
    )
