"""A certificate of our own for a local network, where no authority could vouch for us; devices pin it."""

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=3650)
"""Long: a device trusts this one certificate, so a new one would mean enrolling every laptop again."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate and its key are, and the pin: SHA-256 of the DER bytes, 64 hex digits."""

    certificate: Path
    key: Path
    pin: str


def own_certificate(data: Path, now: datetime) -> Certificate:
    """The certificate of this data folder, made once; its pin stays the same when addresses change."""
    files = data / "lan_certificate.pem", data / "lan_key.pem"
    if not files[0].exists():
        key, certificate = _make(names(), addresses(), now)
        _write(files[1], key)
        _write(files[0], certificate)
    der = x509.load_pem_x509_certificate(files[0].read_bytes()).public_bytes(serialization.Encoding.DER)
    return Certificate(files[0], files[1], sha256(der).hexdigest())


def names() -> list[str]:
    """What this machine is called in its network."""
    name = socket.gethostname().partition(".")[0] or "localhost"
    return list(dict.fromkeys(["localhost", name, f"{name}.local"]))


def addresses() -> list[IPv4Address]:
    """This machine's IPv4 addresses: those of private networks first, loopback last."""
    texts = [one.address for card in psutil.net_if_addrs().values() for one in card if one.family == socket.AF_INET]
    found = {IPv4Address(text) for text in (*texts, "127.0.0.1")}
    return sorted(found, key=lambda one: (one.is_loopback, one.is_link_local, not one.is_private, one))


def _make(dns: list[str], ips: list[IPv4Address], now: datetime) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"EventReg on {dns[-1]}"[:64])])
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    alternatives = [*(x509.DNSName(name) for name in dns), *(x509.IPAddress(ip_address(str(ip))) for ip in ips)]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A day early: the first laptop to connect may have a slow clock.
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + LIFE)
        # It vouches for itself: a device makes it its only authority.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, made.public_bytes(pem)


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
