"""Run every check on one snapshot of the database, so that work that goes on meanwhile is no finding."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.checking import journeys, places, tickets
from server.checking.conflicts import CONFLICTS
from server.checking.findings import MOST, Check, Finding, by_statement
from server.db import Database
from server.payments import ledger
from server.seeding.progress import Progress

COUNTED = ("events", "registrations", "tickets", "orders", "ledger", "changes", "facts", "journals", "conflicts")


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at (rows by table), what was found, and which checks found more than they list."""

    counted: dict[str, int]
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    more_of: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.findings


async def check(database: Database, progress: Progress) -> Report:
    """Look at everything; changes nothing. Needs memory for a few numbers per event, not for what events hold."""
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        for setting in ("work_mem = '128MB'", "max_parallel_workers_per_gather = 2"):
            await connection.execute(text(f"SET LOCAL {setting}"))
        report = await look(connection, progress)
        await connection.rollback()
    return report


async def look(connection: AsyncConnection, progress: Progress) -> Report:
    """Look at everything as this transaction sees it."""
    findings: list[Finding] = []
    more_of = []
    counted = {table: await _count(connection, table) for table in COUNTED}
    progress.begin("checks", len(CHECKS))
    for check in CHECKS:
        found, more = await _find(connection, check)
        findings += found
        more_of += [check.name] if more else []
        progress.add(1)
    progress.end()
    return Report(counted, tuple(check.name for check in CHECKS), tuple(findings), tuple(more_of))


async def _find(connection: AsyncConnection, check: Check) -> tuple[list[Finding], bool]:
    found: list[Finding] = []
    async with aclosing(check.find(connection)) as findings:
        async for finding in findings:
            if len(found) == MOST:
                return found, True
            found.append(finding)
    return found, False


async def _unbalanced(connection: AsyncConnection) -> AsyncGenerator[Finding, None]:
    async with AsyncSession(connection, expire_on_commit=False) as session:
        for order in await ledger.list_unbalanced(session):
            sums = order.balance
            yield Finding(
                "ledger",
                f"order {order.order_id}",
                f"{order.code} is {order.status}: charged {sums.charged}, discharged {sums.discharged}, "
                f"paid {sums.paid}, refunded {sums.refunded}, and this does not balance.",
            )


async def _count(connection: AsyncConnection, table: str) -> int:
    count: int = (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
    return count


CHECKS: tuple[Check, ...] = (
    *map(by_statement, places.STATEMENTS),
    *map(by_statement, tickets.STATEMENTS),
    Check("ledger", _unbalanced),
    *map(by_statement, journeys.STATEMENTS),
    journeys.CHAIN,
    CONFLICTS,
)
"""Everything that is looked at, in this order."""
