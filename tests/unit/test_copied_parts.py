"""What hangs on an event while somebody else edits it, as a copy takes it over."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.check_in_lists.queries import Listed
from server.checkins.models import CheckInList, Gate
from server.events.copying import Shift, parts_of
from server.questions.models import Question
from server.ticket_types.models import TicketType

EVENT, COPY, KNOWN, NEW = (UUID(int=number) for number in range(4))
DAY_LATER = Shift(ZoneInfo("Europe/Berlin"), timedelta(days=1))


def test_what_leads_to_something_made_after_that_was_read_is_left_out_of_the_copy() -> None:
    day = TicketType(id=KNOWN, event_id=EVENT, name="Day")
    main = Listed(CheckInList(id=KNOWN, event_id=EVENT, name="Main"), (KNOWN, NEW))
    gates = [Gate(id=KNOWN, event_id=EVENT, name="North", list_id=KNOWN), Gate(name="New", list_id=NEW)]
    asked = {"Everybody": [], "Day": [KNOWN], "Both": [KNOWN, NEW], "New": [NEW]}
    questions = [Question(label=label, ticket_type_ids=ids) for label, ids in asked.items()]

    parts = parts_of([day], [main], gates, questions, copy_id=COPY, shift=DAY_LATER)

    copied = parts.types[0].id
    assert list(parts.admitted.values()) == [[copied]]
    assert [(gate.name, gate.list_id) for gate in parts.gates] == [("North", parts.lists[0].id)]
    asks = {question.label: question.ticket_type_ids for question in parts.questions}
    assert asks == {"Everybody": [], "Day": [copied], "Both": [copied]}
