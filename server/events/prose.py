"""What organizers write about an event, made fit for other people's browsers."""

from functools import cache, lru_cache

import nh3
from markdown_it import MarkdownIt

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s"}
    | {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
"""No picture: it would tell a stranger's server who reads this page."""
SCHEMES = frozenset({"http", "https", "mailto"})
RENDERED_KEPT = 128


@lru_cache(maxsize=RENDERED_KEPT)
def html_of(markdown: str) -> str:
    """CommonMark with tables and strikethrough as HTML that holds no script, style, picture or handler of events.

    Links lead by http, https or mailto only, and pass nothing on to where they lead. HTML in the source is shown, not
    obeyed.
    """
    return nh3.clean(
        _parser().render(markdown),
        tags=set(TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="nofollow noopener",
    )


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
