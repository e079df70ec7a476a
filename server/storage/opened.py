"""Where this server's files are: S3 where it is named, else a folder of its data."""

from typing import TYPE_CHECKING, Union

from server.settings import Settings
from server.storage.folder import FolderStorage

if TYPE_CHECKING:
    from server.storage.s3 import S3Storage

Storage = Union[FolderStorage, "S3Storage"]
"""`put(key, content)`, `get(key)`, `delete(key)`, `link(key, now, lasts)`; keys as `keys.checked` says."""


def open_storage(settings: Settings) -> Storage:
    """The storage that the settings name; once per process, it takes a moment. Raises BadSetting."""
    if settings.s3_url is not None:
        # Imported here: it takes half a second, and most servers keep files in a folder.
        from server.storage.s3 import s3_storage

        return s3_storage(settings.s3_url)
    return FolderStorage(settings.data / "files", settings.public_url or "", settings.secret_key)
