"""Currencies whose minor unit is not a hundredth (ISO 4217)."""

_WITHOUT_PARTS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
                            "XAF", "XOF", "XPF"})  # fmt: skip
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def places_of(currency: str) -> int:
    """How many digits stand after the point: 2 for most, 0 or 3 for some."""
    return 0 if currency in _WITHOUT_PARTS else 3 if currency in _THOUSANDTHS else 2
