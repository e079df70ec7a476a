"""The text that turns a laptop into a device: shown as a QR code or copied, `eventreg:enrol?url=…&code=…&pin=…`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from eventreg_core.problems import MalformedText

PREFIX = "eventreg:enrol?"
"""How every enrolment text begins."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Server address, one-time code, and the pin of a certificate that no authority vouches for.

    `pin` is the SHA-256 of the certificate's DER bytes, 64 hex digits; empty where ordinary trust applies.
    """

    url: str
    code: str
    pin: str = ""

    def __str__(self) -> str:
        fields = {"url": self.url, "code": self.code} | ({"pin": self.pin} if self.pin else {})
        return PREFIX + urlencode(fields)


def enrolment_of(text: str) -> Enrolment:
    """Read an enrolment text; raises MalformedText with a sentence that says what to do."""
    fields = dict(parse_qsl(text.strip().removeprefix(PREFIX)))
    if not text.strip().startswith(PREFIX) or not fields.get("url") or not fields.get("code"):
        raise MalformedText("bad_enrolment", "This is not an enrolment code. Ask the organizer for a new one.")
    return checked(Enrolment(fields["url"].rstrip("/"), fields["code"], fields.get("pin", "").lower()))


def checked(enrolment: Enrolment) -> Enrolment:
    """Refuse an address that would send the code unprotected, or a pin that is none; raises MalformedText."""
    try:
        parts = urlsplit(enrolment.url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError as error:
        raise MalformedText("bad_address", "The server address is damaged. Ask the organizer for it.") from error
    if parts.scheme not in ("https", "http") or not host:
        raise MalformedText("bad_address", "A server address begins with https://. Ask the organizer for it.")
    if parts.scheme == "http" and host not in ("127.0.0.1", "localhost", "::1"):
        raise MalformedText("not_encrypted", "This address is not encrypted. Use the one that begins with https://.")
    if enrolment.pin and (len(enrolment.pin) != 64 or not set(enrolment.pin) <= set("0123456789abcdef")):
        raise MalformedText(
            "bad_pin", "The certificate's pin has 64 digits and letters. Copy the whole enrolment code."
        )
    return enrolment
