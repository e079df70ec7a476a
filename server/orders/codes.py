"""What names an order to people: short enough to read out, never proof of anything."""

import secrets

from server.tickets.codes import ALPHABET

LENGTH = 10


def new_order_code() -> str:
    """Ten characters of the alphabet of short codes: 5.9 × 10¹⁴ of them, so that two orders hardly ever draw one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
