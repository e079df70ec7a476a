"""Writes a mail from its templates: subject, text and HTML, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.mail.moments import in_words

TEMPLATES = Path(__file__).parent / "templates"
FALLBACK = "en"
LANGUAGES = ("en", "de")
PART = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a mail says; `language` is the one that it was written in."""

    language: str
    subject: str
    text: str
    html: str


class NoTemplate(LookupError):
    """There is no mail of this name: a bug in whoever deferred it."""


def render(template: str, language: str, context: Mapping[str, Any]) -> Rendered:
    """Write the mail `template`; in English where there is none in `language`.

    Raises NoTemplate, and jinja2.UndefinedError for a word that the context lacks.
    """
    chosen = language_of(language)
    if not PART.fullmatch(template) or not (TEMPLATES / chosen / f"{template}.txt.j2").exists():
        raise NoTemplate(template)
    subject, text, html = (
        _environment().get_template(f"{chosen}/{template}.{part}.j2").render(context, language=chosen)
        for part in ("subject", "txt", "html")
    )
    return Rendered(chosen, subject.strip(), text.strip() + "\n", html)


def language_of(wished: str) -> str:
    """The first language we write among those of an Accept-Language header, or of one tag such as `de-AT`."""
    for each in wished.split(","):
        language = each.partition(";")[0].strip().partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return FALLBACK


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_words"] = in_words
    return environment
