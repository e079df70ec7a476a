"""A program that dies between two of its steps: after so many statements and requests nothing more happens."""

from dataclasses import dataclass
from typing import Any, cast

from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.stores import Stores


class Died(BaseException):
    """The program ended here, as by a power cut; no `except` of its own may stop that."""


@dataclass
class Life:
    """What is left of a program's life in steps; None: it lives on."""

    left: int | None = None

    def step(self) -> None:
        """One more step was done. Raises Died where it was the last."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Died

    @property
    def is_over(self) -> bool:
        """Whether it has died."""
        return self.left is not None and self.left < 0


class Mortal:
    """A connection whose every statement is a step of the program."""

    def __init__(self, connection: Connection, life: Life) -> None:
        self._connection, self._life = connection, life

    def execute(self, statement: str, *parameters: Any) -> Any:
        """As of a connection. Who is dead does nothing; what was not committed is undone, as the next start would."""
        return self._done(statement, self._connection.execute, *parameters)

    def executemany(self, statement: str, *parameters: Any) -> Any:
        """As of a connection."""
        return self._done(statement, self._connection.executemany, *parameters)

    @property
    def in_transaction(self) -> bool:
        """As of a connection."""
        return self._connection.in_transaction

    def close(self) -> None:
        """As of a connection."""
        self._connection.close()

    def _done(self, statement: str, do: Any, *parameters: Any) -> Any:
        if self._life.is_over and statement != "ROLLBACK":
            raise Died
        rows = do(statement, *parameters)
        if not self._life.is_over:
            self._life.step()
        return rows


def mortal(stores: Stores, life: Life) -> Stores:
    """The same files, for a program of this life."""
    mirror, journal = (cast(Connection, Mortal(each, life)) for each in (stores.mirror, stores.journal))
    return Stores(mirror, journal, stores.ballast)
