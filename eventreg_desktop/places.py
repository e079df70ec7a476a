"""Where this laptop may stand, at all of its events together."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QSettings

from eventreg_desktop.ui.setup.state import GateChoice, ListChoice, PlacePicked
from eventreg_desktop.work.laptop import Enrolled, Places


@dataclass(frozen=True, slots=True)
class Here:
    """One list of one event, as a place to stand: the laptop at work for that event, and what is there."""

    enrolled: Enrolled
    places: Places
    picked: PlacePicked

    @property
    def list_name(self) -> str:
        """What the list is called."""
        return next(each.name for each in self.places.lists if each.id == self.picked.check_in_list)

    @property
    def gate_name(self) -> str:
        """What the gate is called; empty without one."""
        return next((each.name for each in self.places.gates if each.id == self.picked.gate), "")


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Every event with its places; the first one is the event that the laptop enrolled for, where it is there."""

    events: tuple[tuple[Enrolled, Places], ...]

    @property
    def title(self) -> str:
        """What the events are called."""
        return " · ".join(places.event.name for _, places in self.events)

    def choices(self) -> tuple[ListChoice, ...]:
        """Each list with the gates that work on it; named with its event where there are several."""
        return tuple(
            ListChoice(
                each.id,
                f"{places.event.name}: {each.name}" if len(self.events) > 1 else each.name,
                tuple(GateChoice(gate.id, gate.name) for gate in places.gates if gate.list == each.id),
            )
            for _, places in self.events
            for each in places.lists
        )

    def here(self, picked: PlacePicked) -> Here:
        """The place that was picked."""
        return next(
            Here(enrolled, places, picked)
            for enrolled, places in self.events
            if any(each.id == picked.check_in_list for each in places.lists)
        )

    def remembered(self, settings: QSettings) -> PlacePicked | None:
        """Where this laptop stood the last time, if that place is still there."""
        list_id, gate = str(settings.value("list", "")), str(settings.value("gate", ""))
        for choice in self.choices():
            gates = {str(each.id) for each in choice.gates} or {""}
            if str(choice.id) == list_id and gate in gates:
                return PlacePicked(choice.id, UUID(gate) if gate else None)
        return None


def remember(settings: QSettings, picked: PlacePicked) -> None:
    """Begin here the next time."""
    settings.setValue("list", str(picked.check_in_list))
    settings.setValue("gate", str(picked.gate or ""))
