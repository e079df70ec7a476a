"""Orders that expired: with which seats they come back once their money comes."""

import httpx

from server.settings import Settings
from tests.integration.arrange import made, make_event, make_type, refused
from tests.integration.buying import buy, item, let_time_pass, pay, unbalanced, work_off
from tests.integration.conftest import Rows


def test_what_an_organizer_cancelled_before_does_not_come_back_with_an_expired_order(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    day = make_type(organizer, event, price_minor=2500)
    free = make_type(organizer, event, name="Free")
    order = buy(anonymous, event, item("a@example.org", day), item("b@example.org", day), item("c@example.org", free))
    assert organizer.delete(f"/registrations/{order['registrations'][1]['id']}").status_code < 300
    let_time_pass(sql, order)
    work_off(settings, sql)

    assert refused(pay(organizer, order, amount_minor=100), 409, "order_expired")["owed_minor"] == 2500
    revived = made(pay(organizer, order))

    assert (revived["status"], revived["paid_minor"], revived["refunded_minor"]) == ("paid", 2500, 0)
    assert [seat["status"] for seat in revived["registrations"]] == ["active", "cancelled", "active"]
    assert unbalanced(settings) == []
