"""What is said when two programs are of different ages."""

from eventreg_core.problems import Problem
from eventreg_core.wire import PROTOCOL


class UnknownProtocol(Problem):
    """The other side speaks a protocol that this program does not."""

    def __init__(self, theirs: int) -> None:
        older = "This program" if theirs > PROTOCOL else "The other side"
        sentence = f"They speak protocol {theirs}, this program {PROTOCOL}. {older} must be updated."
        super().__init__("other_protocol", f"{sentence} Scanning goes on; nothing is lost.")
