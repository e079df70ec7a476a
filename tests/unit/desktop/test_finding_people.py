"""Finding guests as they are called, heard, written and mistyped; and that no name lies about in a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventreg_core.wire import Page
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.lookup import FEW, MOST, Discretion, Found, find
from eventreg_desktop.door.names import Names
from eventreg_desktop.door.vocabulary import NONE, SLIP, Vocabulary
from eventreg_desktop.store import mirror
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.folding import folded_name
from eventreg_desktop.store.lease import Wiped, wipe
from tests.sync.festival import Festival, guest_row, serial, ticket_row
from tests.sync.laptop import Laptop

PEOPLE = (
    "Łukasz Wójcik", "Zoë Müller", "Hans Mueller", "Siobhán O’Brien", "李 小龙", "محمد العربيّ", "José de la Doe",
    "Søren Ærø", "Hubert Wolfeschlegelsteinhausen", "Anne-Marie Schäfer-Groß", "Li Wei", "Bo Berg", "Anna Maier",
    "Anna Meier", "Δημήτρης Παπάς", "İpek Yılmaz",
)  # fmt: skip


@pytest.fixture(scope="module")
def names() -> Names:
    made = Names()
    made.add(list(enumerate(PEOPLE, start=1)))
    return made


def exact(names: Names, typed: str) -> set[str]:
    return {PEOPLE[key - 1] for key in names.ask(typed).exact}


def alike(names: Names, typed: str) -> list[str]:
    return [PEOPLE[key - 1] for key in names.alike(names.ask(typed), MOST)]


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("lukasz", {"Łukasz Wójcik"}),
        ("WOJCIK", {"Łukasz Wójcik"}),
        ("müller", {"Zoë Müller", "Hans Mueller"}),
        ("MULLER", {"Zoë Müller", "Hans Mueller"}),
        ("mueller", {"Zoë Müller", "Hans Mueller"}),
        ("mu\u0308ller zoe", {"Zoë Müller"}),
        ("obrien", {"Siobhán O’Brien"}),
        ("o'brien", {"Siobhán O’Brien"}),
        ("o brien sio", {"Siobhán O’Brien"}),
        ("李", {"李 小龙"}),
        ("李小龙", {"李 小龙"}),
        ("小龙", {"李 小龙"}),
        ("محمد", {"محمد العربيّ"}),
        ("عربي", {"محمد العربيّ"}),
        ("العربى", {"محمد العربيّ"}),
        ("de la doe", {"José de la Doe"}),
        ("doe jose", {"José de la Doe"}),
        ("soeren", {"Søren Ærø"}),
        ("soren aero", {"Søren Ærø"}),
        ("steinhaus", {"Hubert Wolfeschlegelsteinhausen"}),
        ("wolfeschlegelsteinhausen", {"Hubert Wolfeschlegelsteinhausen"}),
        ("annemarie", {"Anne-Marie Schäfer-Groß"}),
        ("gross schaefer", {"Anne-Marie Schäfer-Groß"}),
        ("marie-anne", {"Anne-Marie Schäfer-Groß"}),
        ("li", {"Li Wei"}),
        ("be", {"Bo Berg"}),
        ("b b", {"Bo Berg"}),
        ("παπας", {"Δημήτρης Παπάς"}),
        ("ipek yilmaz", {"İpek Yılmaz"}),
        ("zz", set()),
        ("", set()),
        ("- /", set()),
    ],
)
def test_a_guest_is_found_by_any_part_of_the_name_in_any_order_and_writing(
    names: Names, typed: str, who: set[str]
) -> None:
    assert exact(names, typed) == who


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Lukazs", "Łukasz Wójcik"),  # exchanged
        ("wojcyk", "Łukasz Wójcik"),  # wrong
        ("wojik", "Łukasz Wójcik"),  # missing
        ("wojccik", "Łukasz Wójcik"),  # additional
        ("Mueler", "Zoë Müller"),
        ("lukasz wojick", "Łukasz Wójcik"),
        ("woffeschlegelstienhausen", "Hubert Wolfeschlegelsteinhausen"),  # two in a long word
        ("schefer annemarie", "Anne-Marie Schäfer-Groß"),
        ("lukaszwojcik", "Łukasz Wójcik"),  # a space left out
        ("lukaszxwojcik", "Łukasz Wójcik"),  # another key in its place
        ("lukasz wo jcik", "Łukasz Wójcik"),
        ("wolfeshlegel", "Hubert Wolfeschlegelsteinhausen"),  # a slip before the whole word is typed
        ("bi berg", "Bo Berg"),
    ],
)
def test_a_guest_is_found_although_a_key_was_missed(names: Names, typed: str, first: str) -> None:
    assert (list(exact(names, typed)) or alike(names, typed))[0] == first


def test_who_is_called_so_comes_before_who_is_called_alike(names: Names) -> None:
    assert exact(names, "anna meier") == {"Anna Meier"}
    assert alike(names, "anna meier") == ["Anna Maier"]
    assert alike(names, "bo") == [], "two letters are like too much"


def test_whole_words_come_before_beginnings_and_those_before_parts() -> None:
    names = Names()
    names.add(list(enumerate(["Marianne", "Annabel", "Anna"], start=1)))
    assert names.ask("anna").exact.tolist() == [3, 2]
    assert names.ask("ann").exact.tolist() == [2, 3, 1]


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_whatever_is_typed_has_an_answer(typed: str) -> None:
    names = Names()
    names.add([(1, typed), (2, "Anna Müller")])
    found = names.ask(typed)
    assert set(found.exact.tolist()) <= {1, 2}
    assert set(names.alike(found, MOST).tolist()) <= {1, 2}


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8))
def test_everybody_is_found_by_their_own_name(called: list[str]) -> None:
    names = Names()
    for key, name in enumerate(called, start=1):
        names.add([(key, name)])
    for key, name in enumerate(called, start=1):
        if any(letter.isalnum() for letter in name) and len(name.split()) <= 3:
            assert key in names.ask(name).exact.tolist()


def distance(one: str, other: str) -> int:
    """Optimal string alignment, as it is written in books."""
    rows = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            away = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(away, rows[i - 1][j] + 1, rows[i][j - 1] + 1)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 1] + other[j - 2]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


FEW_LETTERS = st.text(alphabet="abcü", min_size=1, max_size=7)


@settings(max_examples=60)
@given(
    words=st.lists(FEW_LETTERS, min_size=1, max_size=30, unique=True), typed=FEW_LETTERS, slips=st.sampled_from([1, 2])
)
def test_words_are_alike_when_they_are_so_many_slips_away_and_no_others(
    words: list[str], typed: str, slips: int
) -> None:
    vocabulary = Vocabulary()
    for word in words:
        vocabulary.number(word)
    vocabulary.write()
    whole, begun = (vocabulary.alike(typed, slips, beginnings=each).tolist() for each in (False, True))
    for place, word in enumerate(words):
        away = distance(typed, word) if len(typed) > slips else 99
        assert whole[place] == (away * SLIP if away <= slips else NONE)
        starts = min(distance(typed, word[:end]) for end in range(len(word) + 1)) if len(typed) > slips else 99
        assert (begun[place] != NONE) == (starts <= slips)


def look(door: Laptop, directory: Directory, typed: str, discretion: Discretion = Discretion.OPEN) -> Found:
    return find(door.stores, directory, door.door, typed, door.clock(), discretion)


def test_an_e_mail_address_is_found_by_its_beginning_or_any_part(door: Laptop) -> None:
    directory = Directory()
    assert [each.short_code for each in look(door, directory, "guest10@ex").exact] == ["AB-0010"]
    assert [each.short_code for each in look(door, directory, "EST7@EXAMPLE").exact] == ["AB-0007"]
    assert look(door, directory, "nobody@example.org").candidates == ()


def test_the_list_is_kept_up_as_pulls_arrive_and_forgets_who_was_erased(door: Laptop) -> None:
    directory = Directory()
    assert look(door, directory, "nachzügler").candidates == ()
    door.holds(Page(tickets=[ticket_row(77)], guests=[guest_row(77, "Quirin Nachzügler")]), revision=3)
    assert [each.serial for each in look(door, directory, "nachzuegler").exact] == [serial(77)]
    door.holds(Page(guests=[guest_row(77, "Quirin Früh")]), revision=4)
    assert look(door, directory, "nachzuegler").exact == ()
    assert [each.name for each in look(door, directory, "frueh").exact] == ["Quirin Früh"]
    door.holds(Page(guests=[guest_row(77, "")]), revision=5)
    assert look(door, directory, "frueh").candidates == ()
    assert [each.serial for each in look(door, directory, "AB-0077").exact] == [serial(77)], "the ticket stays"


def test_a_guest_list_that_is_told_anew_replaces_what_was_known(door: Laptop) -> None:
    directory = Directory()
    assert len(look(door, directory, "nowak").exact) == 2
    with transaction(door.stores.mirror):
        mirror.reset(door.stores.mirror)
    door.holds(Festival().setting(), revision=8)
    door.holds(Page(tickets=[ticket_row(1)], guests=[guest_row(1, "Nora Neu")]), revision=9)
    assert look(door, directory, "nowak").candidates == ()
    assert [each.name for each in look(door, directory, "nora").exact] == ["Nora Neu"]
    assert len(directory.names) == 1


def test_names_that_are_wiped_from_the_laptop_are_forgotten_by_the_search(door: Laptop) -> None:
    directory = Directory()
    assert len(look(door, directory, "nowak").exact) == 2
    wipe(door.stores.mirror, Wiped.LEASE)
    assert look(door, directory, "nowak").candidates == ()
    assert (len(directory.names), directory.names.words, directory.addresses.find("guest", MOST)) == (0, 0, [])
    assert len(look(door, directory, "AB-0001").exact) == 1, "tickets are found by their codes"


def test_a_companion_who_is_named_renamed_or_forgotten_is_found_so(door: Laptop) -> None:
    directory = Directory()
    for holder, found in (("Zoë Begleitung", 1), ("Ben Begleiter", 0), (None, 0)):
        door.holds(Page(tickets=[ticket_row(71, of=1, place=1, holder=holder)]))
        assert len(look(door, directory, "zoe begleitung").exact) == found
    assert door.stores.mirror.execute("SELECT count(*) FROM companions").fetchone() == (0,)


def test_a_discreet_search_shows_nobody_until_few_are_meant(door: Laptop) -> None:
    directory = Directory()
    door.holds(Page(tickets=[ticket_row(n) for n in range(100, 110)], guests=[guest_row(n) for n in range(100, 110)]))
    for typed in ("nor", "now", "li", "AB0"):
        assert look(door, directory, typed, Discretion.DISCREET) == Found(more=True)
    many = look(door, directory, "@example.org", Discretion.DISCREET)
    assert many == Found(more=True), "many are meant"
    few = look(door, directory, "nowak", Discretion.DISCREET).exact
    assert 0 < len(few) <= FEW
    assert look(door, directory, "李 小", Discretion.DISCREET).more is False
    assert len(look(door, directory, "AB-0003", Discretion.DISCREET).exact) == 1
    assert look(door, directory, " ", Discretion.DISCREET) == Found()


def test_no_name_lies_readable_in_any_file_of_the_laptop(door: Laptop) -> None:
    directory = Directory()
    door.holds(Page(tickets=[ticket_row(78)], guests=[guest_row(78, "Xaverine Unverwechselbar")]))
    assert len(look(door, directory, "unverwechselbar").exact) == 1
    assert len(look(door, directory, "unverwechselbr").alike) == 1
    for file in door.folder.path.rglob("*"):
        content = file.read_bytes().lower() if file.is_file() else b""
        for trace in (b"unverwechselbar", b"xaverine", b"guest78@"):
            assert trace not in content, file.name


def test_names_fold_the_same_in_every_normal_form() -> None:
    assert folded_name("Zoe\u0308 A\u030ase") == folded_name("Zoë Åse") == "zoe ase"
