"""Where a page of registrations begins."""

from uuid import UUID

from server.paging import bad_cursor, cursor_keys


def after_of(cursor: str | None) -> UUID | None:
    """The id of the last registration seen. Raises ApiProblem `invalid`."""
    if cursor is None:
        return None
    try:
        return UUID(cursor_keys(cursor, 1)[0])
    except ValueError as error:
        raise bad_cursor() from error
