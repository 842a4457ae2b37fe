"""How it looks: our own light and dark colours, one accent, one font, one scale of sizes.

`setColorScheme` does nothing where the platform has no theme, so the palette is ours. Every text colour
keeps at least 4.5:1 on the grounds it stands on (tests/ui/test_theme.py computes it).
"""

from dataclasses import dataclass, replace
from string import Template
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from fieldapp.resources import resource

ROW_HEIGHT: Final = 32
"""Height of a row of a list or form in logical pixels at 100 %."""

SCALES: Final = (100, 115, 130, 150, 175, 200)
"""The text sizes offered, in per cent."""

FONT_FAMILY: Final = "Noto Sans Devanagari"
_TEXT_PIXELS: Final = 13


@dataclass(frozen=True, slots=True)
class Colours:
    """One set of colours, '#rrggbb'. `soft` grounds carry the text of the same name."""

    dark: bool
    ground: str
    card: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    amber: str
    amber_soft: str
    red: str
    red_soft: str
    rail: str
    rail_chosen: str
    rail_text: str
    rail_muted: str
    rail_mark: str
    hover: str


LIGHT = Colours(
    dark=False,
    ground="#f6f7f5",
    card="#ffffff",
    line="#dfe4df",
    text="#18211d",
    muted="#5b6661",
    accent="#0b6e4f",
    on_accent="#ffffff",
    accent_soft="#e4f1eb",
    amber="#7d4f00",
    amber_soft="#fff3dc",
    red="#a3231c",
    red_soft="#fdecea",
    rail="#10231b",
    rail_chosen="#23342d",
    rail_text="#dfe8e3",
    rail_muted="#96aba1",
    rail_mark="#2fa57c",
    hover="#eef2ee",
)

DARK = Colours(
    dark=True,
    ground="#121715",
    card="#1a211e",
    line="#2c3531",
    text="#e7ece9",
    muted="#9aa6a0",
    accent="#4cc38a",
    on_accent="#06140d",
    accent_soft="#173328",
    amber="#f0b95a",
    amber_soft="#3a2c12",
    red="#ff9a90",
    red_soft="#3d1b18",
    rail="#0b110e",
    rail_chosen="#1e2421",
    rail_text="#dfe8e3",
    rail_muted="#8b9a93",
    rail_mark="#4cc38a",
    hover="#222b27",
)


def _in_practice(colours: Colours) -> Colours:
    return replace(colours, rail="#3b1f52", rail_chosen="#523270", rail_muted="#c3b2d2", rail_mark="#e2b6ff")


_COLOURS = {(colours.dark, False): colours for colours in (LIGHT, DARK)} | {
    (colours.dark, True): _in_practice(colours) for colours in (LIGHT, DARK)
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A choice of look. scale: text size in per cent, 100 to 200; practice: the frame's other colour."""

    dark: bool = False
    scale: int = 100
    practice: bool = False

    @property
    def colours(self) -> Colours:
        """Its colours; every cell that is painted asks for them."""
        return _COLOURS[self.dark, self.practice]

    def px(self, length: float) -> int:
        """A length in logical pixels at 100 %, at this text size."""
        return round(length * self.scale / 100)


_now = Theme()
_worn: Theme | None = None


def current() -> Theme:
    """The look that is on screen, for what paints itself."""
    return _now


def apply(app: QApplication, theme: Theme) -> None:
    """Put the look on the whole application: font, palette and style sheet."""
    global _now, _worn  # noqa: PLW0603 (there is one application and one look; painting code asks for it)
    if theme == _worn:
        return  # dressing every widget again takes a tenth of a second
    if _worn is None:
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(_font(theme))
    _now = _worn = theme
    app.setPalette(_palette(theme.colours))
    app.setStyleSheet(_style_sheet(theme))


def _font(theme: Theme) -> QFont:
    if _worn is None:
        for name in ("Regular", "Bold"):
            QFontDatabase.addApplicationFont(str(resource("fonts", f"NotoSansDevanagari-{name}.ttf")))
    font = QFont(FONT_FAMILY)
    font.setPixelSize(theme.px(_TEXT_PIXELS))
    return font


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for one, colour in {
        role.Window: c.ground,
        role.WindowText: c.text,
        role.Base: c.card,
        role.AlternateBase: c.hover,
        role.Text: c.text,
        role.Button: c.card,
        role.ButtonText: c.text,
        role.BrightText: c.red,
        role.Highlight: c.accent_soft,
        role.HighlightedText: c.text,
        role.Accent: c.accent,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.PlaceholderText: c.muted,
        role.ToolTipBase: c.card,
        role.ToolTipText: c.text,
        role.Mid: c.line,
        role.Midlight: c.line,
        role.Dark: c.line,
        role.Light: c.card,
    }.items():
        palette.setColor(one, QColor(colour))
    for one in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(c.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    sizes = {f"px{length}": f"{theme.px(length)}px" for length in range(2, 41)}
    colours = {name: getattr(theme.colours, name) for name in Colours.__slots__}
    arrow = resource("icons", "arrow.svg").as_posix()
    return Template(_SHEET).substitute(sizes | colours, arrow=arrow)


# A widget takes its part by its property 'look': setProperty("look", "primary").
_SHEET = """
* { outline: none; }
QToolTip { color: $text; background: $card; border: 1px solid $line; padding: $px4; }
QLabel { background: transparent; }
QLabel[look="title"] { font-size: $px18; font-weight: bold; }
QLabel[look="section"] { font-size: $px14; font-weight: bold; }
QLabel[look="figure"] { font-size: $px24; font-weight: bold; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="small"] { color: $muted; font-size: $px11; }
QLabel[look="problem"] { color: $red; font-size: $px12; }
QLabel[look="hint"] { color: $amber; font-size: $px12; }
QLabel[look="good"] { color: $accent; }
QLabel[look="empty"] { color: $muted; font-size: $px15; }

QPushButton { background: $card; color: $text; border: 1px solid $line; border-radius: $px6;
  padding: 0 $px12; min-height: $px30; icon-size: $px16; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 2px solid $accent; }
QPushButton:disabled { color: $muted; background: $ground; }
QPushButton[look="primary"] {
  background: $accent; color: $on_accent; border-color: $accent; font-weight: bold; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[look="big"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: bold;
  font-size: $px16; min-height: $px36; padding: $px4 $px24; }
QPushButton[look="big"]:focus { border: 2px solid $text; }
QPushButton[look="big"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[look="danger"] { color: $red; border-color: $red; }
QPushButton[look="flat"] {
  background: transparent; border: 2px solid transparent; padding: 0 $px8; color: $text; }
QPushButton[look="flat"]:hover { background: $hover; }
QPushButton[look="flat"]:focus { border-color: $accent; }
QPushButton[look="flat"]:disabled { color: $muted; }
QPushButton[look="heading"] { background: transparent; border: 2px solid transparent; text-align: left;
  font-weight: bold; padding: 0 $px4; }
QPushButton[look="heading"]:hover { background: $hover; }
QPushButton[look="heading"]:focus { border-color: $accent; }
QPushButton[look="row"] { background: transparent; border: 2px solid transparent; border-radius: $px6;
  text-align: left; }
QPushButton[look="row"]:hover { background: $hover; }
QPushButton[look="row"]:focus { border-color: $accent; }
QPushButton[look="chip"] { border-radius: $px12; min-height: $px24; padding: 0 $px12; }
QPushButton[look="chip"]:focus { min-height: $px22; padding: 0 $px11; }
QPushButton[look="chip"]:checked {
  background: $accent_soft; border-color: $accent; color: $text; font-weight: bold; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox { background: $card; color: $text;
  border: 1px solid $line; border-radius: $px4; padding: 0 $px6; min-height: $px28; margin: 0;
  selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit { padding: $px4; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QListView:focus {
  border: 2px solid $accent; }
QLineEdit:focus, QComboBox:focus { padding: 0 $px5; min-height: $px26; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $ground; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QListView[look="checks"]:disabled {
  color: $muted; background: $ground; }
*[problem="hard"] { border: 1px solid $red; background: $red_soft; }
*[problem="soft"] { border: 1px solid $amber; background: $amber_soft; }
*[problem="hard"]:focus { border: 2px solid $red; }
*[problem="soft"]:focus { border: 2px solid $amber; }
QComboBox::drop-down { border: none; width: $px24; }
QComboBox::down-arrow { image: url("$arrow"); width: $px12; height: $px12; }
QListView[look="checks"]::item { min-height: $px26; }
QComboBox QAbstractItemView, QListView[look="popup"] {
  background: $card; color: $text; border: 1px solid $line;
  selection-background-color: $accent_soft; selection-color: $text; }
QComboBox QAbstractItemView::item, QListView[look="popup"]::item { min-height: $px28; padding: 0 $px6; }
QCheckBox { spacing: $px8; min-height: $px28; border: 2px solid transparent; border-radius: $px4; }
QCheckBox:focus { border-color: $accent; }
QCheckBox::indicator, QListView[look="checks"]::indicator { width: $px14; height: $px14; }

QScrollArea, QScrollArea > QWidget > QWidget[look="sheet"] { background: transparent; border: none; }
QFrame[look="card"] { background: $card; border: 1px solid $line; border-radius: $px8; }
QFrame[look="line"] { background: $line; border: none; }
QListView, QTreeView, QTableView {
  background: $card; color: $text; border: 1px solid $line; border-radius: $px6;
  selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line; }
QTableView::item, QTreeView::item { padding: 0 $px4; }
QTableView::item:focus { border: 2px solid $accent; padding: 0 $px2; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { background: $card; color: $muted; border: none; border-bottom: 1px solid $line;
  padding: 0 $px4; min-height: $px28; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: $px10; }
QScrollBar:horizontal { height: $px10; }
QScrollBar::handle {
  background: $line; border-radius: $px4; min-height: $px24; min-width: $px24; margin: $px2; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: none; border: none;
  width: 0; height: 0; }
QProgressBar { background: $line; border: none; border-radius: $px3; max-height: $px6; min-height: $px6; }
QProgressBar::chunk { background: $accent; border-radius: $px3; }
QMenu { background: $card; border: 1px solid $line; padding: $px4; }
QMenu::item { padding: $px4 $px16; border-radius: $px4; }
QMenu::item:selected { background: $accent_soft; }
QTabBar::tab {
  background: transparent; color: $muted; padding: $px6 $px12; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: bold; }
QTabWidget::pane { border: none; }

QWidget[look="ground"] { background: $ground; }
QFrame[look="topbar"] { background: $ground; border: none; }
QFrame[look="statusline"] { background: $card; border: none; border-top: 1px solid $line; }
QFrame[look="practice"] { background: $rail; border: none; }
QFrame[look="practice"] QLabel { color: $rail_text; font-weight: bold; }
QFrame[look="banner-problem"] { background: $red_soft; border: none; border-radius: $px6; }
QFrame[look="banner-hint"] { background: $amber_soft; border: none; border-radius: $px6; }
QFrame[look="banner-done"] { background: $accent_soft; border: none; border-radius: $px6; }
QFrame[look="banner-problem"] QLabel { color: $red; }
QFrame[look="banner-hint"] QLabel { color: $amber; }
QFrame[look="banner-done"] QLabel { color: $text; }
QPushButton[look="status"] { background: transparent; border: 2px solid transparent; padding: 0 $px6;
  min-height: $px20; color: $text; }
QPushButton[look="status"]:hover { background: $hover; }
QPushButton[look="status"]:focus { border-color: $accent; }
QPushButton[look="status"] QLabel { color: $muted; }
QPushButton[look="status"][age="amber"] QLabel { color: $amber; font-weight: bold; }
QPushButton[look="status"][age="red"] { background: $red_soft; }
QPushButton[look="status"][age="red"] QLabel { color: $red; font-weight: bold; }

QWidget#rail, QScrollArea#railscroll, QWidget#railbody { background: $rail; border: none; }
QWidget#rail QLabel { color: $rail_muted; font-size: $px11; }
QWidget#rail QScrollBar::handle { background: $rail_chosen; }
QWidget#rail QPushButton {
  background: transparent; color: $rail_text; border: none; border-left: $px3 solid transparent;
  border-radius: 0; text-align: left; padding: 0 $px10 0 $px12; min-height: $px32; }
QWidget#rail QPushButton:hover { background: $rail_chosen; }
QWidget#rail QPushButton:checked {
  background: $rail_chosen; border-left-color: $rail_mark; font-weight: bold; }
QWidget#rail QPushButton:focus { border: 1px solid $rail_mark; border-left: $px3 solid $rail_mark; }
"""
