"""Files in a folder, with links that this server answers itself."""

import asyncio
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from server.errors import ApiProblem
from server.storage.keys import NoSuchFile, checked

ROUTE = "/api/v1/files"


@dataclass(frozen=True, slots=True)
class FolderStorage:
    """`base` is the address before ROUTE ("" for links within this server); `secret` signs links."""

    folder: Path
    base: str
    secret: bytes = field(repr=False)

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file, instead of an earlier one of this name; whoever reads sees one or the other. Raises BadKey."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """The whole file. Raises NoSuchFile, BadKey."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NoSuchFile from error

    async def delete(self, key: str) -> None:
        """Have no file of this name; harmless when there is none. Raises BadKey."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def link(self, key: str, now: datetime, lasts: timedelta) -> str:
        """An address that gives the file to whoever has it, until `lasts` is over. Raises BadKey."""
        expires = int((now + lasts).timestamp())
        query = urlencode({"expires": expires, "sig": self._signature(checked(key), expires)})
        return f"{self.base}{ROUTE}/{key}?{query}"

    def check(self, key: str, expires: int, signature: str, now: datetime) -> None:
        """Whether a link was made here and is still good; raises ApiProblem 403 `link_not_good`."""
        right = hmac.compare_digest(self._signature(key, expires).encode(), signature.encode())
        if not right or expires <= now.timestamp():
            raise ApiProblem(403, "link_not_good", "This link is no longer good. Ask for a new one.")

    def _path(self, key: str) -> Path:
        return self.folder.joinpath(*checked(key).split("/"))

    def _signature(self, key: str, expires: int) -> str:
        own_key = hmac.digest(self.secret, b"eventreg-files", "sha256")
        digest = hmac.digest(own_key, f"{expires}:{key}".encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def _write(self, path: Path, content: bytes) -> None:
        for folder in (self.folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
