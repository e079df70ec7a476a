"""A file that only takes room: given up when the disk is full, so that the door can go on writing facts."""

import os
from dataclasses import dataclass
from pathlib import Path

SIZE = 32 * 1024 * 1024
"""Room for 10,000 facts: about 1.5 KB each with indexes, and the write-ahead log until its checkpoint."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ballast:
    """The file at `path`, `size` bytes of noise, because some disks store a file of zeros as nothing."""

    path: Path
    size: int = SIZE

    def lay(self) -> bool:
        """Take the room, unless it is taken; False when the disk has too little left."""
        if self.laid:
            return True
        new = self.path.with_suffix(".new")
        try:
            with new.open("wb") as file:
                for written in range(0, self.size, _PIECE):
                    file.write(os.urandom(min(_PIECE, self.size - written)))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)
            return False
        return True

    @property
    def laid(self) -> bool:
        """Whether the room is taken."""
        return self.path.exists()

    def free(self) -> bool:
        """Give the room up; False when there is none to give."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
