"""How the API says that somebody gets no place."""

from datetime import datetime

from server.errors import ApiProblem
from server.registrations.places import (
    DuplicateRegistration,
    NoPlace,
    NothingOnSale,
    SaleClosed,
    SoldOut,
    TicketTypeNeeded,
    TooManyCompanions,
    UnknownTicketType,
)


def refusal(outcome: NoPlace) -> ApiProblem:
    """The problem to answer with; 409 for what the event has not, 422 for what the request lacks."""
    match outcome:
        case DuplicateRegistration():
            sentence = "This e-mail is registered for the event already."
            return ApiProblem(409, "duplicate_registration", sentence, field="user_email")
        case SoldOut(waiting_list):
            sentence = "There are not enough places left."
            if waiting_list:
                sentence += " You can put yourself on the waiting list."
            return ApiProblem(409, "sold_out", sentence, waiting_list=waiting_list)
        case SaleClosed(sale_from, sale_until):
            sentence = "This ticket type is not on sale at the moment."
            begins, ends = _told(sale_from), _told(sale_until)
            return ApiProblem(409, "sale_closed", sentence, field="ticket_type_id", sale_from=begins, sale_until=ends)
        case TooManyCompanions(allowed):
            sentence = f"This ticket type allows {allowed} companions. Name fewer, or register them by themselves."
            return ApiProblem(422, "too_many_companions", sentence, field="companions", companions_allowed=allowed)
        case UnknownTicketType():
            sentence = "The event has no such ticket type. Choose another one."
            return ApiProblem(422, "unknown_ticket_type", sentence, field="ticket_type_id")
        case TicketTypeNeeded():
            sentence = "The event has several ticket types. Choose one."
            return ApiProblem(422, "ticket_type_needed", sentence, field="ticket_type_id")
        case NothingOnSale():
            return ApiProblem(409, "nothing_on_sale", "The event has no ticket types yet. Ask its organizer.")


def is_cancelled() -> ApiProblem:
    """409 `registration_cancelled`: it has no tickets to work on."""
    sentence = "This registration is cancelled. Register the guest again to issue a ticket."
    return ApiProblem(409, "registration_cancelled", sentence)


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
