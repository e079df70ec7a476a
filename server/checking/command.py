"""`eventreg-server check`: look at the whole database, beside a running server too."""

import asyncio
import json
import sys
from dataclasses import asdict

from server.checking.service import Report, check
from server.db import open_database
from server.ready import ready_database
from server.seeding.progress import Progress
from server.settings import Settings


def check_database(settings: Settings, *, as_json: bool) -> bool:
    """Whether everything agrees; prints what does not, and says on standard error how far it is."""
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else asyncio.new_event_loop
    with ready_database(settings, alone=False) as url, asyncio.Runner(loop_factory=factory) as runner:
        report = runner.run(_check(url))
    print(json.dumps(_told(report), indent=2) if as_json else "\n".join(_lines(report)))
    return report.ok


async def _check(url: str) -> Report:
    database = open_database(url, pool_size=1)
    try:
        return await check(database, Progress(sys.stderr))
    finally:
        await database.close()


def _told(report: Report) -> dict[str, object]:
    return {"ok": report.ok} | asdict(report)


def _lines(report: Report) -> list[str]:
    counted = ", ".join(f"{count:,} {table}" for table, count in report.counted.items())
    lines = [f"Looked at {counted}."]
    lines += [f"{finding.check}: {finding.subject}: {finding.sentence}" for finding in report.findings]
    lines += [f"{check}: there is more of this." for check in report.more_of]
    return [*lines, "Everything agrees." if report.ok else f"{len(report.findings)} findings."]
