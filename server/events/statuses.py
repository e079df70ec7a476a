"""What becomes of an event: draft, published, cancelled, archived."""

from server.errors import ApiProblem
from server.events.models import Event, EventStatus

AFTER = {
    EventStatus.DRAFT: frozenset({EventStatus.PUBLISHED}),
    EventStatus.PUBLISHED: frozenset({EventStatus.DRAFT, EventStatus.CANCELLED, EventStatus.ARCHIVED}),
    EventStatus.CANCELLED: frozenset({EventStatus.PUBLISHED, EventStatus.ARCHIVED}),
    EventStatus.ARCHIVED: frozenset({EventStatus.PUBLISHED, EventStatus.CANCELLED}),
}
"""What an event may become, by what it is."""


def apply_status(event: Event, status: EventStatus, sold: int) -> None:
    """Let the event be this from now on; harmless if it is already.

    Back to a draft goes only what nobody has a place at (`sold` 0): guests would look for their event in vain. Raises
    ApiProblem 409 `wrong_status_change`.
    """
    if status is event.status:
        return
    if status not in AFTER[event.status]:
        raise _wrong(f"An event that is {event.status} cannot become {status}. {_advice(event.status)}")
    if status is EventStatus.DRAFT and sold:
        raise _wrong("People have places at this event, so it cannot be hidden as a draft again. Cancel it instead.")
    event.is_active = status is EventStatus.PUBLISHED
    if not event.is_active:
        event.inactive_as = status.value


def told_status(status: EventStatus | None, is_active: bool | None, present: EventStatus) -> EventStatus:
    """The status that `status` and `is_active` ask for together; `is_active` is the older word for half of it.

    `is_active` false makes a draft of what is published and leaves the rest as it is.
    """
    if status is not None:
        return status
    if is_active is None or is_active == (present is EventStatus.PUBLISHED):
        return present
    return EventStatus.PUBLISHED if is_active else EventStatus.DRAFT


def check_open(event: Event) -> None:
    """Whether the event may be worked on; raises ApiProblem 409 `event_archived`."""
    if event.status is EventStatus.ARCHIVED:
        sentence = "This event is archived and can only be read. Publish or cancel it again to change anything."
        raise ApiProblem(409, "event_archived", sentence)


def check_sells(event: Event) -> None:
    """Whether anybody may ask for a place, be it at the box office; raises ApiProblem 409 `event_not_on_sale`."""
    if event.status in (EventStatus.CANCELLED, EventStatus.ARCHIVED):
        what = "was cancelled" if event.status is EventStatus.CANCELLED else "is over"
        raise ApiProblem(409, "event_not_on_sale", f"This event {what}, so there are no places to get.")


def _advice(present: EventStatus) -> str:
    words = " or ".join(sorted(AFTER[present]))
    return f"It can become {words}."


def _wrong(sentence: str) -> ApiProblem:
    return ApiProblem(409, "wrong_status_change", sentence, field="status")
