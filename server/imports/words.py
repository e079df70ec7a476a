"""The words by which guest lists call things, in the languages that organizers' lists come in."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.questions.answers import Question
from server.registrations.models import PaymentStatus


class Field(StrEnum):
    """What a column of a guest list can hold."""

    USER_EMAIL = "user_email"
    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    TICKET_TYPE = "ticket_type"
    PAYMENT_STATUS = "payment_status"
    COMPANIONS = "companions"
    NOTES = "notes"


HEADERS: Final[Mapping[Field, str]] = MappingProxyType(
    {
        Field.USER_EMAIL: "email; mail; email address; mail address; user email; attendee email; contact email;"
        " e mail adresse; email adresse; mailadresse; adresse email; adresse mail; courriel; correo;"
        " correo electronico; correo e; indirizzo email; indirizzo e mail; posta elettronica; emailadres; e post;"
        " e postadress; adres email; elektronische post; электронная почта; почта; メール; メールアドレス; 邮箱; البريد"
        " الإلكتروني; e posta; eposta",
        Field.FULL_NAME: "name; full name; fullname; guest; guest name; attendee; attendee name; participant;"
        " participant name; teilnehmer; teilnehmerin; teilnehmername; gast; gastname; vollstandiger name; vor und"
        " nachname; vor und zuname; nom complet; nom et prenom; prenom et nom; participante; nombre completo; nombre y"
        " apellidos; nome completo; nome e cognome; naam; volledige naam; imie i nazwisko; namn; navn; имя и фамилия;"
        " фио; 氏名; 名前; お名前; 姓名; الاسم; الاسم الكامل; ad soyad",
        Field.FIRST_NAME: "first name; firstname; given name; givenname; forename; vorname; prenom; nombre; nombres;"
        " nome; primeiro nome; voornaam; imie; fornamn; fornavn; имя; 名; ad",
        Field.LAST_NAME: "last name; lastname; surname; family name; familyname; nachname; familienname; zuname; nom;"
        " nom de famille; apellido; apellidos; cognome; sobrenome; apelido; achternaam; nazwisko; efternamn;"
        " etternavn; фамилия; 姓; soyad",
        Field.PHONE: "phone; phone number; phone no; telephone; telephone number; tel; mobile; mobile phone; mobile"
        " number; cell; cell phone; telefon; telefonnummer; tel nr; telefon nr; mobil; mobilnummer; mobiltelefon;"
        " handy; handynummer; rufnummer; numero de telephone; portable; telefono; movil; numero de telefono; cellulare;"
        " telefone; celular; telemovel; telefoon; telefoonnummer; numer telefonu; телефон; 電話番号; 電話; 电话;"
        " 手机; الهاتف",
        Field.TICKET_TYPE: "ticket; ticket type; tickettype; type; ticket name; ticket category; category; pass;"
        " product; ticketart; tickettyp; ticketkategorie; kategorie; karte; kartenart; kartentyp; eintrittskarte;"
        " type de billet; billet; categorie; entrada; tipo de entrada; boleto; biglietto; tipo di biglietto; bilhete;"
        " ingresso; kaartje; ticketsoort; bilet; rodzaj biletu; biljett; билет; тип билета; チケット; 票种; bilet turu",
        Field.PAYMENT_STATUS: "payment; payment status; paid; payment state; paid status; bezahlt; bezahlstatus;"
        " zahlung; zahlungsstatus; zahlstatus; paye; paiement; statut de paiement; pagado; pago; estado del pago;"
        " pagato; pagamento; betaald; betaalstatus; zaplacono; platnosc; betald; оплата; оплачено; 支払い; 支付; odeme",
        Field.COMPANIONS: "companions; companion; guests; guest names; plus one; plus ones; accompanying; accompanying"
        " persons; begleitung; begleiter; begleitperson; begleitpersonen; gaste; accompagnants; accompagnant;"
        " acompanantes; acompanante; accompagnatori; acompanhantes; introduces; osoby towarzyszace; medfoljande;"
        " сопровождающие; 同伴者",
        Field.NOTES: "notes; note; comment; comments; remark; remarks; notiz; notizen; bemerkung; bemerkungen;"
        " kommentar; anmerkung; anmerkungen; hinweis; hinweise; remarque; remarques; commentaire; commentaires; notas;"
        " nota; comentario; comentarios; observaciones; commento; osservazioni; opmerking; opmerkingen; uwagi; notatka;"
        " anteckningar; заметки; примечание; 備考; 备注; ملاحظات; notlar",
    }
)
PAYMENTS: Final[Mapping[PaymentStatus, str]] = MappingProxyType(
    {
        PaymentStatus.PAID: "paid; yes; y; x; true; 1; ok; done; settled; complete; completed; bezahlt; ja; j; wahr;"
        " erledigt; paye; oui; o; vrai; pagado; si; s; verdadero; pagato; pago; sim; vero; betaald; waar; zaplacono;"
        " tak; betald; оплачено; да; はい; 済; 是; evet",
        PaymentStatus.PENDING: "pending; no; n; false; 0; unpaid; open; due; not paid; offen; nein; falsch; unbezahlt;"
        " nicht bezahlt; ausstehend; impaye; non paye; non; faux; en attente; no pagado; pendiente; falso; non pagato;"
        " in attesa; pendente; nao; nee; onbetaald; niet betaald; onwaar; nie; niezaplacono; nej; obetald; нет; いいえ;"
        " 否; hayir",
        PaymentStatus.FREE: "free; free of charge; complimentary; comp; gratis; frei; kostenlos; kostenfrei;"
        " freikarte; gratuit; offert; gratuito; bezplatny; бесплатно; 無料; 免费; ucretsiz",
        PaymentStatus.FAILED: "failed; fehlgeschlagen; abgelehnt; declined; echoue; fallido; fallito; mislukt",
        PaymentStatus.REFUNDED: "refunded; erstattet; zuruckerstattet; ruckerstattet; rembourse; reembolsado;"
        " rimborsato; terugbetaald; zwrocono",
    }
)
DATE_WITH_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
YES_NO: Final[Mapping[PaymentStatus | None, bool]] = {PaymentStatus.PAID: True, PaymentStatus.PENDING: False}
NO_WORDS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Words as they are compared: lower case, without accents, signs and what stands in brackets; one blank between."""
    without_brackets = re.sub(r"\([^)]*\)", " ", text) if not text.lstrip().startswith("(") else text
    letters = unicodedata.normalize("NFKD", without_brackets.casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return NO_WORDS.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def find_field(header: str) -> Field | None:
    """What a column with this name holds, where that is known."""
    return _FIELDS.get(plain(header)) or _FIELDS.get(plain(header).replace(" ", ""))


def find_payment(told: str) -> PaymentStatus | None:
    """The payment status that a word means; None for a word that nobody knows."""
    return _PAYMENTS.get(plain(told))


def told_answer(question: Question, cell: str) -> str | bool:
    """A cell as an answer to this question, as far as it can be one: yes and no in words, a date as it is written."""
    match question.kind:
        case "yes_no":
            return YES_NO.get(find_payment(cell), cell)
        case "choice":
            return next((choice for choice in question.choices if plain(choice) == plain(cell)), cell)
        case "number":
            return cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
        case "date":
            with_points = DATE_WITH_POINTS.fullmatch(cell)
            return f"{with_points[3]}-{with_points[2]:0>2}-{with_points[1]:0>2}" if with_points else cell
    return cell


_FIELDS: Final[Mapping[str, Field]] = {
    form: field
    for field, words in HEADERS.items()
    for word in (*words.split(";"), field.value)
    for form in (plain(word), plain(word).replace(" ", ""))
}
_PAYMENTS: Final[Mapping[str, PaymentStatus]] = {
    plain(word): status for status, words in PAYMENTS.items() for word in (*words.split(";"), status.value)
}
