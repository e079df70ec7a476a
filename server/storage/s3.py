"""Files in S3 or what speaks like it; links are signed for it, so that files do not pass through this server."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from eventreg_core.problems import Problem
from server.settings import BadSetting
from server.storage.keys import NoSuchFile, checked, media_type_of

CONNECT_S, READ_S = 5, 15
GONE = frozenset({"NoSuchKey", "404"})
Given = TypeVar("Given")


class StorageAway(Problem):
    """S3 did not do what it was asked; it may later."""

    def __init__(self, kind: str) -> None:
        super().__init__("storage_away", f"Files cannot be reached ({kind}). Check S3_URL and try again.")


@dataclass(frozen=True, slots=True)
class S3Storage:
    """One bucket, which exists; `client` is boto3's, used in threads."""

    bucket: str
    client: Any = field(repr=False)

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file, instead of an earlier one of this name. Raises BadKey, StorageAway."""
        name, kind = checked(key), media_type_of(key)
        await _asked(lambda: self.client.put_object(Bucket=self.bucket, Key=name, Body=content, ContentType=kind))

    async def get(self, key: str) -> bytes:
        """The whole file. Raises NoSuchFile, BadKey, StorageAway."""
        name = checked(key)
        return await _asked(lambda: _bytes(self.client.get_object(Bucket=self.bucket, Key=name)))

    async def delete(self, key: str) -> None:
        """Have no file of this name; harmless when there is none. Raises BadKey, StorageAway."""
        name = checked(key)
        await _asked(lambda: self.client.delete_object(Bucket=self.bucket, Key=name))

    async def link(self, key: str, now: datetime, lasts: timedelta) -> str:
        """An address that gives the file to whoever has it, until `lasts` is over (S3 counts from its own now)."""
        params = {"Bucket": self.bucket, "Key": checked(key)}
        return await _asked(
            lambda: str(self.client.generate_presigned_url("get_object", params, int(lasts.total_seconds())))
        )


def s3_storage(url: str) -> S3Storage:
    """The storage at `s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=…`; by TLS unless `&tls=0`. Raises BadSetting."""
    try:
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        bucket, port = parts.path.strip("/"), parts.port
        unknown = options.keys() - {"region", "tls"}
        if parts.scheme != "s3" or not (parts.hostname and parts.username and parts.password and bucket) or unknown:
            raise ValueError("not an S3 address")
        scheme = {"1": "https", "0": "http"}[options.get("tls", "1")]
    except (ValueError, KeyError) as error:
        advice = "must look like s3://KEY:SECRET@host:9000/bucket?region=eu-central-1 (special signs as %XX)."
        raise BadSetting("S3_URL", advice) from error
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=f"{scheme}://{parts.hostname}{'' if port is None else f':{port}'}",
        aws_access_key_id=unquote(parts.username),
        aws_secret_access_key=unquote(parts.password),
        region_name=options.get("region", "us-east-1"),
        config=Config(
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            retries={"total_max_attempts": 2},
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        ),
    )
    return S3Storage(bucket, client)


async def _asked(ask: Callable[[], Given]) -> Given:
    try:
        return await asyncio.to_thread(ask)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in GONE:
            raise NoSuchFile from error
        raise StorageAway(code) from error
    except BotoCoreError as error:
        raise StorageAway(type(error).__name__) from error


def _bytes(answer: dict[str, Any]) -> bytes:
    with answer["Body"] as body:
        content: bytes = body.read()
    return content
