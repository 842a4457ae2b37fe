"""The colours can be read: WCAG contrast of every text colour on the grounds it stands on."""

import pytest
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from fieldapp.ui import theme
from fieldapp.ui.theme import DARK, FONT_FAMILY, LIGHT, SCALES, Colours, Theme

LOOKS = [LIGHT, DARK, Theme(practice=True).colours, Theme(dark=True, practice=True).colours]
PAIRS = [
    ("text", "ground"),
    ("text", "card"),
    ("text", "hover"),
    ("text", "accent_soft"),
    ("muted", "ground"),
    ("muted", "card"),
    ("accent", "ground"),
    ("accent", "card"),
    ("on_accent", "accent"),
    ("amber", "amber_soft"),
    ("amber", "card"),
    ("red", "red_soft"),
    ("red", "card"),
    ("red", "ground"),
    ("rail_text", "rail"),
    ("rail_text", "rail_chosen"),
    ("rail_muted", "rail"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", LOOKS)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_can_be_read_on_its_ground(colours: Colours, text: str, ground: str):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_practice_paints_the_frame_another_colour():
    assert Theme(practice=True).colours.rail != Theme().colours.rail
    assert Theme(practice=True).colours.ground == Theme().colours.ground


def test_dark_is_our_own_palette(qapp):
    theme.apply(qapp, Theme(dark=True))
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.ground
    theme.apply(qapp, Theme())
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.ground


@pytest.mark.parametrize("look", ["", "primary", "big", "flat"])
def test_a_button_that_cannot_be_pressed_looks_so(qtbot, look: str):
    button = QPushButton("Send a part")
    qtbot.addWidget(button)
    button.setProperty("look", look)
    theme.apply(QApplication.instance(), Theme())
    enabled = button.grab().toImage()
    button.setEnabled(False)
    assert button.grab().toImage() != enabled


@pytest.mark.parametrize("scale", SCALES)
def test_text_grows_with_the_scale(qapp, scale: int):
    theme.apply(qapp, Theme(scale=scale))
    assert qapp.font().pixelSize() == round(13 * scale / 100)
    theme.apply(qapp, Theme())


def test_the_bundled_font_draws_hindi_and_english(qapp):
    theme.apply(qapp, Theme())
    assert qapp.font().family() == FONT_FAMILY
    systems = QFontDatabase.writingSystems(FONT_FAMILY)
    assert QFontDatabase.WritingSystem.Devanagari in systems
    assert QFontDatabase.WritingSystem.Latin in systems
