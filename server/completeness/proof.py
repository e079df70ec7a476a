"""The proof that everything is in, as one page to print: no script, nothing from elsewhere."""

from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eventreg_core.clock import zone
from server.completeness.service import Completeness, State
from server.events.models import Event

HERE = Path(__file__).parent
WORDS = {
    State.COMPLETE: "Complete",
    State.MISSING: "Scans are missing",
    State.FORKED: "The journal split",
    State.HELD: "Not trusted: held",
    State.SET_ASIDE: "Unreadable parts",
    State.SILENT: "Never sent anything",
}
"""What the state of a journal is called."""


def proof(event: Event, completeness: Completeness, who: str) -> HTMLResponse:
    """The page, in the event's own time."""
    style = _style()
    written = (
        _environment()
        .get_template("proof.html.j2")
        .render(
            event=event,
            found=completeness,
            who=who,
            words=WORDS,
            style=Markup(style),
            local=lambda at: _local(at, event),
        )
    )
    known = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(written, headers={"Content-Security-Policy": policy})


def _local(at: datetime | None, event: Event) -> str:
    return at.astimezone(zone(event.zone)).strftime("%Y-%m-%d %H:%M:%S") if at is not None else "–"


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(HERE)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@cache
def _style() -> str:
    return (HERE / "proof.css").read_text("utf-8")
