"""The pages where links in mails lead, as a browser without scripts uses them."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from server.auth.jobs import offer_password_reset
from server.mail.sealed import open_context
from server.settings import Settings
from server.web.wording import WORDS
from tests.integration.arrange import made, refused
from tests.integration.conftest import PASSWORD, Rows
from tests.integration.doing import doing, until
from tests.integration.served import API, Served

ANA, NEWER = "ana@example.org", "a newer pass phrase"


class Page(HTMLParser):
    """What a browser makes of a page: its words, its style, and the fields of its form."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fields: dict[str, str] = {}
        self.action, self.style, self.text = "", "", ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and what matters of its attributes."""
        self.tags.append(tag)
        told = {name: value or "" for name, value in attrs}
        assert not {"src", "href", "style", "onload", "onclick"} & told.keys(), "nothing is loaded, nothing runs"
        if tag == "input":
            self.fields[told["name"]] = told.get("value", "")
        if tag == "form":
            assert told["method"] == "post"
            self.action = told["action"]

    def handle_data(self, data: str) -> None:
        """Note what stands between tags."""
        if self.tags[-1:] == ["style"] and not self.style:
            self.style = data
        else:
            self.text += data


@pytest.fixture
def visitor(server: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def mailed(settings: Settings, sql: Rows) -> Callable[[], str]:
    """Path and query of the link in the mail that was written last."""

    def newest() -> str:
        row = sql.execute("SELECT data FROM jobs ORDER BY id DESC LIMIT 1").fetchone()
        assert row is not None
        link = urlsplit(open_context(settings.data_keys, row["data"])["link"])
        return f"{link.path}?{link.query}"

    return newest


@pytest.fixture
def registered(anonymous: httpx.Client) -> None:
    assert anonymous.post("/auth/register", json={"email": ANA, "password": PASSWORD}).status_code == 202


def send(visitor: httpx.Client, page: Page, **typed: str) -> httpx.Response:
    return visitor.post(f"/{page.action}", data=page.fields | typed)


def login(visitor: httpx.Client, password: str) -> httpx.Response:
    return visitor.post(f"{API}/auth/login", json={"email": ANA, "password": password})


def test_an_account_is_confirmed_by_the_button_and_not_by_whatever_opens_the_link(
    visitor: httpx.Client, registered: None, mailed: Callable[[], str]
) -> None:
    link = mailed()
    assert visitor.get(link).status_code == 200
    shown = visitor.get(link)
    refused(login(visitor, PASSWORD), 401, "wrong_credentials")

    done = send(visitor, Page(shown))

    assert (done.status_code, WORDS["en"]["confirmed"] in Page(done).text) == (200, True)
    made(login(visitor, PASSWORD), 200)
    again = visitor.get(link, headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert (again.status_code, again.headers["Content-Language"]) == (410, "de")
    assert WORDS["de"]["over"] in Page(again).text
    assert send(visitor, Page(shown)).status_code == 410


def test_a_new_password_is_chosen_on_its_page_and_what_is_wrong_with_one_is_told_beside_it(
    visitor: httpx.Client, registered: None, mailed: Callable[[], str], settings: Settings, sql: Rows
) -> None:
    visitor.post(f"{API}/auth/password-reset", json={"email": ANA})
    with doing(settings, [offer_password_reset]):
        until(lambda: sql.execute("SELECT 1 AS n FROM jobs WHERE data ->> 'template' = 'password-reset'").rowcount > 0)
    link = mailed()
    page = Page(visitor.get(link))
    assert page.fields.keys() == {"token", "password", "again"}
    wrong = {
        ("liverpool1", "liverpool1"): "wrong_common",
        ("short", "short"): "wrong_length",
        ("x\x00y long enough", "x\x00y long enough"): "wrong_character",
        (NEWER, "another one altogether"): "wrong_repeat",
        ("", ""): "wrong_length",
    }
    for (password, again), why in wrong.items():
        answer = send(visitor, page, password=password, again=again)
        page = Page(answer)
        assert answer.status_code == 422
        assert WORDS["en"][why] in page.text
        assert page.fields["password"] == page.fields["again"] == "", "no password comes back"

    done = send(visitor, page, password=NEWER, again=NEWER)

    assert (done.status_code, WORDS["en"]["was_reset"] in Page(done).text) == (200, True)
    made(login(visitor, NEWER), 200)
    for over in (visitor.get(link), send(visitor, page, password=PASSWORD, again=PASSWORD)):
        assert (over.status_code, Page(over).fields) == (410, {})
    refused(login(visitor, PASSWORD), 401, "wrong_credentials")


def test_a_page_may_load_nothing_run_nothing_and_tell_nobody_where_it_was(
    visitor: httpx.Client, registered: None, mailed: Callable[[], str]
) -> None:
    shown = visitor.get(mailed())
    page = Page(shown)
    style = b64encode(sha256(page.style.encode()).digest()).decode()
    assert shown.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in shown.headers
    assert "script" not in page.tags
    assert "http" not in page.style


@pytest.mark.parametrize("path", ["/confirm-email", "/reset-password"])
def test_whatever_is_sent_instead_of_a_form_is_a_link_that_is_over(visitor: httpx.Client, path: str) -> None:
    evil = "\"><script>alert('1')</script>"
    answers = [
        visitor.get(path),
        visitor.get(path, params={"token": evil}),
        visitor.get(path, params={"token": "\x00"}),
        visitor.post(path),
        visitor.post(path, json={"token": "x"}),
        visitor.post(path, data={"token": evil}),
        visitor.post(path, content=b"token=\xff%ff", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        visitor.post(path, data={str(number): "x" for number in range(1000)}),
    ]
    assert [answer.status_code for answer in answers] == [410] * len(answers)
    assert not any(evil in answer.text or "script" in Page(answer).tags for answer in answers)


def test_a_page_says_the_same_in_every_language() -> None:
    assert WORDS["de"].keys() == WORDS["en"].keys()
    assert WORDS["en"].keys() >= {"busy", "wrong_length", "wrong_character", "wrong_common", "wrong_repeat"}
    assert all(text.strip() == text != "" for words in WORDS.values() for text in words.values())


def test_a_link_of_one_kind_opens_no_page_of_the_other(
    visitor: httpx.Client, registered: None, mailed: Callable[[], str]
) -> None:
    token = parse_qs(urlsplit(mailed()).query)["token"][0]
    assert visitor.get("/reset-password", params={"token": token}).status_code == 410
    assert visitor.get("/confirm-email", params={"token": token}).status_code == 200
