"""Where a request comes from, as much of it as may be kept: the program's name and the network, not the address."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Origin:
    """A program's own words about itself, and the network (IPv4 /24, IPv6 /48) it asks from; either may be empty."""

    user_agent: str = ""
    network: str = ""


async def origin_of(connection: HTTPConnection) -> Origin:
    """The origin of a request; an address that is none (a socket file's) has no network."""
    told = connection.headers.get("User-Agent", "")
    shown = "".join(sign for sign in told if sign.isprintable())[:LONGEST]
    return Origin(shown, network_of(connection.client.host if connection.client else ""))


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network of an address, for counting and for showing."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return str(ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


From = Annotated[Origin, Depends(origin_of)]
"""Parameter of a route that begins a session or counts attempts."""
