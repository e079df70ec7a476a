"""Times as people write them, without a table of the world's languages: the two we write mails in."""

from datetime import datetime
from zoneinfo import ZoneInfo

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
# fmt: off
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni",
           "Juli", "August", "September", "Oktober", "November", "Dezember"),
}
# fmt: on


def in_words(moment: datetime, zone: str, language: str) -> str:
    """Day, date and hour as the clocks at the event show them: "Saturday 28 November 2026, 17:00"."""
    local = moment.astimezone(ZoneInfo(zone))
    day, month = DAYS[language][local.weekday()], MONTHS[language][local.month - 1]
    if language == "de":
        return f"{day}, {local.day}. {month} {local.year}, {local:%H:%M} Uhr"
    return f"{day} {local.day} {month} {local.year}, {local:%H:%M}"
