"""Files that are kept beside the database: QR codes, pictures, exports. A folder, or S3; links that end."""

from server.storage.keys import BadKey, NoSuchFile
from server.storage.opened import Storage, open_storage

__all__ = ["BadKey", "NoSuchFile", "Storage", "open_storage"]
