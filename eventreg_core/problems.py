"""What the world did to us, each with a stable code and a sentence that tells the user what to do."""


class Problem(Exception):
    """The world failed, not the program: show `sentence`, and go on."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class UnreadableTicket(Problem):
    """This text is not a ticket of ours: another code, a damaged one, or one whose signature is wrong."""

    def __init__(self, sentence: str = "This is not one of our tickets. Ask for the ticket's QR code.") -> None:
        super().__init__("unreadable", sentence)


class ForgedTicket(UnreadableTicket):
    """The text has a ticket's form, but no key of this event signed it."""

    def __init__(self) -> None:
        super().__init__("The ticket's signature is wrong. Search for the guest by name.")
        self.code = "bad_signature"


class MalformedFact(Problem):
    """These bytes are not a fact of this protocol; keep them aside, never drop them."""

    def __init__(self, sentence: str) -> None:
        super().__init__("malformed_fact", sentence)


class MalformedText(Problem):
    """A text that one side writes for the other (enrolment, cursor, device header) is damaged."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
