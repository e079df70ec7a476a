"""Made-up guests by the hundred thousand: names of many languages, few very common ones and many rare ones."""

from random import Random


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words(
    "Anna Ben Clara David Emma Felix Hannah Jonas Laura Lukas Marie Paul Sophie Tim Zoë Jürgen Käthe Björn Søren Åsa "
    "Łukasz Małgorzata Agnieszka Piotr Zuzanna Jiří Kateřina Ondřej Žofie László Ágnes István Siobhán Seán Niamh José "
    "María Núria Iñaki João Conceição François Chloé Hélène Gaëlle Noël Giulia Matteo Niccolò Ömer Ayşe Çağla Emre "
    "Thị Văn Đức Nguyệt Wei Li Bo Xin Ming Yuki Haruto Min-jun Ji-woo Olena Dmytro Aarav Priya Fatima Omar Yusuf"
)
ELSEWHERE = (
    "محمد العربي", "فاطمة الزهراء", "أحمد حسن", "李 小龙", "王 伟", "张 敏", "山田 太郎", "佐藤 花子", "김 민준",
    "Ольга Иванова", "Дмитрий Петров", "Γιώργος Παπαδόπουλος", "Ελένη Δημητρίου",
)  # fmt: skip
COMMON = _words(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Nowak Kowalski Wójcik García Martínez "
    "López Silva Santos Novák Svoboda Nagy Szabó O'Brien Murphy Andersson Jørgensen Yılmaz Öztürk Nguyễn Trần Wang Kim"
)
_BEGIN = _words(
    "Ab Al Bach Berg Bir Blum Bran Brück Bus Dam Dor Eich Eng Fal Feld Fran Frie Gar Ger Grün Hal Har Hei Her Holz Hüb "
    "Jan Kal Ker Kir Klein Koch Kra Lang Lehm Lind Löw Mar Mol Neu Nie Ober Ost Pal Pet Quar Rat Ros Ruh Sal Schwar "
    "Sei Stein Stol Tal Tur Ul Vog Wal Wei Win Zim Žel"
)
_MIDDLE = _words("a e i o u el en er ing lo mi no ra ri ta ve")
_END = _words(
    "auer bach baum berg born brand brecht burg cker dorf eck egger feld fert gart ger hagen hahn hardt haus heim holz "
    "inger inski kamp ker koski kopf ler ling lund mann mayr meister müller ner nik now ovič quist rich sen ski son "
    "stein strøm thal vić wald wski zer"
)


def surname(random: Random) -> str:
    """One in six is common; of the others there are about sixty thousand."""
    if random.random() < 1 / 6:
        return random.choice(COMMON)
    rare = random.choice(_BEGIN) + random.choice(_MIDDLE) + random.choice(_END)
    return f"{rare}-{random.choice(COMMON)}" if random.random() < 0.03 else rare


def name(random: Random) -> str:
    """A guest's whole name."""
    if random.random() < 0.03:
        return random.choice(ELSEWHERE)
    return f"{random.choice(FIRST)} {surname(random)}"


def slip(random: Random, typed: str) -> str:
    """The same with one letter wrong, missing or additional, or two exchanged; spaces are letters, too."""
    letter = random.choice("abcdefghijklmnopqrstuvwxyz")
    while True:
        at = random.randrange(len(typed))
        damaged = random.choice(
            (
                typed[:at] + letter + typed[at + 1 :],
                typed[:at] + typed[at + 1 :],
                typed[:at] + letter + typed[at:],
                typed[:at] + typed[at + 1 : at + 2] + typed[at] + typed[at + 2 :],
            )
        )
        if damaged != typed:
            return damaged
