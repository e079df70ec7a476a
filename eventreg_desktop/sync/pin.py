"""Reach a server whose certificate no authority vouches for: exactly the pinned one is trusted, at any address."""

import hashlib
import ssl
from urllib.parse import urlsplit

import httpx

from eventreg_desktop.sync.answers import NoAnswer, WrongPin

PATIENCE = httpx.Timeout(20.0, connect=5.0)
"""Seconds to wait for an answer, and for a connection."""

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: a pinned certificate is the right one whatever this laptop's clock believes."""


def open_client(url: str, pin: str) -> httpx.Client:
    """An HTTP client for the server at `url`, already checked by `enrolment.checked`.

    With a `pin` (SHA-256 of the certificate, hex) the server is asked for its certificate first: raises WrongPin when
    it shows another one, NoAnswer when nobody is there. Without one the system's ordinary trust applies.
    """
    parts = urlsplit(url)
    if parts.scheme == "http" or not pin:
        return httpx.Client(base_url=url, timeout=PATIENCE, trust_env=parts.scheme == "https")
    context = _trusting(parts.hostname or "", parts.port or 443, pin)
    return httpx.Client(base_url=url, timeout=PATIENCE, verify=context, trust_env=False)


def unreached(error: Exception) -> NoAnswer | WrongPin:
    """What it means that a request failed: nobody there, or somebody whose certificate is not trusted."""
    return WrongPin() if _is_about_trust(error) else NoAnswer()


def _trusting(host: str, port: int, pin: str) -> ssl.SSLContext:
    certificate = _shown_by(host, port)
    if hashlib.sha256(certificate).hexdigest() != pin:
        raise WrongPin
    context = ssl.create_default_context(cadata=certificate)
    context.check_hostname = False  # the pin names the very certificate, so that an IP address will do
    flags = int(context.verify_flags) | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    context.verify_flags = ssl.VerifyFlags(flags & ~int(ssl.VerifyFlags.VERIFY_X509_STRICT))
    return context


def _shown_by(host: str, port: int) -> bytes:
    try:
        text = ssl.get_server_certificate((host, port), timeout=5.0)
    except OSError as error:
        raise NoAnswer from error
    return ssl.PEM_cert_to_DER_cert(text)


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
