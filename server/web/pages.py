"""Writes a page in the reader's language, with the headers that let it do nothing but show itself and send its form."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import Depends
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request

from server.mail.rendering import language_of
from server.web.order_wording import ORDER_WORDS
from server.web.wording import WORDS

TEMPLATES = Path(__file__).parent / "templates"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
Template = Literal["confirm-email", "reset-password", "note", "order", "waiting"]


def page(
    request: Request,
    template: Template,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """The page `template` as an answer; what is in `context` is text, never markup.

    Its policy lets a browser load nothing, from us neither, and send its form to us alone.
    """
    language = language_of(request.headers.get("Accept-Language", "")[:200])
    written = _environment().get_template(f"{template}.html.j2")
    style = _style()
    words = {**WORDS[language], **ORDER_WORDS[language]}
    text = written.render(context, language=language, words=words, style=Markup(style))
    own = {"Content-Security-Policy": _policy(style), "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(text, status, {**own, **(headers or {})})


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send one; none of what is no form."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind != FORM:
        return {}
    try:
        told = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in told.items()}


Form = Annotated[Mapping[str, str], Depends(read_form)]
"""Parameter of a route that takes a form; the route tells its fields by `form()`."""


def form(*fields: str) -> dict[str, object]:
    """`openapi_extra` of a route that takes a form with these fields."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}, "required": list(fields)}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (TEMPLATES / "style.css").read_text("utf-8")


def _policy(style: str) -> str:
    # The style stands in the page, and its hash here: a style that somebody smuggled in has another.
    known = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{known}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
