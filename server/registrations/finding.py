"""Find registrations of an event: a page of a list, or what typed words may mean."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.registrations import listing
from server.registrations.asking import Asked
from server.registrations.listing import Listed


@dataclass(frozen=True, slots=True)
class Found:
    """A page of registrations, whether there is another one, and how many there are of all if that was asked."""

    items: list[Listed]
    has_more: bool
    total: int | None


async def find(session: AsyncSession, asked: Asked, q: str | None, *, counted: bool) -> Found:
    """A page of those that hold every word of `q` in name or e-mail, or whose short code it is, in the order asked for.

    Where nothing does, the likest names on one page: somebody typed in a hurry.
    """
    if q:
        asked = replace(asked, typed=await listing.read_typed(session, asked.event_id, q))
    found = await listing.list_page(session, replace(asked, limit=asked.limit + 1))
    if not found and asked.after is None and asked.typed is not None and asked.typed.words:
        alike = await listing.list_alike(session, asked)
        return Found(alike, has_more=False, total=len(alike) if counted else None)
    total = await listing.count(session, asked) if counted else None
    return Found(found[: asked.limit], len(found) > asked.limit, total)
