"""Phone numbers lie sealed in their table; the API calls them `phone` all the same."""

from eventreg_core.phone import tail_of
from server import sealing
from server.registrations.rows import Stored

PURPOSE = b"registration-phone"


def seal_phone(data_keys: tuple[bytes, ...], phone: str | None) -> bytes | None:
    """What the column `phone_sealed` holds."""
    return None if phone is None else sealing.seal(data_keys, phone.encode(), PURPOSE)


def phone_of(registration: Stored, data_keys: tuple[bytes, ...]) -> str | None:
    """The phone number of a registration; one from before they were sealed stands in `phone` until keys are rotated.

    Raises sealing.Unopenable.
    """
    if registration.phone_sealed is None:
        return registration.phone
    return opened_phone(registration.phone_sealed, data_keys)


def phone_tail(phone: str | None, phone_sealed: bytes | None, data_keys: tuple[bytes, ...]) -> str:
    """What doors may know of a number; nothing where the key that opens it is lost, so that their sync goes on."""
    try:
        return tail_of(opened_phone(phone_sealed, data_keys) or phone or "")
    except sealing.Unopenable:
        return ""


def opened_phone(phone_sealed: bytes | None, data_keys: tuple[bytes, ...]) -> str | None:
    """What `seal_phone` sealed; raises sealing.Unopenable."""
    return None if phone_sealed is None else sealing.unseal(data_keys, phone_sealed, PURPOSE).decode()
