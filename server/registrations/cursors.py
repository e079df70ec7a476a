"""Where a page of registrations begins."""

from uuid import UUID

from server.paging import bad_cursor, cursor_keys, cursor_text
from server.registrations.asking import After, Sort
from server.registrations.listing import Listed

BY_NAME = (Sort.NAME, Sort.NAME_LAST)


def after_of(cursor: str | None) -> UUID | None:
    """The id of the last registration seen. Raises ApiProblem `invalid`."""
    if cursor is None:
        return None
    return _uuid(cursor_keys(cursor, 1)[0])


def sorted_after(cursor: str | None, sort: Sort) -> After | None:
    """What `cursor_of` wrote for this order. Raises ApiProblem `invalid`, also for a cursor of another order."""
    if cursor is None:
        return None
    told, name, last = cursor_keys(cursor, 3)
    if told != sort:
        raise bad_cursor()
    return After(_uuid(last), name)


def cursor_of(last: Listed, sort: Sort) -> str:
    """The cursor of the page after this registration."""
    return cursor_text(sort, last.name if sort in BY_NAME else "", str(last.registration.id))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise bad_cursor() from error
