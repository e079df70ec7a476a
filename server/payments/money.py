"""Money as people read it."""

WITHOUT_PARTS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
                           "XAF", "XOF", "XPF"})  # fmt: skip
THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""ISO 4217: currencies whose minor unit is not a hundredth."""


def in_words(amount_minor: int, currency: str, language: str) -> str:
    """An amount in minor units as it is written in a language: "25.00 EUR", in German "25,00 EUR"."""
    places = 0 if currency in WITHOUT_PARTS else 3 if currency in THOUSANDTHS else 2
    whole, part = divmod(amount_minor, 10**places)
    point = "," if language == "de" else "."
    return f"{whole}{point}{part:0{places}d} {currency}" if places else f"{whole} {currency}"
