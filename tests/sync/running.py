"""Run evenings, as many as one likes, and count what was in them."""

import logging
from collections.abc import Callable
from functools import partial

import msgspec
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.evening import Truth
from tests.sync.machine import Evenings


class Tally(msgspec.Struct, kw_only=True):
    """What was seen: evenings, what happened in them, facts, uploads in other orders; and which promise broke."""

    seed: int
    examples: int = 0
    steps: int = 0
    facts: int = 0
    orders: int = 0
    failed: str = ""
    interrupted: bool = False

    @property
    def well(self) -> bool:
        """Whether every promise held."""
        return not self.failed


def run(
    truth: Callable[[], Truth],
    examples: int,
    steps: int,
    seed: int,
    *,
    orders: int = 3,
    shrink: bool = True,
    heard: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Try so many evenings of at most so many steps, until a promise breaks; the same ones for the same seed.

    With `shrink` a broken promise is printed as the shortest evening that breaks it. Interrupted (Ctrl+C), it tells
    what was seen until then. `heard` is told after each evening.
    """
    tally = Tally(seed=seed)
    own = {
        "truth": staticmethod(truth),
        "orders": orders,
        "tally": tally,
        "heard": staticmethod(partial(heard, tally)),
    }
    machine = type("Evenings", (Evenings,), own)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    told = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    wrapper = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        run_state_machine_as_test(seeded(seed)(machine), settings=told)
    except AssertionError as broken:
        tally.failed = "\n".join([str(broken), *getattr(broken, "__notes__", ())]) or type(broken).__name__
    except KeyboardInterrupt:
        tally.interrupted = True
    finally:
        structlog.configure(wrapper_class=wrapper)
    return tally
