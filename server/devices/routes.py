"""POST and GET /events/{id}/devices, POST /devices/enrol and /devices/{id}/revoke."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from eventreg_core.enrolment import Enrolment
from eventreg_core.wire import EnrolAnswer, EnrolRequest
from server.audit.author import SignedInAuthor, visitor_author
from server.auth.access import SignedInCaller, access_event
from server.bodies import decode_spoken, json_answer, read_body
from server.callers import callers, plain
from server.clock import utc_now
from server.db import Reading, Session, database_of
from server.devices import service
from server.devices.identity import get_identity
from server.devices.models import Device
from server.devices.service import Listed
from server.settings import Configured, Settings, settings_of

router = APIRouter(tags=["devices"])
MOST_BYTES = 16_384


class Invitation(BaseModel):
    """A laptop to be invited; without a name it is called what it calls itself."""

    name: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f]*$")] = ""


class InvitedDevice(BaseModel):
    """What to type or scan on the laptop; `enrolment` is all of it in one text, for a QR code.

    `pin` is the SHA-256 of the server's own certificate, None where ordinary trust applies.
    """

    id: UUID
    enrol_code: str
    url: str
    pin: str | None
    expires_at: datetime
    enrolment: str


class DeviceView(BaseModel):
    """A device as organizers see it.

    `held_at`: since then nothing counts that it told; `flagged_at`: it admitted faster than people can pass.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    name: str
    enrol_expires_at: datetime
    enrolled_at: datetime | None
    revoked_at: datetime | None
    held_at: datetime | None
    flagged_at: datetime | None
    created_at: datetime


class ListedDevice(DeviceView):
    """A device of an event with what is known of its journals.

    `facts`: how many of its scans are here without a gap; `held` of them do not count; `quarantined`: what it sent that
    could not be read.
    """

    facts: int
    forked: bool
    held: int
    quarantined: int


class Devices(BaseModel):
    """Every device of an event, newest first."""

    items: list[ListedDevice]


@router.post(
    "/events/{event_id}/devices", status_code=201, summary="Invite a laptop", openapi_extra=callers("organizer")
)
async def invite(
    event_id: UUID,
    request: Request,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    body: Invitation | None = None,
) -> InvitedDevice:
    """A code for one laptop, good once within 24 hours; it is shown here and never again."""
    await access_event(session, caller, event_id, "organizer")
    name = body.name if body is not None else ""
    invited = await service.invite(session, author, event_id, name, settings.secret_key, utc_now())
    return _shown(invited, _address(request, settings), settings.certificate_pin)


@router.get("/events/{event_id}/devices", summary="Devices of an event", openapi_extra=callers("organizer"))
async def list_devices(event_id: UUID, caller: SignedInCaller, session: Reading) -> Devices:
    """Those that are invited, enrolled or revoked."""
    await access_event(session, caller, event_id, "organizer")
    return Devices(items=[_listed(one) for one in await service.list_devices(session, event_id)])


@router.post("/devices/{device_id}/revoke", summary="Revoke a device", openapi_extra=callers("organizer"))
async def revoke(device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session) -> DeviceView:
    """Its facts are recorded from now on, but held until somebody accepts them."""
    device = await service.access_device(session, caller, device_id, "organizer")
    return DeviceView.model_validate(await service.revoke(session, author, device, utc_now()))


@router.put(
    "/events/{event_id}/devices/{device_id}",
    summary="Let a device work for one more event",
    openapi_extra=callers("organizer"),
)
async def lend(
    event_id: UUID, device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> DeviceView:
    """Takes an organizer of both events. The laptop hears of it with its next pull, and fetches that list too."""
    await access_event(session, caller, event_id, "organizer")
    device = await service.access_device(session, caller, device_id, "organizer")
    return DeviceView.model_validate(await service.lend(session, author, device, event_id))


@router.delete(
    "/events/{event_id}/devices/{device_id}",
    status_code=204,
    summary="Let a device work for this event no more",
    openapi_extra=callers("organizer", problems=[409]),
)
async def call_back(
    event_id: UUID, device_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """It works on for its other events. Its own event is taken from it by revoking it."""
    await access_event(session, caller, event_id, "organizer")
    await service.call_back(session, author, device_id, event_id)


@plain(
    callers=("public",),
    summary="Become a device, by one-time code and public key",
    takes=EnrolRequest,
    gives=EnrolAnswer,
    problems=[404, 409, 410],
    status=201,
)
async def enrol(request: Request) -> Response:
    """201 with the certificate; see the service for what a code may be instead of good."""
    asked = decode_spoken(await read_body(request, MOST_BYTES), EnrolRequest)
    settings = settings_of(request)
    answer: EnrolAnswer
    async with database_of(request).sessions.begin() as session:
        identity = await get_identity(session, settings.data_keys)
        answer = await service.enrol(session, visitor_author(request), identity, settings.secret_key, asked, utc_now())
    return json_answer(answer, 201)


router.add_route("/devices/enrol", enrol, methods=["POST"])


def _shown(invited: service.Invited, url: str, pin: str | None) -> InvitedDevice:
    device: Device = invited.device
    return InvitedDevice(
        id=device.id,
        enrol_code=invited.code,
        url=url,
        pin=pin,
        expires_at=device.enrol_expires_at,
        enrolment=str(Enrolment(url, invited.code, pin or "")),
    )


def _address(request: Request, settings: Settings) -> str:
    return settings.public_url or str(request.base_url).rstrip("/")


def _listed(one: Listed) -> ListedDevice:
    view = DeviceView.model_validate(one.device).model_dump()
    return ListedDevice(**view, facts=one.facts, forked=one.forked, held=one.held, quarantined=one.quarantined)
