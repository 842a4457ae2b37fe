"""Photographs and clippings of records: made small and kept before the record names them.

A scan or photograph of a signed sheet must not be kept (domain reference 4.3). No program can tell one from
another picture, so whoever adds a picture is told before.
"""

from datetime import timedelta

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import AttachmentKind
from fieldapp.domain.records import Attachment
from fieldapp.services.pictures import MEDIA_TYPE, as_jpeg
from fieldapp.storage import blob_names
from fieldapp.storage.blobs import BlobStore
from fieldapp.storage.database import Database

KEPT_UNNAMED = timedelta(days=30)
"""How long a picture stays that no record names: it may come back by undo, or its record may yet arrive."""


class AttachmentService:
    """The pictures of one home."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def keep(
        self, actor: Actor, content: bytes, kind: AttachmentKind | str = AttachmentKind.PHOTOGRAPH
    ) -> Attachment:
        """Make a picture small and durable; gives the part to put into a record, without a caption.

        content: the bytes of a picture file or a PDF; the file's name is never known here. Raises
        InvalidInput as `as_jpeg`, EnvironmentProblem when the disk will not have it.
        """
        actor.must_be_known()
        small = as_jpeg(content)
        name = self._blobs.keep(small)
        return Attachment(sha256=name, kind=str(kind), media_type=MEDIA_TYPE, size=len(small))

    def read(self, actor: Actor, sha256: str) -> bytes:
        """The JPEG of an attachment. Raises InvalidInput 'no_picture' while it has not come here."""
        actor.must_be_known()
        return self._blobs.read(sha256)

    def is_here(self, sha256: str) -> bool:
        """Whether a picture has come."""
        return self._blobs.holds(sha256)

    def clear_unnamed(self) -> int:
        """At a start: take away old pictures that no record names any more; how many there were."""
        self._blobs.tidy()
        old = list(self._blobs.older_than(self._database.clock() - KEPT_UNNAMED))
        if not old:
            return 0
        with self._database.transaction() as tx:
            gone = sorted(set(old) - blob_names.among(tx, old))
            blob_names.forget(tx, gone)
        for name in gone:
            self._blobs.remove(name)
        return len(gone)
