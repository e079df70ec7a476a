"""The demo's guests and the addresses made from names, without a database."""

import pytest

from server.demo.people import STARS, guests
from server.events.slug import free_slug, slug_of


def test_the_same_five_hundred_guests_come_every_time_each_with_an_e_mail_of_their_own() -> None:
    once = guests(500)
    assert once == guests(500)
    assert len({guest.email for guest in once}) == 500
    assert tuple(guest.full_name for guest in once[: len(STARS)]) == STARS
    assert all(len(guest.full_name) <= 255 and guest.email.isascii() for guest in once)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Lindenhof Festival 2026", "lindenhof-festival-2026"),
        ("Łódź & Müller's Straße", "lodz-muller-s-strasse"),
        ("Ærø Ødegård", "aero-odegard"),
        ("春祭り", "event"),
        ("  ---  ", "event"),
        ("x" * 500, "x" * 240),
    ],
)
def test_an_address_keeps_what_can_be_typed_of_a_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_taken_address_is_numbered() -> None:
    assert free_slug("gala", {"gala-2"}) == "gala"
    assert free_slug("gala", {"gala", "gala-2", "gala-4"}) == "gala-3"
