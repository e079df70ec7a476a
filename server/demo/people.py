"""The demo's guests: five hundred people as the world really names them, the same ones every time."""

from dataclasses import dataclass
from random import Random

from server.events.slug import slug_of

SEED = 20261122


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to register."""

    full_name: str
    email: str
    phone: str


STARS: tuple[str, ...] = (
    "Anna Müller",
    "Łukasz Wiśniewski",
    "Siobhán O'Brien",
    "李 伟",
    "Bo",
    "Seán Ó Súilleabháin",
    "Nguyễn Thị Ánh",
    "Αθηνά Παπαδοπούλου",
    "Maria-Magdalena Freiin von Hohenstein-Ravensburg",
    "Zoë D'Angelo-Fernández",
    "José Ñíguez",
    "Çınar Ağaoğlu",
    "Chukwuemeka Okonkwo-Adébáyọ̀",
    "محمد العلي",
)
"""Guests of whom the video tells, and one name that is written from right to left."""

WORLDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Jürgen", "Käthe", "Björn", "Sabine", "Günther", "Anneliese", "Jörg", "Friederike", "Hans-Peter", "Mia"),
        ("Müller", "Schröder", "Weiß", "Groß", "von der Heydt", "Köhler", "Jäger", "Schmidt-Rottluff", "Bär", "Vogt"),
    ),
    (
        ("Małgorzata", "Łucja", "Zbigniew", "Stanisław", "Grażyna", "Jędrzej", "Świętosława"),
        ("Kowalska", "Żuławski", "Dąbrowski", "Wójcik", "Śliwa", "Brzęczyszczykiewicz", "Łącka"),
    ),
    (
        ("Aoife", "Niamh", "Cian", "Caoimhe", "Pádraig", "Máire", "Oisín"),
        ("O'Connor", "Ó Briain", "Ní Dhomhnaill", "Mac Giolla Phádraig", "McCarthy", "O'Neill-Byrne"),
    ),
    (
        ("Hélène", "François", "Aïcha", "Loïc", "Chloé", "Jean-Baptiste", "Maël"),
        ("Lefèvre", "d'Hérouville", "de La Tour d'Auvergne", "Ngô", "Benoît", "Saint-Exupéry", "Garçon"),
    ),
    (
        ("Núria", "Iñaki", "Íñigo", "Begoña", "Ángel", "María José", "Xoán"),
        ("García Márquez", "Peña-Ibáñez", "Etxeberria", "Ruiz y Picasso", "Muñoz", "Castañeda", "i Gelabert"),
    ),
    (
        ("Åsa", "Søren", "Øystein", "Þórdís", "Ragnhild", "Jytte", "Mikael", "Aino"),
        ("Ångström", "Sørensen", "Ødegård", "Guðmundsdóttir", "Lindqvist", "Hämäläinen", "Bjørnstad", "Ek"),
    ),
    (
        ("Ondřej", "Žofie", "Štěpán", "Božena", "Ľubomír", "Šárka"),
        ("Němcová", "Řehoř", "Čapek", "Škvorecký", "Hašek", "Kundrátová", "Vaculík"),
    ),
    (
        ("İbrahim", "Çağla", "Şükrü", "Gülşen", "Özgür", "Işıl", "Barış"),
        ("Yılmaz", "Öztürk", "Kılıç", "Şahin", "Çelik", "Güneş", "Doğan"),
    ),
    (
        ("Ελένη", "Γιώργος", "Σοφία", "Δημήτρης", "Χρυσάνθη"),
        ("Παπαδάκης", "Καζαντζάκη", "Οικονόμου", "Θεοδωράκης", "Βασιλείου"),
    ),
    (
        ("Олександр", "Соломія", "Юлія", "Євген", "Дмитро", "Їлярія"),
        ("Шевченко", "Лисенко", "Ґудзь", "Коваленко", "Франчук"),
    ),
    (
        ("فاطمة", "يوسف", "ليلى", "عمر", "نور"),
        ("الحسن", "بن زايد", "الأندلسي", "حداد", "خوري"),
    ),
    (
        ("王", "张", "刘", "陈", "欧阳"),
        ("伟", "芳", "娜", "秀英", "小明"),
    ),
    (
        ("山田", "佐藤", "鈴木", "高橋", "渡辺"),
        ("さくら", "太郎", "花子", "翔太", "美咲"),
    ),
    (
        ("Trần", "Lê", "Phạm", "Đặng", "Nguyễn"),
        ("Văn Đức", "Thị Hương", "Ngọc Ánh", "Minh Châu", "Quỳnh"),
    ),
    (
        ("Chidi", "Ọlá", "Ngozi", "Kwabena", "Thandiwe", "Amara"),
        ("Okonkwo-Adébáyọ̀", "Mensah", "Nkosi", "Eze", "van der Merwe", "Diallo"),
    ),
    (
        ("Priya", "Arjun", "Lakshmi", "X Æ", "Ng", "Kahealani", "Mary Ann", "O"),
        ("Ramanathan", "Iyer", "Singh", "St. John-Smythe", "Kauʻi", "Li", "de Souza e Silva", "Jr. King"),
    ),
)
"""Given names and family names, one world after the other; whoever has one of each lives in one world."""


def guests(count: int, seed: int = SEED) -> list[Guest]:
    """So many guests, no two with one e-mail; the STARS come first, the rest follows from `seed`."""
    rng = Random(seed)
    names = [*STARS, *(_name(rng) for _ in range(count))][:count]
    return [Guest(name, _email(name, number), f"+49 30 55{number:05d}") for number, name in enumerate(names, start=1)]


def _name(rng: Random) -> str:
    first, last = rng.choice(WORLDS)
    return f"{rng.choice(first)} {rng.choice(last)}"


def _email(name: str, number: int) -> str:
    words = slug_of(name).replace("-", ".")
    return f"{'guest' if words == 'event' else words}.{number}@example.org"
