"""How names, codes and addresses are compared when somebody searches: without case, accents and signs that vary."""

import re
import unicodedata
from collections.abc import Iterator

_ALIKE = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        # Arabic and Persian letters that are written one for the other, and the stroke that only stretches a word
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ة": "ه",
        "ک": "ك",
        "ـ": "",
        # apostrophes
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        # hyphens
        "‐": "-",
        "‑": "-",
        "–": "-",
    }
)
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_VOWELS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_BETWEEN = re.compile(r"[\s\-./,;()]+")
"""What stands between two words."""


def folded_name(name: str) -> str:
    """A name without case and accents, so that *lukasz* finds Łukasz."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).casefold().translate(_ALIKE))
    return "".join(character for character in apart if not unicodedata.combining(character)).translate(_ALIKE)


def folded_code(code: str) -> str:
    """A short code as it is searched: capitals, without hyphens and spaces."""
    return code.upper().replace("-", "").replace(" ", "")


def forms(typed: str) -> list[list[str]]:
    """The words of what was `typed`, each in the ways it may stand in a name: *Müller* also as *Mueller*."""
    return [list(dict.fromkeys((folded, _bare(_written_out(word)) or folded))) for word, folded in _words(typed)]


def words_of(part: str) -> set[str]:
    """Every word by which one `part` of a name between spaces is found: as it is, as others write it or hear it.

    A part with a hyphen is found by each half and as one word.
    """
    found: set[str] = set()
    joined = ""
    for word, folded in _words(part):
        joined += folded
        found |= {folded, _with_bare_vowels(folded)}
        if not word.isascii():
            found.add(_bare(_written_out(word)))
    return (found | {joined}) - {""}


def unspaced(name: str) -> bool:
    """Whether a name is of a script that sets no spaces between words, so that people type it either way."""
    return any("\u2e80" <= letter <= "\ud7ff" for letter in name)


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word, and the same folded; a word of signs alone is a word too."""
    for word in _BETWEEN.split(text):
        if word:
            yield word, _bare(folded_name(word)) or word


def _bare(folded: str) -> str:
    return folded.replace("'", "")


def _written_out(word: str) -> str:
    return folded_name(unicodedata.normalize("NFC", word).casefold().translate(_WRITTEN_OUT))


def _with_bare_vowels(folded: str) -> str:
    """*Mueller* as it is heard: *muller*."""
    for two, one in _VOWELS:
        if two in folded:
            folded = folded.replace(two, one)
    return folded
