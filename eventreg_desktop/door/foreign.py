"""What a code is that is no ticket of ours."""


def what_is(text: str) -> str:
    """What kind of code a foreign text is, as far as its first letters tell."""
    start = text[:12].lower()
    for what, beginnings in _KINDS_OF_CODE.items():
        if start.startswith(beginnings):
            return what
    return "text"


_KINDS_OF_CODE = {
    "url": ("http://", "https://", "www."),
    "wifi": ("wifi:",),
    "contact": ("begin:vcard", "mecard:", "mailto:", "tel:", "smsto:"),
    "enrolment": ("eventreg:",),
}
