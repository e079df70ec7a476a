"""Who may reach an order: whoever may do enough on its event, and its buyer, who shows its token."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.access import Level, access_row
from server.auth.tokens import Caller, not_signed_in
from server.orders import queries
from server.orders.letters import PURPOSE
from server.orders.locking import order_not_found
from server.orders.models import Order
from server.settings import Settings
from server.signed_ids import is_token_for


async def access_order(session: AsyncSession, caller: Caller, order_id: UUID, at_least: Level) -> Order:
    """The order, for a caller who may do at least this on its event.

    Raises ApiProblem 404 `order_not_found` or 403 `forbidden`.
    """
    statement = select(Order).where(Order.id == order_id)
    return await access_row(session, caller, statement, Order.event_id, at_least, order_not_found())


async def find_bought(session: AsyncSession, settings: Settings, order_id: UUID, token: str | None) -> Order | None:
    """The order, for whoever shows its token."""
    shown = is_token_for(settings.secret_key, PURPOSE, order_id, token)
    return await queries.find(session, order_id) if shown else None


async def access_bought_order(
    session: AsyncSession,
    settings: Settings,
    caller: Caller | None,
    order_id: UUID,
    token: str | None,
    at_least: Level,
) -> tuple[Order, bool]:
    """The order, and whether it was opened by its buyer's token rather than by rights.

    Raises ApiProblem 401 for a visitor without the token, and what `access_order` raises.
    """
    bought = await find_bought(session, settings, order_id, token)
    if bought is not None:
        return bought, True
    if caller is None:
        raise not_signed_in()
    return await access_order(session, caller, order_id, at_least), False
