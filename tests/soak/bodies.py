"""Put strange things into every field of every body: at, under and over its limits, and something else altogether.

    python -m tests.soak.bodies [--every 1] [--json]

With `--every N` each field gets one in N of the strange values, the next field the next ones, so that all are used.
Limits, and bodies that are strange as a whole, are never left out.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.integration.arrange import Json
from tests.integration.conftest import PASSWORD
from tests.integration.served import API
from tests.soak.api import Place, furnished, server_of_our_own

NEVER_LEAVES = {"/auth/logout"}
STRANGE: dict[str, Any] = {
    "nothing": None,
    "a truth": True,
    "zero": 0,
    "a negative number": -1,
    "a fraction": 1.5,
    "more than 32 bits": 2**31,
    "more than 64 bits": 2**63,
    "a huge number": 10**400,
    "an empty text": "",
    "a NUL": "a\x00b",
    "half a character": "a\ud800b",
    "a text from right to left": "\u202eمهرجان\u202c",
    "signs that count as several": "👩‍👩‍👧‍👦" * 40,
    "an early date": "0000-00-00T00:00:00Z",
    "a date at the end of the calendar": "9999-12-31T23:59:59.999999999-23:59",
    "a leap second": "2026-12-31T23:59:60Z",
    "a date without a zone": "2026-12-31T23:59",
    "a UUID": "00000000-0000-0000-0000-000000000000",
    "an address": "a@b@c@example.org",
    "a list": ["a", None, 1],
    "an empty list": [],
    "an object": {"a": {"b": 1}},
    "a list within lists": json.loads("[" * 50 + "]" * 50),
}
VERY_LONG = "x" * 4_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation with a body, and a body that it takes."""

    method: str
    path: str
    body: Json
    schema: Json

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Bodies:
    """The bodies of the document, and values that fit."""

    def __init__(self, document: Json, place: Place) -> None:
        self.document, self.place = document, place

    def operations(self) -> Iterator[Asked]:
        """Every operation with a body of JSON."""
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                told = operation.get("requestBody", {}).get("content", {}).get("application/json")
                if told is not None:
                    schema = self.object_in(told["schema"])
                    yield Asked(method.upper(), self.filled(path), self.fitting(schema), schema)

    def filled(self, path: str) -> str:
        """The path with ids that exist where there are such."""
        for name in self.place.known:
            path = path.replace(f"{{{name}}}", self.place.known[name][0])
        while "{" in path:
            path = path[: path.index("{")] + "00000000-0000-0000-0000-000000000000" + path[path.index("}") + 1 :]
        return path

    def object_in(self, schema: Json) -> Json:
        """The schema of an object, past references and alternatives."""
        if "$ref" in schema:
            named: Json = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            return self.object_in(named)
        for one in schema.get("anyOf", []):
            if one.get("type") != "null":
                return self.object_in(one)
        return schema

    def fitting(self, schema: Json) -> Json:
        """The least body that fits."""
        return {name: self.value(name, schema["properties"][name]) for name in schema.get("required", [])}

    def value(self, name: str, schema: Json) -> Any:
        """A value of a field that fits."""
        if name in self.place.known:
            return self.place.known[name][0]
        schema = self.object_in(schema)
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"), schema.get("format"):
            case "string", "date-time":
                return "2026-12-05T18:00:00Z"
            case "string", "uuid":
                return "01a20415-77bf-753c-9e87-7cdb500c453a"
            case "string", _:
                return "a" * max(1, schema.get("minLength", 1))
            case "integer", _:
                return max(0, schema.get("minimum", 0))
            case "array", _:
                return []
            case "boolean", _:
                return False
        return self.fitting(schema)


def at_the_limits(schema: Json) -> Iterator[Any]:
    """The values of a field just within and just beyond what its schema says."""
    for one in [schema, *schema.get("anyOf", [])]:
        if "maxLength" in one:
            yield from ("x" * one["maxLength"], "x" * (one["maxLength"] + 1), "é" * one["maxLength"])
        if one.get("minLength"):
            yield "x" * (one["minLength"] - 1)
        for name in ("minimum", "maximum"):
            if name in one:
                yield from (one[name] - 1, one[name], one[name] + 1)
        if "maxItems" in one:
            yield from (["x"] * one["maxItems"], ["x"] * (one["maxItems"] + 1))


def sent(client: httpx.Client, asked: Asked, content: bytes) -> httpx.Response:
    return client.request(asked.method, asked.path, content=content, headers={"Content-Type": "application/json"})


def wrong_answers(client: httpx.Client, asked: Asked, every: int) -> Iterator[str]:
    """What an operation answered to strange bodies and should not have."""
    for number, (name, field) in enumerate(asked.schema.get("properties", {}).items()):
        values = [*list(STRANGE.items())[number % every :: every], *_named(at_the_limits(field))]
        for what, value in values:
            answer = sent(client, asked, json.dumps({**asked.body, name: value}).encode())
            if answer.status_code >= 500:
                yield f"{asked}: {name} as {what}: {answer.status_code}"
    for what, content in WHOLE.items():
        answer = sent(client, asked, content)
        if answer.status_code >= 500:
            yield f"{asked}: {what}: {answer.status_code}"


def _named(limits: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    return ((str(limit)[:30], limit) for limit in limits)


WHOLE = {
    "nothing": b"",
    "half an object": b'{"a": ',
    "no JSON": b"\xff\xfe\x00",
    "half a character": b'{"\\ud800": "\\udfff"}',
    "bytes that are no text": b'{"name": "\xc3\x28"}',
    "a number": b"1",
    "a list": b"[]",
    "not a number": b'{"a": NaN}',
    "the same field twice": b'{"name": "a", "name": "b"}',
    "a deep body": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "4 MB": json.dumps({"a": VERY_LONG}).encode(),
}


def walk(place: Place, client: httpx.Client, every: int) -> list[str]:
    """What any operation answered and should not have; `client` is an administrator's, without a base."""
    document = client.get(f"{place.server.url}/openapi.json").json()
    operations = list(Bodies(document, place).operations())
    assert len(operations) > 10, "the document has lost its bodies"
    asked = (one for one in operations if one.path.removeprefix(API) not in NEVER_LEAVES)
    return [wrong for one in asked for wrong in wrong_answers(client, one, every)]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="one in so many strange values for each field")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    told = parser.parse_args(arguments)
    with (
        server_of_our_own() as server,
        furnished(server) as place,
        httpx.Client(base_url=server.url, timeout=60) as client,
        server.client("admin@example.org", PASSWORD) as admin,
    ):
        client.headers["Authorization"] = admin.headers["Authorization"]
        found = walk(place, client, told.every)
    print(json.dumps({"findings": found}) if told.json else "\n".join([*found, f"{len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
