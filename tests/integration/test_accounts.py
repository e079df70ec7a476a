"""Accounts that people make themselves: what is mailed, what a link is good for, and what nobody learns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from server.auth.jobs import offer_password_reset
from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.doing import doing, until
from tests.integration.served import Served
from tests.integration.smtp import Letterbox, mail_server

ANA = "ana@example.org"
NEWER = "a newer pass phrase"
CONFIRM, RESET = "confirm-email", "reset-password"


@dataclass(frozen=True)
class Post:
    """A server whose mails reach a real mail server, and a client of it that has not signed in."""

    server: Served
    box: Letterbox
    client: httpx.Client

    def mail(self, number: int) -> EmailMessage:
        """The mail with this number, once it has come."""
        until(lambda: len(self.box.mails) > number)
        return self.box.mails[number]

    def tokens(self, page: str) -> list[str]:
        """The tokens of the links to a page in all mails so far; mails that wait together come in any order."""
        bodies = [mail.get_body(("plain",)) for mail in self.box.mails]
        lines = [line for body in bodies if body is not None for line in str(body.get_content()).splitlines()]
        return [line.partition("?token=")[2].strip() for line in lines if f"/{page}?token=" in line]

    def token(self, page: str, number: int = 0) -> str:
        """The token of the link to a page, in the mail with this number of those with such a link."""
        until(lambda: len(self.tokens(page)) > number)
        return self.tokens(page)[number]

    def ask(self, path: str, **body: str) -> httpx.Response:
        return self.client.post(path, json=body)

    def login(self, password: str = PASSWORD, email: str = ANA) -> httpx.Response:
        return self.ask("/auth/login", email=email, password=password)


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with mail_server() as box:
        mailing = replace(
            settings, smtp_url=f"smtp://127.0.0.1:{box.port}?tls=no", public_url="https://fair.example.org"
        )
        served = Served(mailing)
        served.start()
        with doing(mailing, TASKS), served.client() as client:
            yield Post(served, box, client)
        served.stop()


@pytest.fixture
def ana(post: Post) -> Json:
    """Ana has an account in force and is signed in."""
    assert post.ask("/auth/register", email=ANA, password=PASSWORD, first_name="Ana").status_code == 202
    assert post.ask("/auth/confirm-email", token=post.token(CONFIRM)).status_code == 204
    return made(post.login(), 200)


def bearer(pair: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


def test_a_new_account_from_registration_to_a_new_password(post: Post, people: People) -> None:
    with post.server.client(people.organizer.email, PASSWORD) as organizer:
        event = make_event(organizer)
        make_type(organizer, event)
        register(organizer, event, ANA)
    assert post.ask("/auth/register", email=" Ana@Example.org", password=PASSWORD).status_code == 202
    refused(post.login(), 401, "wrong_credentials")
    assert post.ask("/auth/confirm-email", token=post.token(CONFIRM)).status_code == 204

    first = made(post.login(), 200)
    second = made(post.ask("/auth/refresh", refresh_token=first["refresh_token"]), 200)
    lost = made(post.ask("/auth/refresh", refresh_token=second["refresh_token"]), 200)
    third = made(post.ask("/auth/refresh", refresh_token=second["refresh_token"]), 200)
    assert third["refresh_token"] == lost["refresh_token"]
    mine = made(post.client.get("/users/me/registrations", headers=bearer(third)), 200)
    assert [one["event_id"] for one in mine["items"]] == [event["id"]]
    headers = bearer(third)
    refused(post.client.get(f"/events/{event['id']}/registrations", headers=headers), 404, "event_not_found")
    refused(post.client.post("/events", json={}, headers=headers), 403, "forbidden")
    refused(post.client.get("/users", headers=headers), 403, "forbidden")

    assert post.ask("/auth/password-reset", email=ANA).status_code == 202
    assert post.ask("/auth/password-reset/confirm", token=post.token(RESET), password=NEWER).status_code == 204
    refused(post.login(), 401, "wrong_credentials")
    refused(post.ask("/auth/refresh", refresh_token=third["refresh_token"]), 401, "session_ended")
    until(lambda: post.client.get("/users/me", headers=headers).status_code == 401)
    made(post.login(NEWER), 200)
    until(lambda: any("changed" in str(mail["Subject"]) for mail in post.box.mails))


def test_links_lead_to_the_public_address_and_not_to_where_a_request_says_it_went(post: Post) -> None:
    headers = {"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com", "Accept-Language": "de-AT, en"}
    body = {"email": ANA, "password": PASSWORD}
    assert post.client.post("/auth/register", json=body, headers=headers).status_code == 202
    text = post.mail(0).as_string()
    assert "https://fair.example.org/confirm-email?token=" in text
    assert "evil" not in text
    assert "Bestätigen" in str(post.mail(0)["Subject"])


def test_nobody_learns_which_emails_are_known(post: Post, ana: Json, people: People, sql: Rows) -> None:
    sql.execute("UPDATE users SET is_active = false WHERE id = %s", [people.staff.id])
    emails = (ANA, people.admin.email, people.staff.email, "nobody@example.org")
    for path, more in (("/auth/register", {"password": NEWER}), ("/auth/password-reset", {})):
        answers = [post.ask(path, email=email, **more) for email in emails]
        assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
        assert len({frozenset(answer.headers.keys()) for answer in answers}) == 1
    # Neither a registration nor its password opens or changes what was there before.
    logins = [post.login(NEWER, email) for email in emails]
    assert {(answer.status_code, answer.text) for answer in logins} == {(401, logins[0].text)}
    made(post.login(), 200)


def test_who_forgot_a_password_waits_as_long_for_an_answer_whether_known_or_not(
    settings: Settings, server: Served, anonymous: httpx.Client, people: People, sql: Rows
) -> None:
    for email in (people.staff.email, "nobody@example.org"):
        assert anonymous.post("/auth/password-reset", json={"email": email}).status_code == 202
    # Nobody was looked up for the answer: that is a job's, the same for both.
    left = sql.execute("SELECT type, data - 'email' AS told, count(*) AS jobs FROM jobs GROUP BY 1, 2").fetchall()
    assert [row["jobs"] for row in left] == [2]
    with doing(settings, [offer_password_reset]):
        until(lambda: sql.execute("SELECT 1 AS n FROM jobs WHERE type = 'offer-password-reset'").rowcount == 0)
    mailed = sql.execute("SELECT data ->> 'to' AS email, data ->> 'template' AS template FROM jobs").fetchall()
    assert mailed == [{"email": people.staff.email, "template": "password-reset"}]


def test_whoever_registered_my_address_before_me_does_not_get_in_when_i_confirm_mine(post: Post) -> None:
    assert post.ask("/auth/register", email=ANA, password="the stranger's words").status_code == 202
    strangers = post.token(CONFIRM)
    assert post.ask("/auth/register", email=ANA, password=PASSWORD).status_code == 202
    mine = post.token(CONFIRM, 1)
    assert post.ask("/auth/confirm-email", token=mine).status_code == 204
    refused(post.ask("/auth/confirm-email", token=strangers), 410, "link_over")
    refused(post.login("the stranger's words"), 401, "wrong_credentials")
    made(post.login(), 200)


def test_an_old_registrations_link_does_not_bring_its_password_back_after_a_reset(post: Post) -> None:
    post.ask("/auth/register", email=ANA, password="the stranger's words")
    stranger = post.token(CONFIRM)
    post.ask("/auth/password-reset", email=ANA)
    assert post.ask("/auth/password-reset/confirm", token=post.token(RESET), password=NEWER).status_code == 204
    assert post.ask("/auth/confirm-email", token=stranger).status_code == 204
    refused(post.login("the stranger's words"), 401, "wrong_credentials")
    made(post.login(NEWER), 200)


def test_a_link_is_good_once_for_one_purpose_and_not_for_long(post: Post, ana: Json, sql: Rows) -> None:
    def asked() -> str:
        before = len(post.tokens(RESET))
        post.ask("/auth/password-reset", email=ANA)
        return post.token(RESET, before)

    weak, used, sibling = asked(), asked(), asked()
    refused(post.ask("/auth/password-reset/confirm", token=weak, password="1234567890"), 422, "weak_password")
    refused(post.ask("/auth/confirm-email", token=weak), 410, "link_over")
    assert post.ask("/auth/password-reset/confirm", token=used, password=NEWER).status_code == 204
    for token in (used, sibling, weak, "x" * 43, "\x00", "é"):
        answer = post.ask("/auth/password-reset/confirm", token=token, password="yet another phrase")
        assert refused(answer, 410, "link_over")["field"] == "token"

    late = asked()
    row = sql.execute("SELECT expires_at - created_at AS life FROM one_time_tokens WHERE used_at IS NULL").fetchone()
    assert row is not None
    # The row is as old as its transaction, which began a moment before.
    assert timedelta(minutes=29) < row["life"] < timedelta(minutes=30, seconds=30)
    sql.execute("UPDATE one_time_tokens SET expires_at = now()")
    refused(post.ask("/auth/password-reset/confirm", token=late, password="yet another phrase"), 410, "link_over")


def test_who_has_no_link_gets_no_work_out_of_the_password_threads(post: Post) -> None:
    # The password is not even looked at, let alone hashed.
    refused(post.ask("/auth/password-reset/confirm", token="none", password="short"), 410, "link_over")


def test_a_link_from_before_the_password_changed_sets_no_other(post: Post, ana: Json) -> None:
    post.ask("/auth/password-reset", email=ANA)
    link = post.token(RESET)
    body = {"current_password": PASSWORD, "password": NEWER}
    assert post.client.post("/users/me/password", json=body, headers=bearer(ana)).status_code == 204
    refused(post.ask("/auth/password-reset/confirm", token=link, password=PASSWORD), 410, "link_over")
    made(post.login(NEWER), 200)


def test_a_link_of_somebody_who_was_let_go_opens_nothing(post: Post, ana: Json, sql: Rows) -> None:
    post.ask("/auth/password-reset", email=ANA)
    token = post.token(RESET)
    sql.execute("UPDATE users SET is_active = false WHERE email = %s", [ANA])
    refused(post.ask("/auth/password-reset/confirm", token=token, password=NEWER), 410, "link_over")


def test_neither_tables_nor_waiting_mails_show_a_link_or_a_password(
    settings: Settings, server: Served, anonymous: httpx.Client, sql: Rows
) -> None:
    body = {"email": ANA, "password": PASSWORD}
    assert anonymous.post("/auth/register", json=body).status_code == 202
    row = sql.execute("SELECT octet_length(token_hash) AS bytes FROM one_time_tokens").fetchone()
    assert row == {"bytes": 32}
    waiting = str(sql.execute("SELECT type, data::text FROM jobs").fetchall())
    assert "confirm-email" in waiting
    assert "token=" not in waiting
    assert '"link"' not in waiting
    # Whoever registers waits for it: it goes before other mails.
    assert sql.execute("SELECT priority FROM procrastinate_jobs").fetchall() == [{"priority": 10}]


@pytest.mark.parametrize(
    "email",
    [
        "ana@example.org\r\nBcc: all@example.org",
        "ana@example.org\nSubject: x",
        "ana@example.org, b@example.org",
        "<ana@example.org>",
        "ana@example.org%0d%0aBcc:x@example.org",
        "\u202egro.elpmaxe@ana",
    ],
)
def test_an_address_cannot_carry_more_than_itself_into_a_mail(post: Post, email: str) -> None:
    answer = post.ask("/auth/register", email=email, password=PASSWORD, first_name="Ana")
    assert answer.status_code in (202, 422)
    # A mail that comes later proves that the first one did not.
    assert post.ask("/auth/register", email="last@example.org", password=PASSWORD).status_code == 202
    until(lambda: any("last@example.org" in str(mail["To"]) for mail in post.box.mails))
    mails = list(post.box.mails)
    for mail, (_, recipients) in zip(mails, post.box.envelopes[: len(mails)], strict=True):
        assert len(recipients) == 1
        assert mail["Bcc"] is None
        assert len(mail.get_all("Subject", [])) == len(mail.get_all("To", [])) == 1


FIELDS: list[tuple[str, Callable[[int], str], int]] = [
    ("first_name", lambda size: "م" * size, 100),
    ("last_name", lambda size: "𝕏" * size, 100),
    ("email", lambda size: "a" * 60 + "@" + "b" * (size - 65) + ".org", 246),
]


@pytest.mark.parametrize(("field", "text", "longest"), FIELDS, ids=[field for field, _, _ in FIELDS])
def test_a_field_holds_as_much_as_it_says_and_no_more(
    anonymous: httpx.Client, sql: Rows, field: str, text: Callable[[int], str], longest: int
) -> None:
    body = {"email": ANA, "password": PASSWORD}
    for size in (longest - 1, longest):
        assert anonymous.post("/auth/register", json=body | {field: text(size)}).status_code == 202
    problem = refused(anonymous.post("/auth/register", json=body | {field: text(longest + 1)}), 422, "invalid")
    assert problem["field"] == field
    strange: list[Any] = ["a\x00b", "two\nlines", 7, ["x"], {}, True]
    for wrong in strange:
        problem = refused(anonymous.post("/auth/register", json=body | {field: wrong}), 422, "invalid")
        assert problem["field"] == field


@pytest.mark.parametrize(
    ("password", "status"),
    [("short nine", 202), ("nineletts", 422), ("x9 " * 66 + "ab", 202), ("x9 " * 67, 422), ("liverpool1", 422)],
)
def test_a_password_is_judged_by_length_and_by_how_common_it_is(
    anonymous: httpx.Client, password: str, status: int
) -> None:
    answer = anonymous.post("/auth/register", json={"email": ANA, "password": password})
    assert answer.status_code == status
    if status == 422:
        assert refused(answer, 422, "weak_password")["field"] == "password"
        assert password not in answer.text
