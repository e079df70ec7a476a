"""How the API says that an order, a payment or a refund cannot be."""

from server.errors import ApiProblem
from server.orders import closing, paying, placing, refunding
from server.orders.models import OrderStatus
from server.questions.answers import BadAnswer
from server.questions.service import bad_answer
from server.registrations.refusals import refusal


def not_placed(outcome: placing.NoPlaceFor | placing.SeveralCurrencies | placing.NoMoneyAtDoor) -> ApiProblem:
    """Why there is no order; a registration that gets no place is named by its number."""
    match outcome:
        case placing.NoPlaceFor(item, why):
            problem = bad_answer(why) if isinstance(why, BadAnswer) else refusal(why)
            field = f"items.{item}" if problem.field is None else f"items.{item}.{problem.field}"
            return ApiProblem(problem.status, problem.code, problem.sentence, field=field, **problem.members)
        case placing.SeveralCurrencies():
            sentence = "These ticket types are sold in different currencies. Make an order for each currency."
            return ApiProblem(422, "several_currencies", sentence, field="items")
        case placing.NoMoneyAtDoor():
            sentence = "This event takes no money at the door. Pay now."
            return ApiProblem(422, "no_money_at_door", sentence, field="at_door")


def not_paid(outcome: paying.Unpaid) -> ApiProblem:
    """Why no money was taken."""
    match outcome:
        case paying.NothingOwed(OrderStatus.CANCELLED):
            return ApiProblem(409, "order_cancelled", "This order was cancelled. Place a new one.")
        case paying.NothingOwed():
            return ApiProblem(409, "already_paid", "Nothing is owed for this order.")
        case paying.MoreThanOwed(owed):
            sentence = "That is more than is owed for this order. Take less."
            return ApiProblem(422, "more_than_owed", sentence, field="amount_minor", owed_minor=owed)
        case paying.LessThanLate(owed):
            sentence = (
                "This order has expired. It comes back if all of it is paid at once, and its seats are still free."
            )
            return ApiProblem(409, "order_expired", sentence, field="amount_minor", owed_minor=owed)
        case paying.IdReused():
            sentence = "Another payment has this id. Choose a new one."
            return ApiProblem(409, "id_reused", sentence, field="id")


def not_refunded(outcome: refunding.MoreThanPaid | refunding.NotInOrder | refunding.NotGivenBack) -> ApiProblem:
    """Why no money is given back."""
    match outcome:
        case refunding.MoreThanPaid(refundable):
            sentence = "That is more than was paid for this order. Give less back."
            return ApiProblem(422, "more_than_paid", sentence, field="amount_minor", refundable_minor=refundable)
        case refunding.NotInOrder():
            sentence = "One of these registrations does not belong to the order."
            return ApiProblem(422, "not_in_order", sentence, field="registration_ids")
        case refunding.NotGivenBack(reason):
            return ApiProblem(409, "not_given_back", f"The money could not be given back: {reason}")


def not_cancelled(outcome: closing.MoneyCame | closing.EventBegun) -> ApiProblem:
    """Why a buyer cannot cancel."""
    match outcome:
        case closing.MoneyCame():
            sentence = "This order was paid for. Ask the organizer of the event to cancel it."
            return ApiProblem(409, "order_paid", sentence)
        case closing.EventBegun():
            return ApiProblem(409, "event_begun", "The event has begun. Ask its organizer.")
