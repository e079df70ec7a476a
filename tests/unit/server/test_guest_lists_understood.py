"""What the columns of a guest list are taken for, and who its lines speak of."""

from io import BytesIO
from uuid import UUID

import openpyxl
import pytest

from server.imports.findings import PROBLEMS
from server.imports.guests import Guest, Lines, Wrong
from server.imports.mapping import doubled, missing_fields, propose
from server.imports.safe_cells import bare, guarded
from server.imports.table import Line
from server.imports.words import Field
from server.imports.writing import Sheet
from server.questions.answers import Question
from server.registrations.models import PaymentStatus

DAY, CREW = UUID(int=1), UUID(int=2)
TYPES = {DAY: "Day pass", CREW: "Crew & Band"}
COLUMNS = ("E-Mail", "Name", "Telefon", "Ticketart", "Bezahlt", "Begleitung", "Notizen")


def read(*cells: str, types: dict[UUID, str] = TYPES, for_others: UUID | None = None) -> Guest | Wrong:
    return Lines(COLUMNS, propose(COLUMNS), types, for_others).guest(Line(7, cells))


def guest(*cells: str) -> Guest:
    found = read(*cells)
    assert isinstance(found, Guest), found
    return found


def code(*cells: str) -> str:
    found = read(*cells)
    assert isinstance(found, Wrong), found
    assert found.code in PROBLEMS
    return found.code


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ("Name,Email,Phone,Ticket,Notes,Paid", "full_name,user_email,phone,ticket_type,notes,payment_status"),
        ("Vorname,Nachname,E-Mail-Adresse", "first_name,last_name,user_email"),
        ("Name,Vorname,Mail", "last_name,first_name,user_email"),
        ("Prénom,Nom,Adresse e-mail,Téléphone", "first_name,last_name,user_email,phone"),
        ("Nom,Courriel", "full_name,user_email"),
        ("Nombre,Apellidos,Correo electrónico,Móvil", "first_name,last_name,user_email,phone"),
        ("Nome,Indirizzo email,Pagato", "full_name,user_email,payment_status"),
        ("Имя,Фамилия,Электронная почта", "first_name,last_name,user_email"),
        ("氏名,メールアドレス,電話番号", "full_name,user_email,phone"),
        ("full_name,user_email,payment_status,ticket_type", "full_name,user_email,payment_status,ticket_type"),
        ("Full name (required),E-MAIL:,First name", "full_name,user_email,first_name"),
    ],
)
def test_columns_are_known_by_their_names_in_many_languages(columns: str, fields: str) -> None:
    assert list(propose(columns.split(",")).values()) == fields.split(",")


def test_of_two_columns_that_hold_the_same_the_first_is_taken_and_unknown_ones_are_left() -> None:
    assert propose(["E-mail", "Name", "Seat", "email"]) == {"E-mail": "user_email", "Name": "full_name"}
    assert propose(["Notes", "Remarks"]) == {"Notes": "notes", "Remarks": "notes"}


def test_a_column_without_a_name_is_one_of_e_mails_if_most_of_its_cells_are() -> None:
    rows = [("Bo", "bo@example.org"), ("Al",), ("Cy", "cy@example.org")]
    assert propose(["Column 1", "Column 2"], rows) == {"Column 2": "user_email"}
    assert missing_fields(propose(["Column 1", "Column 2"], rows)) == [Field.FULL_NAME]
    assert missing_fields({}) == [Field.USER_EMAIL, Field.FULL_NAME]
    assert doubled({"a": Field.PHONE, "b": Field.PHONE, "c": Field.NOTES, "d": Field.NOTES}) == [Field.PHONE]


def test_a_line_speaks_of_a_guest() -> None:
    told = guest("Zoë Weiß <ZOE@Example.org>", " Zoë\n Weiß ", "'+49 30 1", "crew band", "ja", "Bo; Al, Jr.", "VIP\n=1")
    assert told == Guest(
        number=7,
        user_email="zoe@example.org",
        full_name="Zoë Weiß",
        phone="+49 30 1",
        ticket_type_id=CREW,
        payment_status=PaymentStatus.PAID,
        companions=("Bo", "Al, Jr."),
        notes="VIP\n=1",
        answers={},
    )


@pytest.mark.parametrize(
    ("cell", "status"),
    [("Bezahlt", "PAID"), ("x", "PAID"), ("TRUE", "PAID"), ("nein", "PENDING"), ("0", "PENDING"), ("Gratis", "FREE"),
     ("refunded", "REFUNDED"), ("", None)],
)  # fmt: skip
def test_whether_it_is_paid_is_said_in_words(cell: str, status: str | None) -> None:
    told = guest("a@b.c", "Al", "", "", cell).payment_status
    assert told == (None if status is None else PaymentStatus(status))


def test_a_ticket_type_is_named_or_told_by_its_id_or_chosen_for_all_others() -> None:
    assert guest("a@b.c", "Al", "", " DAY  PASS ").ticket_type_id == DAY
    assert guest("a@b.c", "Al", "", str(CREW)).ticket_type_id == CREW
    others = read("a@b.c", "Al", for_others=CREW)
    assert isinstance(others, Guest)
    assert others.ticket_type_id == CREW
    twice = read("a@b.c", "Al", "", "Day pass", types={DAY: "Day pass", CREW: "day pass"})
    assert twice == Wrong(7, "unknown_ticket_type")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("", "Al"), "email_missing"),
        (("al at example.org", "Al"), "email_invalid"),
        (("a@b.c", " "), "name_missing"),
        (("a@b.c", "A" * 256), "name_too_long"),
        (("a@b.c", "Al", "1" * 51), "phone_too_long"),
        (("a@b.c", "Al", "4,93012E+11"), "phone_mangled"),
        (("a@b.c", "Al", "", "Gold"), "unknown_ticket_type"),
        (("a@b.c", "Al", "", "", "maybe"), "unknown_payment_status"),
        (("a@b.c", "Al", "", "", "", "+2"), "companion_unnamed"),
        (("a@b.c", "Al", "", "", "", "B" * 256), "companion_too_long"),
        (("a@b.c", "Al", "", "", "", "", "N" * 4001), "notes_too_long"),
        (("a@b.c", "Al", "", "", "", "", "", "more"), "too_many_cells"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(cells: tuple[str, ...], expected: str) -> None:
    assert code(*cells) == expected


def test_companions_are_named_with_any_separator_and_no_companion_is_none() -> None:
    assert guest("a@b.c", "Al", "", "", "", "Smith, Jane; Bo").companions == ("Smith, Jane", "Bo")
    assert guest("a@b.c", "Al", "", "", "", "Jane\nBo\n").companions == ("Jane", "Bo")
    assert guest("a@b.c", "Al", "", "", "", "Jane, Bo").companions == ("Jane", "Bo")
    assert guest("a@b.c", "Al", "", "", "", "0").companions == ()


def test_a_column_called_as_a_question_holds_its_answers_in_words_that_people_write() -> None:
    kinds = {"text": "Allergies?", "yes_no": "Vegetarian?", "choice": "T-shirt", "number": "Height", "date": "Arrival"}
    choices = {"choice": ("Small", "X-Large")}
    asked = [Question(UUID(int=9 + n), *each, choices=choices.get(each[0], ())) for n, each in enumerate(kinds.items())]
    columns = ("Email", "Name", *kinds.values())
    mapping = propose(columns, (), {question.id: question.label for question in asked})
    assert [mapping[column] for column in columns[2:]] == [question.id for question in asked]

    def answers(*cells: str) -> Guest | Wrong:
        return Lines(columns, mapping, TYPES, DAY, asked).guest(Line(2, ("a@b.c", "Al", *cells)))

    told = answers("nuts", "Ja", "x large", "1,80", "1.12.2026")
    assert isinstance(told, Guest)
    assert list(told.answers.values()) == ["nuts", True, "X-Large", "1.80", "2026-12-01"]
    assert answers("", "perhaps") == Wrong(2, "answer_invalid")
    assert answers("", "", "huge") == Wrong(2, "answer_invalid")
    assert doubled({"a": UUID(int=9), "b": UUID(int=9)}) == [UUID(int=9)]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@bo", "\tx", "\rx", "Bo", "'Bo", "'=x", "''=x", ""])
def test_what_a_spreadsheet_would_work_out_is_guarded_and_comes_back_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert bare(guarded(text)) == text


def test_a_sign_that_nobody_sees_hides_no_formula_from_the_guard() -> None:
    sheet, file = Sheet("Registrations"), BytesIO()
    sheet.append([[f"{unseen}=1+1" for unseen in ("", "\u200b", "\u2060", "\ufeff", "\x85")]])
    sheet.save(file)
    (row,) = openpyxl.load_workbook(file)["Registrations"].iter_rows()
    assert {(cell.value, cell.data_type) for cell in row} == {("'=1+1", "s")}
