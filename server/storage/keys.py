"""What a file is called: a path of plain words, the same in a folder and in S3."""

import mimetypes
import re

from eventreg_core.problems import Problem

PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(\.[a-z0-9]{1,8})*")
LONGEST = 400
ANYTHING = "application/octet-stream"


class BadKey(ValueError):
    """This is not what a file of ours is called: a bug, or somebody who tries."""


class NoSuchFile(Problem):
    """There is no file of this name, any more or yet."""

    def __init__(self) -> None:
        super().__init__("no_such_file", "This file does not exist (any more). Ask for a new link.")


def checked(key: str) -> str:
    """The key, if it can name a file: words of small letters and digits, slashes between. Raises BadKey.

    No word begins with a dot, so that no path leads out of where files are kept.
    """
    if len(key) > LONGEST or not all(PLAIN.fullmatch(word) for word in key.split("/")):
        raise BadKey("a key is words of a-z, 0-9, _ and -, with slashes between")
    return key


def media_type_of(key: str) -> str:
    """What kind of file this is, by its ending."""
    ending = key.rpartition(".")[2]
    # Not every machine's table has it.
    return "image/webp" if ending == "webp" else mimetypes.types_map.get("." + ending, ANYTHING)
