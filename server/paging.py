"""Pages of long lists: keyset cursors, so that page 1,000 costs what page 1 costs and nothing is shown twice."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from fastapi import Query

from server.errors import invalid

Limit = Annotated[int, Query(ge=1, le=200, description="Rows in one page")]
CursorText = Annotated[str | None, Query(max_length=1000, description="The `next_cursor` of the page before")]
DEFAULT_LIMIT = 50


def cursor_text(*keys: str) -> str:
    """The sort keys of a page's last row, as an opaque text."""
    return urlsafe_b64encode(json.dumps(keys, ensure_ascii=False).encode()).decode().rstrip("=")


def cursor_keys(text: str, count: int) -> tuple[str, ...]:
    """The sort keys that `cursor_text` wrote. Raises ApiProblem `invalid` for anything else."""
    try:
        keys = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise bad_cursor() from error
    if not (isinstance(keys, list) and len(keys) == count and all(_is_text(key) for key in keys)):
        raise bad_cursor()
    return tuple(keys)


def _is_text(key: object) -> bool:
    # No database takes NUL or half a character.
    return isinstance(key, str) and not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in key)


def bad_cursor() -> Exception:
    """422: this cursor was not made by this list."""
    return invalid("cursor", "This cursor is damaged. Begin again with the first page.")


def like_pattern(text: str) -> str:
    """An ILIKE pattern (escape character \\) that finds `text` anywhere, whatever signs it contains."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
