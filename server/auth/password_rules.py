"""What a password must be: long enough, and none that everybody tries first. Nothing else is asked of it."""

import gzip
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from server.errors import ApiProblem

SHORTEST, LONGEST = 10, 200
"""In characters, after normalisation."""
_LIST = Path(__file__).parent / "common_passwords.txt.gz"
_TRIMMINGS = "0123456789!?.,;:-_*#+$%&@ "


def comparable(password: str) -> str:
    """The form that is counted and hashed (NFC): an ü is one letter, whichever keyboard wrote it."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str) -> None:
    """Let a password pass that is neither too short, too long nor common; raises ApiProblem `weak_password`.

    Its `reason`, `length`, `character` or `common`, is for those who say it in another language.
    """
    text = comparable(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise _weak("length", f"A password has {SHORTEST} to {LONGEST} characters. Choose another one.")
    if any("\ud800" <= sign <= "\udfff" or sign == "\x00" for sign in text):
        raise _weak("character", "This password has a character that cannot be stored. Choose another one.")
    if is_common(text):
        raise _weak("common", "Many people use this password, so it is tried first. Choose another one.")


def is_common(password: str) -> bool:
    """Whether a password is among those tried first, as it is or with digits and signs put around it."""
    text = password.casefold()
    known = _common()
    return text in known or text.strip(_TRIMMINGS) in known or len(set(text)) < 3


@cache
def _common() -> frozenset[str]:
    # Read when first needed; where it is from stands in common_passwords.LICENSE.
    return frozenset(gzip.decompress(_LIST.read_bytes()).decode().split())


def _weak(reason: Literal["length", "character", "common"], sentence: str) -> ApiProblem:
    return ApiProblem(422, "weak_password", sentence, field="password", reason=reason)
