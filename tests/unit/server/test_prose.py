"""Whatever an organizer writes, a page that shows it runs nothing of it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.events.prose import SCHEMES, TAGS, html_of

WICKED = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//evil.example)",
    "<javascript:alert(1)>",
    "![a](https://evil.example/seen.png)",
    '[a](https://b.example "x" onclick=alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "<svg/onload=alert(1)>",
    "<style>@import 'https://evil.example'</style>",
    "`<b>`",
    "<!--",
    "&lt;script&gt;",
    "| a | b |\n|---|---|\n| <i> | [x](data:x) |",
    "\x00<scr\x00ipt>",
    "<a href='javascript:x'>",
    "5. five\n\n> quoted **strong** ~~gone~~ *soft* <https://b.example>",
]
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}}


class Seen(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))


def seen_in(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser.elements


def check(markdown: str) -> None:
    for tag, attributes in seen_in(html_of(markdown)):
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set())
        address = attributes.get("href")
        if address is not None:
            assert address.partition(":")[0].lower() in SCHEMES
        if tag == "a":
            assert attributes["rel"] == "nofollow noopener"


@pytest.mark.parametrize("markdown", WICKED)
def test_a_trick_that_is_known_does_nothing(markdown: str) -> None:
    check(markdown)


@given(st.lists(st.sampled_from(WICKED) | st.text(max_size=20) | st.sampled_from(list("[]()<>!`*_~|\\&\"'#>\n\t "))))
def test_nothing_that_can_be_written_runs_or_leads_where_it_must_not(parts: list[str]) -> None:
    check("".join(parts))


def test_what_is_meant_well_is_shown() -> None:
    html = html_of("# Summer\n\n*Soft* and **strong**, [tickets](https://example.org/a?b=1&c)\n\n| a |\n|---|\n| 1 |\n")
    assert "<h1>Summer</h1>" in html
    assert "<em>Soft</em> and <strong>strong</strong>" in html
    assert '<a href="https://example.org/a?b=1&amp;c" rel="nofollow noopener">tickets</a>' in html
    assert "<td>1</td>" in html
