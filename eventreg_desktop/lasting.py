"""What stays is not looked through for garbage while somebody stands at the door."""

import gc

YOUNG = 10_000
"""Objects made until those are looked through."""


def keep() -> None:
    """Take all that is there, the program itself and its window, for what stays until the end.

    To look through it again held up every thread for a fifth of a second, the window's too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
