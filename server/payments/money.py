"""Money as people read it."""

from eventreg_core.currencies import places_of


def in_words(amount_minor: int, currency: str, language: str) -> str:
    """An amount in minor units as it is written in a language: "25.00 EUR", in German "25,00 EUR"."""
    places = places_of(currency)
    whole, part = divmod(amount_minor, 10**places)
    point = "," if language == "de" else "."
    return f"{whole}{point}{part:0{places}d} {currency}" if places else f"{whole} {currency}"
