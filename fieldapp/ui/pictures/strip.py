"""The editor of the field 'Photographs and clippings': add by button, drop or paste; open, take away.

Making a picture small is done beside the window; the record names it only when it is kept.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from fieldapp.domain.codes import AttachmentKind
from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.fields import Field
from fieldapp.domain.records import Attachment, Record
from fieldapp.domain.text import Text
from fieldapp.ui.choosers import ask_files
from fieldapp.ui.desk import Desk
from fieldapp.ui.messages import Offer, Tone
from fieldapp.ui.pictures.images import SUFFIXES, bytes_of, image_of, pictures_among, read_picture
from fieldapp.ui.pictures.keeping import Kept, Source, keep_all
from fieldapp.ui.pictures.tile import WIDTH, Tile
from fieldapp.ui.pictures.viewer import PictureDialog
from fieldapp.ui.theme import current
from fieldapp.ui.widgets.editor import FieldEditor, Surroundings
from fieldapp.ui.widgets.flow import FlowRow
from fieldapp.ui.widgets.parts_of_a_page import button, said_label

_NO_SHEETS = Text(
    "A photograph of a signed sheet or of thumb impressions must not be kept: keep the paper itself."
)

_MARGIN = 12


class PicturesEditor(FieldEditor):
    """Its value is a tuple of Attachment."""

    def __init__(self, one: Field, around: Surroundings, desk: Desk, go_there: Callable[[], object]) -> None:
        """go_there: shows the form with this editor in it, from wherever somebody is on its page."""
        super().__init__(one, around)
        self._desk = desk
        self._go_there = go_there
        self._held: tuple[Attachment, ...] = ()
        self._record = 0
        self._editable = True
        self.tiles: list[Tile] = []
        words = around.words
        self.warning = said_label(words, _NO_SHEETS, "hint")
        self.add_button, self.paste_button = button(words, Text("Add…")), button(words, Text("Paste"))
        self.kind = QComboBox()
        for kind in AttachmentKind:
            self.kind.addItem("", str(kind))
        self._tools = FlowRow(self.add_button, self.paste_button, self.kind)
        self._strip = FlowRow(gap=10)
        body = QVBoxLayout()
        body.setSpacing(6)
        for widget in (self.warning, self._tools, self._strip):
            body.addWidget(widget)
        self.row.addLayout(body, 1)
        self.add_button.clicked.connect(lambda _checked: self._ask())
        self.paste_button.clicked.connect(lambda _checked: self.paste())
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.paste)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.timeout.connect(self._load_next)
        self._to_load: list[Tile] = []
        self.say()

    # ------------------------------------------------------------ as every editor

    def value(self) -> tuple[Attachment, ...]:
        return tuple(tile.value for tile in self.tiles)

    def show_value(self, value: tuple[Attachment, ...]) -> None:
        self._held = value
        self._record += 1  # what is being made small for another record is not for this one
        self._show(value)

    def follow(self, value: tuple[Attachment, ...], before: Any) -> None:
        typing = self.has_focus() and self.value() not in (before, value)
        self._held = value
        if not typing:
            self._show(value)

    def inputs(self) -> list[QWidget]:
        found: list[QWidget] = [self.add_button, self.paste_button, self.kind]
        return found + [widget for tile in self.tiles for widget in (tile.picture, tile.caption)]

    def by_path(self) -> dict[str, QWidget]:
        captions = {f"{n}/caption": tile.caption for n, tile in enumerate(self.tiles, start=1)}
        return {"": self.add_button, **captions}

    def say(self) -> None:
        words = self.around.words
        for at, kind in enumerate(AttachmentKind):
            self.kind.setItemText(at, words.render(AttachmentKind.words(kind)))
        for tile in self.tiles:
            tile.say()

    def name_for_ears(self, label: Text) -> None:
        render = self.around.words.render
        self.add_button.setAccessibleName(render(Text("Add {what}", what=label)))
        self.paste_button.setAccessibleName(render(Text("Paste a picture")))
        self.paste_button.setToolTip(
            render(Text("{what} ({key})", what=Text("Paste a picture"), key="Ctrl+V"))
        )
        self.kind.setAccessibleName(render(Text("Kind of what is added")))

    def mark(self, level: str) -> None:
        for tile in self.tiles:
            tile.caption.setProperty("problem", level)
            tile.caption.style().unpolish(tile.caption)
            tile.caption.style().polish(tile.caption)

    def forget_typing(self) -> None:
        self._show(self._held)

    @property
    def is_blank(self) -> bool:
        return not self._editable and not self.tiles

    def set_editable(self, *, on: bool) -> None:
        self._editable = on
        self._tools.setVisible(on)
        self.warning.setVisible(on)
        for tile in self.tiles:
            tile.set_editable(on=on)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._to_load = [tile for tile in self.tiles if not tile.has_image]  # some may have come meanwhile
        self._loading.start(0)

    # ------------------------------------------------------------ adding

    @property
    def editable(self) -> bool:
        """Whether pictures can be added and taken away."""
        return self._editable

    def add_files(self, paths: Sequence[Path]) -> None:
        """Make pictures of these files small and put them at the end; each that cannot be read is told."""
        self._add([lambda path=path: read_picture(path) for path in paths])  # type: ignore[misc]

    def paste(self) -> None:
        """Add the picture, or the picture files, that lie on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        data = clipboard.mimeData()
        files = pictures_among(data)
        if not self._editable:
            return
        if files:
            self.add_files(files)
        elif data.hasImage():
            content = bytes_of(clipboard.image())
            self._add([lambda: content])
        else:
            self._desk.messages.tell(
                Text("There is no picture to paste."), Text("Copy one first, or press 'Add…'."), Tone.HINT
            )

    def _ask(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        ask_files(self, self.around.words, Text("Add photographs or clippings"), kinds, self.add_files)

    def _add(self, sources: Sequence[Source]) -> None:
        task = keep_all(self._desk, sources, str(self.kind.currentData()), self._record)
        task.finished.connect(self._take)

    def _take(self, kept: Kept) -> None:
        if kept.record != self._record or not self._editable:
            self._desk.messages.tell(
                Text("The record was left before its picture was ready. Nothing was added."),
                Text("Open it and add the picture again."),
                Tone.HINT,
            )
            return
        here = {tile.part.sha256 for tile in self.tiles}
        fresh = {one.sha256: one for one in kept.parts if one.sha256 not in here}
        if fresh:
            self._save((*self.value(), *fresh.values()))
            self._tell_of([tile for tile in self.tiles if tile.part.sha256 in fresh])
        if kept.refused:
            self._desk.messages.show(kept.refused[0])
        elif not fresh:
            self._desk.messages.tell(Text("This picture is here already."), tone=Tone.HINT)

    # ------------------------------------------------------------ showing

    def _tell_of(self, came: Sequence[Tile]) -> None:
        """Let new pictures be seen: at once by who is in the strip, else by a line that leads there."""
        if came and self.has_focus():
            self._bring_into_sight(came)
        elif came:
            names = {tile.part.sha256 for tile in came}
            show = Offer(Text("Show"), lambda: self._go_to(names))
            self._desk.messages.tell(Text("Photographs added: {n}", n=len(came)), tone=Tone.DONE, offer=show)

    def _go_to(self, came: Collection[str]) -> None:
        """Nowhere when they have been taken away since, or another record is open."""
        if there := [tile for tile in self.tiles if tile.part.sha256 in came]:
            self._go_there()
            there[0].picture.setFocus()
            self._bring_into_sight(there)

    def _bring_into_sight(self, tiles: Sequence[Tile]) -> None:
        """All of them as far as there is room, the first one whole."""
        area: QWidget | None = tiles[0]
        while area is not None and not isinstance(area, QScrollArea):
            # A new height is passed upwards a layout at a time, each telling the next by an event.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            area = area.parentWidget()
        if area is not None:
            for tile in (tiles[-1], tiles[0]):
                area.ensureWidgetVisible(tile, 0, current().px(_MARGIN))

    def _save(self, value: tuple[Attachment, ...]) -> None:
        """Show a value and have it saved; what was not taken is not shown either."""
        self._show(value)
        self.left.emit()
        if self._held != value:
            self._show(self._held)

    def _remove(self, tile: Tile) -> None:
        if not self._editable:
            return
        at = self.tiles.index(tile)
        self._save(tuple(other.value for other in self.tiles if other is not tile))
        (self.tiles[min(at, len(self.tiles) - 1)].picture if self.tiles else self.add_button).setFocus()

    def _open(self, tile: Tile) -> None:
        dialog = PictureDialog(
            self.around.words, self.value(), self.tiles.index(tile), self._read, self.window()
        )
        dialog.open()

    def _show(self, value: tuple[Attachment, ...]) -> None:
        known = {tile.part.sha256: tile for tile in self.tiles}
        wanted = {part.sha256: part for part in value}
        for name in known.keys() - wanted.keys():
            self._take_out(known[name])
        if [tile.part.sha256 for tile in self.tiles] != list(wanted)[: len(self.tiles)]:
            for tile in list(self.tiles):
                self._take_out(tile)
        for n, part in enumerate(wanted.values(), start=1):
            if n > len(self.tiles):
                self._put_in(Tile(self.around.words, part, n))
            self.tiles[n - 1].number = n
            if self.tiles[n - 1].value != part or self.tiles[n - 1].part != part:
                self.tiles[n - 1].put(part)
            self.tiles[n - 1].say()

    def _put_in(self, tile: Tile) -> None:
        tile.opened.connect(lambda: self._open(tile))
        tile.removed.connect(lambda: self._remove(tile))
        tile.left.connect(self.left)
        tile.set_editable(on=self._editable)
        before = self.tiles[-1].caption if self.tiles else self.kind
        self.tiles.append(tile)
        self._strip.add(tile)
        for first, second in pairwise((before, tile.picture, tile.caption)):
            self.setTabOrder(first, second)  # Qt puts what is made later at the end of the whole window
        self._to_load.append(tile)
        self._loading.start(0)

    def _take_out(self, tile: Tile) -> None:
        self.tiles.remove(tile)
        if tile in self._to_load:
            self._to_load.remove(tile)
        self._strip.take(tile)

    def _load_next(self) -> None:
        """One picture at a time, so that the window answers in between."""
        if not self._to_load:
            return
        tile = self._to_load.pop(0)
        try:
            tile.show_image(image_of(self._read(tile.part.sha256), 2 * current().px(WIDTH)))
        except FieldAppError as error:
            missing = Text("Missing on this computer") if self._editable else Text("Not here yet")
            tile.show_missing(missing if error.code == "no_picture" else Text("Damaged"))
        self._loading.start(0)

    def _read(self, name: str) -> bytes:
        here, exchange = self._desk.services.attachments, self._desk.exchange
        if self._desk.office.is_hq and exchange is not None and not here.is_here(name):
            exchange.inbox.pictures.bring_back(name)
        return here.read(self._desk.actor, name)


class PictureDrops(QObject):
    """Lets pictures fall on a whole page of a record; other files go on to the window.

    editor: gives the editor of its pictures, which need not be there before the first ones fall.
    """

    def __init__(self, page: QWidget, editor: Callable[[], FieldEditor]) -> None:
        super().__init__(page)
        self._of_page = editor
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return super().eventFilter(watched, event)
        if not isinstance(event, QDropEvent):  # drags are drops that have not fallen yet
            return False
        files = pictures_among(event.mimeData())
        editor = self._of_page() if files else None
        if not isinstance(editor, PicturesEditor) or not editor.editable:
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            editor.add_files(files)
        return True


def has_pictures(record_type: type[Record]) -> bool:
    """Whether records of a type can carry photographs."""
    return "attachments" in record_type.__struct_fields__


def pictures_editor(
    desk: Desk, go_there: Callable[[], object]
) -> Callable[[Field, Surroundings], FieldEditor]:
    """What makes the editor, for the overrides of a form. go_there: as PicturesEditor takes it."""
    return lambda one, around: PicturesEditor(one, around, desk, go_there)
