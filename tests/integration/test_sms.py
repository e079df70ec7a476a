"""Short messages: Twilio's own library against a small stand-in for Twilio that checks who asks."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from server.clock import new_id
from server.settings import BadSetting, Settings
from server.sms import BadNumber, MessageRefused, sms_of
from server.tasks import TASKS
from tests.integration.conftest import Rows
from tests.integration.doing import defer, doing, until
from tests.integration.served import NOBODYS_PORT

SID, TOKEN = "AC" + "0" * 32, "to/ken"


@dataclass
class FakeTwilio:
    """NOT Twilio: the one call that we make, as its documentation describes it."""

    port: int = 0
    messages: list[dict[str, str]] = field(default_factory=list)
    refuse: bool = False

    def answer(self, path: str, authorization: str, body: str) -> tuple[int, dict[str, object]]:
        """Status and JSON for one request."""
        if authorization != "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return 404, {"code": 20404, "message": "not found", "status": 404}
        told = {name: values[-1] for name, values in parse_qs(body).items()}
        if self.refuse:
            return 400, {"code": 21211, "message": f"{told['To']} is not a valid phone number", "status": 400}
        self.messages.append(told)
        return 201, {"sid": "SM1", "status": "queued"}


@contextmanager
def fake_twilio() -> Iterator[FakeTwilio]:
    fake = FakeTwilio()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length).decode()
            status, answer = fake.answer(self.path, self.headers.get("Authorization", ""), body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        fake.port = http.server_address[1]
        thread = Thread(target=http.serve_forever, name="fake twilio")
        thread.start()
        yield fake
        http.shutdown()
        thread.join()


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with fake_twilio() as fake:
        yield fake


def url(port: int, token: str = "to%2Fken") -> str:
    return f"http://{SID}:{token}@127.0.0.1:{port}/?from=%2B4930123456"


def idle(sql: Rows) -> bool:
    return sql.execute("SELECT 1 FROM procrastinate_jobs WHERE status <> 'failed'").fetchone() is None


def test_a_message_is_handed_to_twilio_with_the_accounts_name_and_token(
    settings: Settings, twilio: FakeTwilio, sql: Rows
) -> None:
    texting = replace(settings, twilio_url=url(twilio.port))
    defer(texting, "send-sms", {"to": "+49 (170) 123-4567", "text": "Your gate is B. 李"})
    with doing(texting, TASKS):
        until(lambda: idle(sql))

    assert twilio.messages == [{"To": "+491701234567", "From": "+4930123456", "Body": "Your gate is B. 李"}]


def test_what_twilio_refuses_is_told_by_its_code_and_without_the_number(settings: Settings, twilio: FakeTwilio) -> None:
    twilio.refuse = True
    wrong = replace(settings, twilio_url=url(twilio.port, "wrong"))
    for texting, code in ((replace(settings, twilio_url=url(twilio.port)), "21211"), (wrong, "20003")):
        with pytest.raises(MessageRefused, match=code) as refusal:
            asyncio.run(sms_of(texting).send(new_id(), "+491701234567", "x"))
        assert "491701234567" not in str(refusal.value)


def test_a_twilio_that_does_not_answer_is_said_in_a_sentence(settings: Settings) -> None:
    texting = replace(settings, twilio_url=url(NOBODYS_PORT))
    with pytest.raises(MessageRefused, match="Check TWILIO_URL"):
        asyncio.run(sms_of(texting).send(new_id(), "+491701234567", "x"))


def test_without_twilio_each_message_is_a_file(settings: Settings, sql: Rows) -> None:
    job_id = defer(settings, "send-sms", {"to": "+491701234567", "text": "Your gate is B."})
    with doing(settings, TASKS):
        until(lambda: idle(sql))

    (file,) = (settings.data / "sms").iterdir()
    assert (file.name, file.read_text("utf-8")) == (f"{job_id}.txt", "+491701234567\n\nYour gate is B.\n")


@pytest.mark.parametrize("number", ["", "0170 1234567", "+0170", "+49", "+49170123456789012", "+49\n170123456x"])
def test_a_number_begins_with_plus_and_a_country(settings: Settings, number: str) -> None:
    with pytest.raises(BadNumber):
        asyncio.run(sms_of(settings).send(new_id(), number, "x"))


@pytest.mark.parametrize(
    "wrong",
    [
        "https://api.twilio.com/?from=%2B4930123456",
        "https://a:b@api.twilio.com",
        "http://a:b@api.twilio.com/?from=%2B4930123456",
    ],
)
def test_a_wrong_twilio_url_is_said_in_a_sentence(settings: Settings, wrong: str) -> None:
    with pytest.raises(BadSetting, match="TWILIO_URL must look like"):
        sms_of(replace(settings, twilio_url=wrong))
