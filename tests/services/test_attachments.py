"""Pictures are made small and bare, kept under their hash, and cleared only when nobody can want them."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from fieldapp.domain.errors import EnvironmentProblem, InvalidInput
from fieldapp.domain.records import ActionPoint
from fieldapp.homes import open_home
from fieldapp.services.attachments import KEPT_UNNAMED
from fieldapp.services.pictures import AIM_BYTES, as_jpeg
from fieldapp.storage.blobs import MOST_BYTES
from tests.pictures import CANARY, as_bytes, drawn, photograph


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_photograph_is_upright_small_and_says_nothing_but_what_it_shows():
    source = photograph(size=(3000, 2000))
    assert CANARY in source
    small = as_jpeg(source)
    picture = opened(small)
    assert picture.format == "JPEG"
    assert picture.width < picture.height <= 1600
    assert len(small) <= AIM_BYTES
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert CANARY not in small


def test_what_cannot_be_packed_well_is_made_smaller_until_it_may_be_kept():
    noise = Image.frombytes("RGB", (2400, 2400), os.urandom(2400 * 2400 * 3))
    assert len(as_jpeg(as_bytes(noise, quality=95))) <= MOST_BYTES


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_formats_become_jpeg_on_white(kind):
    clear = Image.new("RGBA", (60, 40), (255, 0, 0, 0))
    picture = opened(as_jpeg(as_bytes(clear, kind)))
    assert picture.size == (60, 40)
    assert min(picture.getpixel((30, 20))) > 250


def test_of_a_moving_picture_the_first_frame_stays():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("blue", "red")]
    moving = as_bytes(frames[0], "GIF", save_all=True, append_images=frames[1:])
    red, _, blue = opened(as_jpeg(moving)).getpixel((20, 20))
    assert blue > 200 > 50 > red


def test_of_a_pdf_the_first_page_stays():
    out = io.BytesIO()
    sheet = Canvas(out, pagesize=(300, 600))
    sheet.rect(0, 0, 300, 600, fill=1)
    sheet.showPage()
    sheet.showPage()
    sheet.save()
    picture = opened(as_jpeg(out.getvalue()))
    assert (picture.width, picture.height) == (800, 1600)
    assert max(picture.getpixel((400, 800))) < 5


HEIC = b"\0\0\0\x18ftypheic" + bytes(100)
BOMB = as_bytes(Image.new("1", (11_000, 11_000)), "PNG")
WIDE = as_bytes(Image.new("L", (12_001, 10)))


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (HEIC, "picture_unknown", "HEIC"),
        (b"just words, no picture", "picture_unknown", "no picture"),
        (b"", "picture_unknown", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unknown", "no picture"),
        (BOMB, "picture_too_large", "large"),
        (WIDE, "picture_too_large", "large"),
        (bytes(60_000_001), "picture_too_large", "large"),
        (photograph()[:900], "picture_damaged", "damaged"),
        (b"%PDF-1.7 and then nothing", "picture_damaged", "damaged"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(content, code, word):
    with pytest.raises(InvalidInput) as refused:
        as_jpeg(content)
    assert refused.value.code == code
    assert word in refused.value.title.msgid


def came_to(content: bytes) -> str:
    try:
        return str(opened(as_jpeg(content)).format)
    except InvalidInput as refused:
        return refused.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_or_altered_picture_is_read_or_refused_and_nothing_else(kind):
    whole = as_bytes(drawn(3, (64, 64)), kind)
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
            assert came_to(broken) in ("JPEG", "picture_unknown", "picture_damaged", "picture_too_large")


# ------------------------------------------------------------ at rest


def keep(home, *contents):
    """A saved action point with these pictures."""
    kept = tuple(home.services.attachments.keep(home.actor, content) for content in contents)
    point = ActionPoint(id=home.services.action_points.new_id(), gap="g", attachments=kept)
    return home.services.action_points.save(home.actor, point).held


def blobs(home):
    return [path for path in (home.home.folder / "blobs").rglob("*") if path.is_file()]


def test_a_picture_is_kept_encrypted_and_read_back_and_its_place_is_nowhere(centre_home):
    held = keep(centre_home, photograph())
    (one,) = held.record.attachments
    content = centre_home.services.attachments.read(centre_home.actor, one.sha256)
    assert (opened(content).format, len(content), one.media_type) == ("JPEG", one.size, "image/jpeg")
    folder = centre_home.home.folder
    centre_home.close()
    lying = everything_in(folder)
    assert CANARY not in lying
    assert content[100:200] not in lying


def test_the_same_picture_twice_is_one_file(centre_home):
    held = keep(centre_home, photograph(), photograph())
    first, second = held.record.attachments
    assert first == second
    assert len(blobs(centre_home)) == 1


def test_an_altered_file_is_never_shown_and_attaching_it_again_mends_it(centre_home):
    (one,) = keep(centre_home, photograph()).record.attachments
    (path,) = blobs(centre_home)
    altered = bytearray(path.read_bytes())
    altered[50] ^= 1
    path.write_bytes(altered)
    with pytest.raises(EnvironmentProblem, match="damaged"):
        centre_home.services.attachments.read(centre_home.actor, one.sha256)
    assert centre_home.services.attachments.keep(centre_home.actor, photograph()).sha256 == one.sha256
    assert centre_home.services.attachments.read(centre_home.actor, one.sha256)


def test_a_picture_under_another_ones_name_is_not_taken_for_it(centre_home):
    first, second = keep(centre_home, photograph(1), photograph(2)).record.attachments
    paths = {path.name: path for path in blobs(centre_home)}
    paths[first.sha256].write_bytes(paths[second.sha256].read_bytes())
    with pytest.raises(EnvironmentProblem, match="damaged"):
        centre_home.services.attachments.read(centre_home.actor, first.sha256)


def test_a_picture_that_is_not_here_says_so(centre_home):
    with pytest.raises(InvalidInput, match="not here yet"):
        centre_home.services.attachments.read(centre_home.actor, "ab" * 32)


def test_pictures_nobody_names_go_later_and_never_at_once(centre_home):
    kept = keep(centre_home, photograph(1), photograph(2))
    point, service = kept.record, centre_home.services.attachments
    service.keep(centre_home.actor, photograph(3))
    saved = centre_home.services.action_points.save(
        centre_home.actor, replace(point, attachments=point.attachments[:1]), kept.version
    )
    assert service.clear_unnamed() == 0
    old = (centre_home.database.clock() - KEPT_UNNAMED - timedelta(days=1)).timestamp()
    for path in blobs(centre_home):
        os.utime(path, (old, old))
    centre_home.services.action_points.save(centre_home.actor, point, saved.held.version)
    assert service.clear_unnamed() == 1
    assert {path.name for path in blobs(centre_home)} == {one.sha256 for one in point.attachments}


def test_the_pictures_of_a_deleted_record_stay_for_its_return(centre_home):
    held = keep(centre_home, photograph())
    gone = centre_home.services.action_points.delete(centre_home.actor, held.record.id, held.version, "slip")
    for path in blobs(centre_home):
        os.utime(path, (0, 0))
    assert centre_home.services.attachments.clear_unnamed() == 0
    back = centre_home.services.action_points.restore(centre_home.actor, held.record.id, gone.held.version)
    assert back.held.record == held.record


def test_a_caption_with_a_forbidden_number_is_refused(centre_home):
    held = keep(centre_home, photograph())
    (one,) = held.record.attachments
    shown = replace(held.record, attachments=(replace(one, caption="Card of 9999 4105 7058"),))
    with pytest.raises(InvalidInput) as refused:
        centre_home.services.action_points.save(centre_home.actor, shown, held.version)
    assert refused.value.code == "forbidden_number"


def test_a_folder_that_cannot_be_written_is_said(centre_home):
    (centre_home.home.folder / "blobs").rmdir()
    (centre_home.home.folder / "blobs").write_bytes(b"no folder")
    with pytest.raises(EnvironmentProblem, match="Nothing can be written"):
        centre_home.services.attachments.keep(centre_home.actor, photograph())


def test_what_a_cut_left_between_picture_and_record_is_harmless(centre_home):
    centre_home.services.attachments.keep(centre_home.actor, photograph())
    (path,) = blobs(centre_home)
    path.with_name(path.name + ".part").write_bytes(b"half a picture")
    folder = centre_home.home.folder
    centre_home.close()
    again = open_home(folder)
    assert again.services.attachments.clear_unnamed() == 0
    assert blobs(again) == [path]
    again.close()
