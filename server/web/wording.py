"""What the pages say, in each language that we write."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "confirm": "Confirm your e\u2011mail address",
        "confirm_why": "One more click, and your account is ready.",
        "confirm_do": "Confirm my address",
        "confirm_not": "It was not you who registered? Then close this page: without this click nothing happens.",
        "confirmed": "Your address is confirmed",
        "confirmed_then": "You can sign in now, with your e-mail address and the password that you chose.",
        "confirm_over": "It was used already, or it is older than two days. If you have confirmed your address before, "
        "simply sign in. If not, register again: you will get a new link.",
        "reset": "Choose a new password",
        "reset_password": "New password",
        "reset_rules": "10 to 200 characters. A few words that nobody but you would put together are easier to "
        "remember than signs and digits. What many people use is refused.",
        "reset_again": "The same once more",
        "reset_do": "Set the password",
        "reset_not": "This signs you out everywhere.",
        "was_reset": "Your new password is in force",
        "was_reset_then": "You have been signed out everywhere. Sign in with the new password.",
        "reset_over": "It was used already, or it is older than 30 minutes. Ask for a new one where you sign in.",
        "over": "This link is no longer good",
        "wrong_length": "A password has 10 to 200 characters. Please choose another one.",
        "wrong_character": "This password has a character that cannot be stored. Please choose another one.",
        "wrong_common": "Many people use this password, so it is tried first. Please choose another one.",
        "wrong_repeat": "The two passwords are not the same. Please type both again.",
        "busy": "Very many people are signing in at this moment. Please try again in a few seconds.",
    },
    "de": {
        "confirm": "E\u2011Mail-Adresse bestätigen",
        "confirm_why": "Noch ein Klick, dann ist Ihr Konto bereit.",
        "confirm_do": "Adresse bestätigen",
        "confirm_not": "Sie haben sich gar nicht angemeldet? Dann schließen Sie diese Seite: Ohne den Klick geschieht "
        "nichts.",
        "confirmed": "Ihre Adresse ist bestätigt",
        "confirmed_then": "Sie können sich jetzt anmelden, mit Ihrer E-Mail-Adresse und dem Passwort, das Sie gewählt "
        "haben.",
        "confirm_over": "Er wurde schon benutzt oder ist älter als zwei Tage. Wenn Sie Ihre Adresse schon bestätigt "
        "haben, melden Sie sich einfach an. Sonst legen Sie das Konto noch einmal an: Sie bekommen einen neuen Link.",
        "reset": "Neues Passwort wählen",
        "reset_password": "Neues Passwort",
        "reset_rules": "10 bis 200 Zeichen. Ein paar Wörter, die nur Sie so zusammenstellen würden, merken sich "
        "leichter als Zeichen und Ziffern. Was viele benutzen, wird abgelehnt.",
        "reset_again": "Noch einmal dasselbe",
        "reset_do": "Passwort setzen",
        "reset_not": "Damit werden Sie überall abgemeldet.",
        "was_reset": "Ihr neues Passwort gilt",
        "was_reset_then": "Sie wurden überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.",
        "reset_over": "Er wurde schon benutzt oder ist älter als 30 Minuten. Fordern Sie bei der Anmeldung einen neuen "
        "an.",
        "over": "Dieser Link gilt nicht mehr",
        "wrong_length": "Ein Passwort hat 10 bis 200 Zeichen. Bitte wählen Sie ein anderes.",
        "wrong_character": "Dieses Passwort hat ein Zeichen, das sich nicht speichern lässt. Bitte wählen Sie ein "
        "anderes.",
        "wrong_common": "Viele benutzen dieses Passwort, darum wird es als erstes probiert. Bitte wählen Sie ein "
        "anderes.",
        "wrong_repeat": "Die beiden Passwörter sind nicht gleich. Bitte tippen Sie beide noch einmal.",
        "busy": "Gerade melden sich sehr viele an. Bitte versuchen Sie es in ein paar Sekunden noch einmal.",
    },
}
