"""GET /files/{key}: a file by a signed link, where files are in a folder."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from server.callers import callers
from server.clock import utc_now
from server.errors import not_found
from server.storage.folder import FolderStorage
from server.storage.keys import LONGEST, BadKey, NoSuchFile, media_type_of
from server.storage.opened import Storage

SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "application/pdf"})
"""What a browser may show itself; everything else is saved, so that no page of a stranger runs at our address."""

router = APIRouter(prefix="/files", tags=["files"])


@router.get(
    "/{key:path}",
    summary="A file by its signed link",
    response_class=Response,
    openapi_extra=callers("public", problems=(403, 404)),
)
async def get_file(
    key: Annotated[str, Path(max_length=LONGEST)],
    expires: Annotated[int, Query(ge=0, le=2**40)],
    sig: Annotated[str, Query(max_length=100)],
    request: Request,
) -> Response:
    """Whoever has the link may read, until it ends. With S3 the links lead there and never here."""
    storage: Storage = request.app.state.storage
    if not isinstance(storage, FolderStorage):
        raise not_found("no_such_file", "Files are not kept here. Ask for a new link.")
    storage.check(key, expires, sig, utc_now())
    try:
        content = await storage.get(key)
    except (BadKey, NoSuchFile) as error:
        raise not_found("no_such_file", NoSuchFile().sentence) from error
    kind = media_type_of(key)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline" if kind in SHOWN else "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)
