"""What was judged, found or measured, in the words and looks of the door screen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.admission import Admitted, Kind, Reason, Refused
from eventreg_core.clock import zone as event_zone
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.lookup import MOST, Found
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import phrases
from eventreg_desktop.ui.door.state import (
    Banner,
    CameraState,
    CameraStatus,
    CandidateLine,
    Level,
    Look,
    Offers,
    ScanLine,
    Search,
    StatusLine,
    Tally,
)
from eventreg_desktop.ui.door.status import STALE_S

translate = QCoreApplication.translate

_SECOND_ENTRIES = (Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY)
_PAYMENT = (Reason.UNPAID, Reason.PAYMENT_UNKNOWN)
_WORSE = [Look.READY, Look.ADMITTED, Look.LOOK, Look.ASK, Look.STOP]
_ICONS = {
    Look.READY: "scan-qr-code",
    Look.ADMITTED: "circle-check-big",
    Look.LOOK: "triangle-alert",
    Look.ASK: "hand-coins",
    Look.STOP: "octagon-x",
}


def ready_banner(kind: Kind, camera: CameraStatus) -> Banner:
    """The banner while nobody has scanned; it says when exits are counted, and what to do without a camera."""
    blind = camera in (CameraStatus.LOST, CameraStatus.NONE)
    headline = texts.ready_blind() if blind else texts.ready_headline(kind)
    icon = "log-out" if kind is Kind.EXIT else _ICONS[Look.READY]
    return Banner(Look.READY, icon, texts.ready_word(), headline)


def banner_of(outcome: Outcome) -> Banner:
    """One verdict as the banner shows it."""
    look, verdict = look_of(outcome), outcome.verdict
    banner = Banner(look, _icon(look, outcome.kind), "", name=outcome.name or "", ticket_type=outcome.ticket_type or "")
    if isinstance(verdict, Admitted):
        headline, sentence = _remark(verdict, outcome.kind)
        return replace(banner, word=texts.admitted_word(outcome.kind), headline=headline, sentence=sentence)
    return replace(
        banner,
        word=texts.refused_word(verdict.reason),
        headline=_headline(outcome, verdict.reason),
        sentence=_refusal_sentence(outcome, verdict.reason),
    )


def together_banner(outcomes: Sequence[Outcome]) -> Banner:
    """Several tickets that were judged at once: how many passed, whom to look at and why, and everybody's name."""
    worst = look_of(foremost(outcomes))
    passed = sum(isinstance(each.verdict, Admitted) for each in outcomes)
    word = phrases.together_word(passed, len(outcomes), outcomes[0].kind)
    worst_first = sorted(outcomes, key=lambda each: _WORSE.index(look_of(each)), reverse=True)
    told = [each for each in worst_first if look_of(each) is not Look.ADMITTED]
    said = [f"{each.name or '–'}: {banner_of(each).headline}" for each in told]
    names = ", ".join(each.name or "–" for each in outcomes)
    return Banner(worst, _icon(worst, outcomes[0].kind), word, headline=" · ".join(said), sentence=names)


def foremost(outcomes: Sequence[Outcome]) -> Outcome:
    """Of several that were judged at once the one about whom most is to be done; of equals the last."""
    return max(reversed(outcomes), key=lambda each: _WORSE.index(look_of(each)))


def offers_of(outcome: Outcome, scans: Sequence[ScanLine]) -> Offers:
    """What the operator may do about the last verdict."""
    verdict = outcome.verdict
    refused = verdict if isinstance(verdict, Refused) else None
    payable = refused is not None and refused.reason in _PAYMENT
    return Offers(
        override=phrases.offer_override() if refused is not None and refused.overridable else "",
        payment=phrases.offer_payment() if payable else "",
        party=phrases.offer_party(outcome.party + 1) if outcome.party else "",
        undo=offer_undo(scans),
    )


def offer_undo(scans: Sequence[ScanLine]) -> str:
    """The button that takes the newest passage back; empty when there is none."""
    line = undoable(scans)
    return "" if line is None else phrases.offer_undo(line.name)


def undoable(scans: Sequence[ScanLine]) -> ScanLine | None:
    """The newest check-in or exit that was not undone."""
    return next((line for line in scans if line.fact is not None and not line.undone), None)


def tally_of(counts: Counts) -> Tally:
    """The numbers as people write them; the pace is that of the last five full minutes."""
    inside, expected, here = (QLocale().toString(each) for each in (counts.inside, counts.expected, counts.here))
    pace = phrases.pace(sum(counts.arrivals[-6:-1]) / 5)
    return Tally(inside, expected, here, pace, counts.arrivals, phrases.tally(inside, expected, here, pace))


def failed_banner(sentence: str) -> Banner:
    """A scan that was not kept: nobody passes on it."""
    return Banner(Look.ASK, "refresh-cw", texts.again_word(), texts.again_headline(), sentence=texts.problem(sentence))


def look_of(outcome: Outcome) -> Look:
    """Green passes, amber passes with a remark or asks for payment, red does not pass."""
    match outcome.verdict:
        case Admitted(notes=(), despite=None):
            return Look.ADMITTED
        case Admitted():
            return Look.LOOK
        case Refused(reason=reason):
            return Look.ASK if reason in _PAYMENT else Look.STOP


def scan_line(outcome: Outcome) -> ScanLine:
    """One verdict as the list of last scans shows it."""
    banner = banner_of(outcome)
    verdict = outcome.verdict
    said = texts.admitted_said(outcome.kind) if isinstance(verdict, Admitted) else texts.headline(verdict.reason)
    local = outcome.at.astimezone(event_zone(outcome.zone))
    return ScanLine(
        f"{local:%H:%M:%S}",
        banner.look,
        banner.icon,
        banner.name,
        banner.ticket_type,
        said,
        outcome.fact,
        rehearsal=outcome.rehearsal,
    )


def _icon(look: Look, kind: Kind) -> str:
    return "log-out" if kind is Kind.EXIT and look is Look.ADMITTED else _ICONS[look]


def _remark(admitted: Admitted, kind: Kind) -> tuple[str, str]:
    """Headline and sentence; what stood against them comes before the notes."""
    headlines = [texts.note_headline(note) for note in admitted.notes]
    sentences = [texts.note(note) for note in admitted.notes]
    if admitted.despite is not None:
        headlines.insert(0, texts.despite_headline(admitted.despite))
        sentences.insert(0, texts.despite(kind))
    return (headlines[0] if headlines else "", " ".join(sentences))


def _headline(outcome: Outcome, reason: Reason) -> str:
    if reason in _SECOND_ENTRIES and outcome.first_at is not None:
        when = texts.clock(outcome.first_at, outcome.at, outcome.zone)
        return texts.already(reason, when, outcome.first_gate)
    return texts.headline(reason)


def _refusal_sentence(outcome: Outcome, reason: Reason) -> str:
    advice = texts.advice(reason)
    return advice if outcome.repeated == 0 else f"{advice} {texts.repeated(outcome.repeated)}"


def search_of(typed: str, found: Found, zone: str, *, discreet: bool) -> Search:
    """The answer to what was typed."""
    exact = tuple(candidate_line(each, zone, found.at) for each in found.exact)
    alike = tuple(replace(candidate_line(each, zone, found.at), alike=True) for each in found.alike)
    said = texts.search_said(len(exact), len(alike), more=found.more, many=len(exact) >= MOST)
    return Search(typed, exact + alike, typed, said, discreet)


def candidate_line(candidate: Candidate, zone: str, at: datetime | None) -> CandidateLine:
    """A found ticket as the search list shows it at the moment `at`: who came in on another day, with that day."""
    admitted = candidate.admitted_at
    when = None if admitted is None else texts.clock(admitted, at or admitted, zone)
    return CandidateLine(
        candidate.serial,
        candidate.name,
        candidate.ticket_type,
        candidate.short_code,
        texts.candidate_state(candidate.status, when),
        candidate.status == "valid" and admitted is None,
    )


def connection_line(sync: SyncState | None) -> StatusLine:
    """How this door and the server get on, in words; None is before the first answer."""
    if sync is None:
        return StatusLine(
            Level.LOOK, "refresh-cw", translate("status", "Looking for the server. You may scan already.")
        )
    if (remark := _remark_on(sync)) is not None:
        return remark
    match sync.connection:
        case Connection.ONLINE:
            return _online(sync)
        case Connection.OFFLINE:
            text = translate("status", "Working offline: %1").replace("%1", _kept(sync))
            return StatusLine(Level.LOOK, "cloud-off", _aged(text, sync))
        case Connection.REFUSED:
            default = translate("status", "The server does not accept this laptop. Scan on, and call the organizer.")
            return StatusLine(Level.TROUBLE, "cloud-alert", texts.problem(sync.sentence or default))
        case Connection.CLOCK:
            default = translate("status", "This computer's clock is wrong. Set it right; scans are kept meanwhile.")
            return StatusLine(Level.TROUBLE, "clock-alert", texts.problem(sync.sentence or default))
        case Connection.PROTOCOL:
            default = translate(
                "status", "This program is too old for the server. Scan on, and update it after the shift."
            )
            return StatusLine(Level.TROUBLE, "download", texts.problem(sync.sentence or default))


def _remark_on(sync: SyncState) -> StatusLine | None:
    """What is worth more words than how the server answers: a clock that was set, names that were wiped."""
    if sync.connection not in (Connection.ONLINE, Connection.OFFLINE):
        return None
    if sync.clock_jump_ms is not None:
        text = translate("status", "This computer's clock was set by %1. Scans keep their order; set it right.")
        return StatusLine(Level.LOOK, "clock-alert", text.replace("%1", _span(sync.clock_jump_ms)))
    if sync.wiped is not None:
        text = translate("status", "No names: three days without the server. Tickets scan on; names come back with it.")
        return StatusLine(Level.LOOK, "cloud-off", text)
    return None


def _span(ms: int) -> str:
    sign, minutes = ("+" if ms > 0 else "−"), abs(ms) // 60_000
    if minutes < 120:
        return translate("status", "%1 min").replace("%1", f"{sign}{minutes}")
    return translate("status", "%1 h").replace("%1", f"{sign}{minutes // 60}")


def _online(sync: SyncState) -> StatusLine:
    if sync.quarantined:
        text = translate("status", "%1 scans were set aside by the server: tell the organizer.")
        return StatusLine(Level.LOOK, "cloud-alert", text.replace("%1", str(sync.quarantined)))
    return StatusLine(Level.WELL, "cloud-check", translate("status", "All is well"))


def _kept(sync: SyncState) -> str:
    return texts.waiting(sync.unsent)


def _aged(text: str, sync: SyncState) -> str:
    if sync.cache_age_s is None or sync.cache_age_s < STALE_S:
        return text
    return f"{text} · {texts.age(sync.cache_age_s)}"


def unsent_line(sync: SyncState, *, late: bool) -> StatusLine:
    """How many scans wait; with a server that answers they are on their way, nothing to look at unless `late`."""
    quiet = sync.unsent == 0 or (sync.connection is Connection.ONLINE and not late)
    return StatusLine(Level.WELL if quiet else Level.LOOK, "cloud-upload", texts.unsent(sync.unsent))


def camera_line(camera: CameraState) -> StatusLine:
    """What the camera does, in words."""
    match camera.status:
        case CameraStatus.STARTING:
            return StatusLine(Level.WELL, "camera", translate("status", "Camera starting"))
        case CameraStatus.RUNNING:
            return StatusLine(Level.WELL, "camera", translate("status", "Camera on"))
        case CameraStatus.LOST:
            return StatusLine(Level.TROUBLE, "camera-off", translate("status", "Camera lost"))
        case CameraStatus.NONE:
            return StatusLine(Level.LOOK, "camera-off", translate("status", "No camera"))


def camera_words(camera: CameraState) -> str:
    """What stands where the picture would be."""
    defaults = {
        CameraStatus.STARTING: translate("camera", "The camera is starting."),
        CameraStatus.RUNNING: "",
        CameraStatus.LOST: translate("camera", "The camera is gone. Check its cable. Scanners and names work on."),
        CameraStatus.NONE: translate("camera", "No camera. Use a scanner, or type a name or short code."),
    }
    return texts.problem(camera.sentence) if camera.sentence else defaults[camera.status]
