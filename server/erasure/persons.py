"""Whose rows are erased, by their ids: the list outlives a restore of the database from an older copy."""

from uuid import UUID

import msgspec

from server.storage import NoSuchFile, Storage

KEY = "erasures/list.json"


class Persons(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that name a person, by table; ids say nothing about anybody."""

    registrations: tuple[UUID, ...] = ()
    orders: tuple[UUID, ...] = ()
    waiting: tuple[UUID, ...] = ()
    users: tuple[UUID, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to erase."""
        return any((self.registrations, self.orders, self.waiting, self.users))

    def joined(self, other: "Persons") -> "Persons":
        """Both, each id once."""
        return Persons(
            registrations=_both(self.registrations, other.registrations),
            orders=_both(self.orders, other.orders),
            waiting=_both(self.waiting, other.waiting),
            users=_both(self.users, other.users),
        )


async def read_list(storage: Storage) -> Persons:
    """Everybody who was ever erased."""
    try:
        return msgspec.json.decode(await storage.get(KEY), type=Persons)
    except NoSuchFile:
        return Persons()


async def add_to_list(storage: Storage, persons: Persons) -> None:
    """Remember these too; the caller holds the lock of the list."""
    known = await read_list(storage)
    await storage.put(KEY, msgspec.json.encode(known.joined(persons)))


def _both(one: tuple[UUID, ...], other: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys((*one, *other)))
