"""The server in memory behind real HTTP on loopback, with or without TLS, and what a bad network answers instead."""

import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from eventreg_core.device_auth import LEEWAY_MS, signature_of, signed_bytes
from eventreg_core.enrolment import Enrolment
from eventreg_core.snapshot import MEDIA_TYPE
from eventreg_core.wire import PROTOCOL, Certificate, EnrolAnswer, EnrolRequest, PushRequest, cursor_of, encode
from eventreg_desktop.sync.answers import ServerRefused
from tests.sync.festival import EVENT, SERVER
from tests.sync.memory_server import MemoryServer


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


HOTEL = Reply(200, b"<html>Please accept our terms</html>", "text/html")


def no(status: int, code: str, sentence: str, **members: Any) -> Reply:
    """A problem as our server words it."""
    told = {"type": f"urn:eventreg:problem:{code}", "status": status, "code": code, "detail": sentence, **members}
    return Reply(status, msgspec.json.encode(told), "application/problem+json")


@dataclass
class Peer:
    """One server. `instead`: what the network answers in place of the next requests, in turn; None lets one through."""

    server: MemoryServer
    codes: set[str] = field(default_factory=set)
    instead: list[Reply | None] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    enrolled: dict[str, EnrolAnswer] = field(default_factory=dict)
    protocol: int = PROTOCOL
    most_bytes: int | None = None
    asked: list[str] = field(default_factory=list)
    url: str = ""
    pin: str = ""

    def enrolment(self, code: str = "GOOD-CODE") -> Enrolment:
        """A fresh code for this server."""
        self.codes.add(code)
        return Enrolment(self.url, code, self.pin)

    def answer(self, method: str, target: str, header: str, body: bytes) -> Reply:
        """Answer one request. Who listens for news hears that there is nothing to listen to, and asks now and then."""
        if target.endswith("/sync/nudges"):
            return no(404, "not_found", "There is nothing at this address.")
        self.asked.append(f"{method} {target.partition('?')[0]}")
        instead = self.instead.pop(0) if self.instead else None
        if instead is not None:
            return instead
        if self.most_bytes is not None and len(body) > self.most_bytes:
            return Reply(413, b"<html>Too large</html>", "text/html")
        if target == "/api/v1/devices/enrol":
            return self._enrol(msgspec.json.decode(body, type=EnrolRequest))
        refused = self._check(method, target, header, body)
        if refused is not None:
            return refused
        device = signature_of(header).device
        if method == "POST":
            return self._push(device, body)
        if target.endswith("/sync/snapshot"):
            content = self.server.snapshot()
            return Reply(200, content, MEDIA_TYPE, {"ETag": f'"{hashlib.sha256(content).hexdigest()}"'})
        if target.endswith("/sync/blanks"):
            return Reply(200, encode(self.server.stock))
        return self._pull(target)

    def _push(self, device: UUID, body: bytes) -> Reply:
        try:
            return Reply(200, encode(self.server.push(device, msgspec.json.decode(body, type=PushRequest))))
        except ServerRefused as problem:
            return no(422, problem.code, problem.sentence)

    def _pull(self, target: str) -> Reply:
        query = parse_qs(urlsplit(target).query, keep_blank_values=True)
        cursor = cursor_of(query["cursor"][0], query["check"][0])
        try:
            pulled = self.server.pull(cursor, UUID(query["journal"][0]))
        except ServerRefused as problem:
            return no(410, problem.code, problem.sentence)
        return Reply(200, encode(msgspec.structs.replace(pulled, protocol=self.protocol)))

    def _check(self, method: str, target: str, header: str, body: bytes) -> Reply | None:
        signature = signature_of(header)
        if abs(signature.at_ms - self.server.time.timestamp() * 1000) > LEEWAY_MS:
            return no(401, "device_clock", "This laptop's clock is wrong.", server_time=self.server.time.isoformat())
        try:
            key = Ed25519PublicKey.from_public_bytes(self.server.devices[signature.device])
            key.verify(signature.signature, signed_bytes(method, target, signature.at_ms, body))
        except (KeyError, InvalidSignature):
            return no(401, "unknown_device", "This laptop is not enrolled here. Enrol it again; nothing is lost.")
        return None

    def _enrol(self, request: EnrolRequest) -> Reply:
        if request.protocol != self.protocol:
            return no(400, "other_protocol", "They speak another protocol.")
        known = self.enrolled.get(request.code + request.public_key)
        if known is not None:
            return Reply(201, encode(known))
        if request.code not in self.codes:
            return no(410, "enrol_code_used", "This code was used already. Ask the organizer for a new one.")
        self.codes.remove(request.code)
        device = uuid4()
        self.server.devices[device] = bytes.fromhex(request.public_key)
        certificate = encode(
            Certificate(
                device=device, public_key=request.public_key, events=(EVENT,), expires=datetime(2027, 1, 1, tzinfo=UTC)
            )
        )
        answer = EnrolAnswer(
            device=device,
            name=request.name,
            event=EVENT,
            server=SERVER,
            server_key=self.key.public_key().public_bytes_raw().hex(),
            certificate=certificate.decode(),
            signature=self.key.sign(certificate).hex(),
            server_time=self.server.time,
        )
        self.enrolled[request.code + request.public_key] = answer
        return Reply(201, encode(answer))


@contextmanager
def listening(peer: Peer, certificate: Path | None = None) -> Iterator[Peer]:
    """Let the peer answer on a free port of loopback; with `certificate` (PEM, key included) over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            reply = peer.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _reply  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hung up is no news here."""

    http = Quiet(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        shown = x509.load_pem_x509_certificate(certificate.read_bytes())
        peer.pin = hashlib.sha256(shown.public_bytes(serialization.Encoding.DER)).hexdigest()
        scheme = "https"
    peer.url = f"{scheme}://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def write_certificate(path: Path, begins: datetime = datetime(2020, 1, 1, tzinfo=UTC)) -> Path:
    """A self-signed certificate with its key, as a server on a LAN makes one, for no particular name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "EventReg")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem)
    return path
