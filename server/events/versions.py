"""Versions of things that people edit, as HTTP speaks of them: `ETag` and `If-Match` (RFC 9110)."""

from pydantic import BaseModel

from server.errors import ApiProblem, invalid


def etag(version: int) -> str:
    """The `ETag` of this version."""
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """The version that an `If-Match` header names; None for a header that is absent or `*`.

    Raises ApiProblem `invalid` for a header that no ETag of ours could have filled.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid("If-Match", 'If-Match names a version as the ETag did, such as "3".')
    return int(text)


def clash(thing: str, version: int, present: BaseModel) -> ApiProblem:
    """412 `version_clash`: somebody changed the thing since it was read; shows what it is now."""
    sentence = f"Somebody else changed this {thing} in the meantime. Look at the present version and decide again."
    view = present.model_dump(mode="json")
    return ApiProblem(412, "version_clash", sentence, headers={"ETag": etag(version)}, version=version, present=view)
