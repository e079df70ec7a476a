<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>App</name>
    <message>
        <source>Closing this door …</source>
        <translation>Diese Tür wird geschlossen …</translation>
    </message>
    <message>
        <source>Fetching the guest list …</source>
        <translation>Die Gästeliste wird geholt …</translation>
    </message>
    <message>
        <source>Opening this laptop's files …</source>
        <translation>Die Dateien dieses Laptops werden geöffnet …</translation>
    </message>
</context>
<context>
    <name>AskPanel</name>
    <message>
        <source>Choices</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Put away (Esc)</source>
        <translation>Weglegen (Esc)</translation>
    </message>
</context>
<context>
    <name>CameraMenu</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Choose the camera</source>
        <translation>Kamera wählen</translation>
    </message>
    <message>
        <source>Mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>Picture size</source>
        <translation>Bildgröße</translation>
    </message>
</context>
<context>
    <name>DoorView</name>
    <message>
        <source>%1 (rehearsal)</source>
        <translation>%1 (Probe)</translation>
    </message>
    <message>
        <source>Del takes the marked scan back</source>
        <translation>Entf nimmt den markierten Scan zurück</translation>
    </message>
    <message>
        <source>Guest not in the list yet</source>
        <translation>Gast noch nicht in der Liste</translation>
    </message>
    <message>
        <source>Guest without a name</source>
        <translation>Gast ohne Namen</translation>
    </message>
    <message>
        <source>Hold the code inside the frame</source>
        <translation>Code in den Rahmen halten</translation>
    </message>
    <message>
        <source>Last scans</source>
        <translation>Letzte Scans</translation>
    </message>
    <message>
        <source>No guest known</source>
        <translation>Kein Gast bekannt</translation>
    </message>
    <message>
        <source>Nobody has been scanned yet.</source>
        <translation>Noch niemand wurde gescannt.</translation>
    </message>
</context>
<context>
    <name>EnrolForm</name>
    <message>
        <source>&amp;Code</source>
        <translation>&amp;Code</translation>
    </message>
    <message>
        <source>&amp;Pin</source>
        <translation>&amp;Pin</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Enrolment code</source>
        <translation>Anmeldecode</translation>
    </message>
    <message>
        <source>Hold the QR code of the enrolment before the camera. It is entered by itself.</source>
        <translation>Halten Sie den QR-Code der Anmeldung vor die Kamera. Er wird von selbst übernommen.</translation>
    </message>
    <message>
        <source>Paste the whole code instead</source>
        <translation>Stattdessen den ganzen Code einfügen</translation>
    </message>
    <message>
        <source>Server &amp;address</source>
        <translation>Server-&amp;Adresse</translation>
    </message>
    <message>
        <source>Stop the camera</source>
        <translation>Kamera anhalten</translation>
    </message>
    <message>
        <source>The organizer opens &lt;b&gt;Devices&lt;/b&gt; and shows an enrolment code. Hold its QR code before the camera, scan it with a hand scanner, or paste its text here.</source>
        <translation>Der Veranstalter öffnet &lt;b&gt;Geräte&lt;/b&gt; und zeigt einen Anmeldecode. Halten Sie dessen QR-Code vor die Kamera, scannen Sie ihn mit einem Handscanner, oder fügen Sie den Text hier ein.</translation>
    </message>
    <message>
        <source>Type address and code instead</source>
        <translation>Stattdessen Adresse und Code eintippen</translation>
    </message>
    <message>
        <source>Use the camera</source>
        <translation>Kamera benutzen</translation>
    </message>
    <message>
        <source>only if the organizer shows one</source>
        <translation>nur wenn der Veranstalter eine zeigt</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Colours and language</source>
        <translation>Farben und Sprache</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Full screen (F11)</source>
        <translation>Vollbild (F11)</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Language, from the next start</source>
        <translation>Sprache, ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Rehearsal: nothing counts (Ctrl+R)</source>
        <translation>Probe: nichts zählt (Strg+R)</translation>
    </message>
    <message>
        <source>Sound off (Ctrl+M)</source>
        <translation>Ton aus (Strg+M)</translation>
    </message>
    <message>
        <source>Sound on (Ctrl+M)</source>
        <translation>Ton an (Strg+M)</translation>
    </message>
    <message>
        <source>This door: %1. Change the place (Ctrl+L)</source>
        <translation>Diese Tür: %1. Ort wechseln (Strg+L)</translation>
    </message>
    <message>
        <source>Who works here: %1. Change (F4)</source>
        <translation>Hier arbeitet: %1. Wechseln (F4)</translation>
    </message>
    <message>
        <source>nobody signed in</source>
        <translation>niemand angemeldet</translation>
    </message>
    <message>
        <source>unreviewed</source>
        <translation>ungeprüft</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>EventReg door</source>
        <translation>EventReg Einlass</translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>Camera picture</source>
        <translation>Kamerabild</translation>
    </message>
</context>
<context>
    <name>PlaceForm</name>
    <message>
        <source>&amp;Gate</source>
        <translation>&amp;Eingang</translation>
    </message>
    <message>
        <source>&amp;List</source>
        <translation>&amp;Liste</translation>
    </message>
    <message>
        <source>Open the door</source>
        <translation>Tür öffnen</translation>
    </message>
</context>
<context>
    <name>PrintLog</name>
    <message>
        <source> Print again (Enter)</source>
        <translation> Noch einmal drucken (Enter)</translation>
    </message>
    <message>
        <source>Badges printed here</source>
        <translation>Hier gedruckte Ausweise</translation>
    </message>
    <message>
        <source>Last scans (Ctrl+J)</source>
        <translation>Letzte Scans (Strg+J)</translation>
    </message>
    <message>
        <source>No badge was printed yet.</source>
        <translation>Noch wurde kein Ausweis gedruckt.</translation>
    </message>
</context>
<context>
    <name>PrintPanel</name>
    <message>
        <source> Door list as PDF (Ctrl+Shift+D)</source>
        <translation> Türliste, PDF (Strg+Umsch+D)</translation>
    </message>
    <message>
        <source>A badge as it is printed</source>
        <translation>Ein Ausweis, wie er gedruckt wird</translation>
    </message>
    <message>
        <source>Badges and paper</source>
        <translation>Ausweise und Papier</translation>
    </message>
    <message>
        <source>By last word</source>
        <translation>Nach letztem Wort</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Colour of this ticket type</source>
        <translation>Farbe dieser Ticketart</translation>
    </message>
    <message>
        <source>Folder …</source>
        <translation>Ordner …</translation>
    </message>
    <message>
        <source>Logo</source>
        <translation>Logo</translation>
    </message>
    <message>
        <source>Logo …</source>
        <translation>Logo …</translation>
    </message>
    <message>
        <source>Looking for printers …</source>
        <translation>Drucker werden gesucht …</translation>
    </message>
    <message>
        <source>No printer chosen</source>
        <translation>Kein Drucker gewählt</translation>
    </message>
    <message>
        <source>Print by itself at the first admission</source>
        <translation>Beim ersten Einlass von selbst drucken</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>Drucker</translation>
    </message>
    <message>
        <source>Put away (Esc)</source>
        <translation>Weglegen (Esc)</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Ticket type</source>
        <translation>Ticketart</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>Alex Morgan</source>
        <translation>Alex Morgen</translation>
    </message>
    <message>
        <source>Folder for badges and door lists</source>
        <translation>Ordner für Ausweise und Türlisten</translation>
    </message>
    <message>
        <source>Logo on badges</source>
        <translation>Logo auf Ausweisen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.svg)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.svg)</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Arrow keys choose, Enter admits, Esc closes.</source>
        <translation>Pfeiltasten wählen, Enter lässt ein, Esc schließt.</translation>
    </message>
    <message>
        <source>Clear the search (Esc)</source>
        <translation>Suche leeren (Esc)</translation>
    </message>
    <message>
        <source>Guests can see this screen: show names only when few are meant (Ctrl+D)</source>
        <translation>Gäste sehen diesen Bildschirm: Namen erst zeigen, wenn wenige gemeint sind (Strg+D)</translation>
    </message>
    <message>
        <source>Name, e-mail, phone or short code</source>
        <translation>Name, E-Mail, Telefon oder Kurzcode</translation>
    </message>
    <message>
        <source>Search a guest (Ctrl+F). Arrow keys and Enter choose, Esc closes.</source>
        <translation>Einen Gast suchen (Strg+F). Pfeiltasten und Enter wählen, Esc schließt.</translation>
    </message>
    <message>
        <source>Search a guest by name, e-mail address, end of the phone number or short code</source>
        <translation>Einen Gast nach Name, E-Mail-Adresse, Ende der Telefonnummer oder Kurzcode suchen</translation>
    </message>
    <message>
        <source>Show names only when few guests are meant</source>
        <translation>Namen erst zeigen, wenn wenige Gäste gemeint sind</translation>
    </message>
    <message>
        <source>Tickets found</source>
        <translation>Gefundene Tickets</translation>
    </message>
</context>
<context>
    <name>SetupModel</name>
    <message>
        <source>Asking the server …</source>
        <translation>Der Server wird gefragt …</translation>
    </message>
    <message>
        <source>Choose where this laptop stands first, then scan tickets.</source>
        <translation>Wählen Sie zuerst, wo dieser Laptop steht; dann scannen Sie Tickets.</translation>
    </message>
    <message>
        <source>No pictures from the camera. Close other programs that use it, or paste the code instead.</source>
        <translation>Die Kamera gibt keine Bilder. Schließen Sie andere Programme, die sie benutzen, oder fügen Sie den Code ein.</translation>
    </message>
    <message>
        <source>The camera is starting.</source>
        <translation>Die Kamera startet.</translation>
    </message>
    <message>
        <source>This is a ticket, not an enrolment code. Hold up the code that the organizer shows under Devices.</source>
        <translation>Das ist ein Ticket, kein Anmeldecode. Halten Sie den Code hoch, den der Veranstalter unter Geräte zeigt.</translation>
    </message>
    <message>
        <source>This is another code. Hold up the enrolment code that the organizer shows under Devices.</source>
        <translation>Das ist ein anderer Code. Halten Sie den Anmeldecode hoch, den der Veranstalter unter Geräte zeigt.</translation>
    </message>
    <message>
        <source>Type the server's address and the code. The organizer has both.</source>
        <translation>Tippen Sie die Adresse des Servers und den Code ein. Der Veranstalter hat beides.</translation>
    </message>
</context>
<context>
    <name>SetupView</name>
    <message>
        <source>At work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Set up this door</source>
        <translation>Diese Tür einrichten</translation>
    </message>
    <message>
        <source>Where does this laptop stand?</source>
        <translation>Wo steht dieser Laptop?</translation>
    </message>
</context>
<context>
    <name>Shift</name>
    <message>
        <source>The video is over. Choose a camera, or the video again.</source>
        <translation>Das Video ist zu Ende. Wählen Sie eine Kamera oder noch einmal das Video.</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>All parts (F12)</source>
        <translation>Alle Teile (F12)</translation>
    </message>
    <message>
        <source>What to do (F12)</source>
        <translation>Was tun? (F12)</translation>
    </message>
</context>
<context>
    <name>TallyCard</name>
    <message>
        <source>expected</source>
        <translation>erwartet</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>drinnen</translation>
    </message>
    <message>
        <source>this door</source>
        <translation>diese Tür</translation>
    </message>
</context>
<context>
    <name>advice</name>
    <message>
        <source>Altered, copied badly, or newer than what this laptop knows. Search for the guest by name.</source>
        <translation>Verändert, schlecht kopiert oder neuer, als dieser Laptop weiß. Suchen Sie den Gast nach Namen.</translation>
    </message>
    <message>
        <source>Ask for payment before you let them in.</source>
        <translation>Lassen Sie erst bezahlen, dann ein.</translation>
    </message>
    <message>
        <source>Ask for payment, or for a proof of it, before you let them in.</source>
        <translation>Lassen Sie bezahlen oder sich die Zahlung zeigen, bevor Sie einlassen.</translation>
    </message>
    <message>
        <source>Ask for the QR code of the ticket, or search for the guest by name.</source>
        <translation>Bitten Sie um den QR-Code des Tickets, oder suchen Sie den Gast nach Namen.</translation>
    </message>
    <message>
        <source>Ask for the ticket of this event; the guest may have several.</source>
        <translation>Bitten Sie um das Ticket dieser Veranstaltung; vielleicht hat der Gast mehrere.</translation>
    </message>
    <message>
        <source>Do not let them in. Call a supervisor.</source>
        <translation>Nicht einlassen. Rufen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>Genuine, but not in the list. Wait a moment and scan again, or ask a supervisor.</source>
        <translation>Echt, aber nicht in der Liste. Warten Sie kurz und scannen Sie noch einmal, oder fragen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>No exit was scanned since. Ask a supervisor.</source>
        <translation>Seitdem wurde kein Ausgang gescannt. Fragen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>One entry per day. Ask a supervisor.</source>
        <translation>Ein Einlass pro Tag. Fragen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>One entry per ticket. Ask for another ticket, or call a supervisor.</source>
        <translation>Ein Einlass pro Ticket. Bitten Sie um ein anderes Ticket, oder rufen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>Search for the guest by name, or send them to the help desk.</source>
        <translation>Suchen Sie den Gast nach Namen, oder schicken Sie ihn zum Info-Schalter.</translation>
    </message>
    <message>
        <source>The doors are not open yet for this ticket. Ask the guest to come back.</source>
        <translation>Für dieses Ticket ist noch nicht geöffnet. Bitten Sie den Gast, später zu kommen.</translation>
    </message>
    <message>
        <source>The guest has a newer ticket: ask for it, or search by name.</source>
        <translation>Der Gast hat ein neueres Ticket: bitten Sie darum, oder suchen Sie nach Namen.</translation>
    </message>
    <message>
        <source>The registration was cancelled. Send the guest to the help desk.</source>
        <translation>Die Anmeldung wurde storniert. Schicken Sie den Gast zum Info-Schalter.</translation>
    </message>
    <message>
        <source>These tickets were withdrawn. Search for the guest by name.</source>
        <translation>Diese Tickets wurden zurückgezogen. Suchen Sie den Gast nach Namen.</translation>
    </message>
    <message>
        <source>This ticket enters at another door. Show the guest the way.</source>
        <translation>Dieses Ticket gilt an einer anderen Tür. Zeigen Sie dem Gast den Weg.</translation>
    </message>
    <message>
        <source>This ticket's time is over. Ask a supervisor.</source>
        <translation>Die Zeit dieses Tickets ist vorbei. Fragen Sie die Aufsicht.</translation>
    </message>
</context>
<context>
    <name>ask</name>
    <message>
        <source>A PIN has 4 to 12 digits, not all the same.</source>
        <translation>Eine PIN hat 4 bis 12 Ziffern, nicht alle gleich.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add a supervisor</source>
        <translation>Aufsicht hinzufügen</translation>
    </message>
    <message>
        <source>Add as supervisor</source>
        <translation>Als Aufsicht hinzufügen</translation>
    </message>
    <message>
        <source>Add somebody</source>
        <translation>Jemanden hinzufügen</translation>
    </message>
    <message>
        <source>Add somebody …</source>
        <translation>Jemanden hinzufügen …</translation>
    </message>
    <message>
        <source>Admit those who are ticked</source>
        <translation>Angekreuzte einlassen</translation>
    </message>
    <message>
        <source>Amount, for example 15.00</source>
        <translation>Betrag, zum Beispiel 15,00</translation>
    </message>
    <message>
        <source>Begin a rehearsal?</source>
        <translation>Eine Probe beginnen?</translation>
    </message>
    <message>
        <source>Begin the rehearsal</source>
        <translation>Probe beginnen</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>Bar</translation>
    </message>
    <message>
        <source>Choose who you are.</source>
        <translation>Wählen Sie, wer Sie sind.</translation>
    </message>
    <message>
        <source>Companion without a name</source>
        <translation>Begleitung ohne Namen</translation>
    </message>
    <message>
        <source>Currency, for example EUR</source>
        <translation>Währung, zum Beispiel EUR</translation>
    </message>
    <message>
        <source>Everything works as it will, and nothing counts. Ctrl+R ends it.</source>
        <translation>Alles geht, wie es gehen wird, und nichts zählt. Strg+R beendet sie.</translation>
    </message>
    <message>
        <source>Give a name that nobody else here has.</source>
        <translation>Geben Sie einen Namen ein, den hier sonst niemand hat.</translation>
    </message>
    <message>
        <source>Give an amount such as 15.00, and a currency such as EUR.</source>
        <translation>Geben Sie einen Betrag wie 15,00 und eine Währung wie EUR ein.</translation>
    </message>
    <message>
        <source>It is older than 15 minutes: ask a supervisor.</source>
        <translation>Es ist älter als 15 Minuten: fragen Sie die Aufsicht.</translation>
    </message>
    <message>
        <source>It is undone already.</source>
        <translation>Es ist schon zurückgenommen.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Stehen lassen</translation>
    </message>
    <message>
        <source>Let in</source>
        <translation>Einlassen</translation>
    </message>
    <message>
        <source>Let in all the same</source>
        <translation>Trotzdem einlassen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>No supervisor is known on this laptop</source>
        <translation>Auf diesem Laptop ist keine Aufsicht bekannt</translation>
    </message>
    <message>
        <source>Nobody of them waits to be let in.</source>
        <translation>Niemand von ihnen wartet auf Einlass.</translation>
    </message>
    <message>
        <source>Older than 15 minutes: a supervisor may undo it</source>
        <translation>Älter als 15 Minuten: die Aufsicht darf es zurücknehmen</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Paid at the door</source>
        <translation>An der Tür bezahlt</translation>
    </message>
    <message>
        <source>Paid, let in</source>
        <translation>Bezahlt, einlassen</translation>
    </message>
    <message>
        <source>Party of %1</source>
        <translation>Gruppe von %1</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Say why, in a few words.</source>
        <translation>Sagen Sie in wenigen Worten, warum.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>Aufsicht</translation>
    </message>
    <message>
        <source>The first one is a supervisor, who may allow exceptions and add others.</source>
        <translation>Die erste Person ist die Aufsicht: sie darf Ausnahmen erlauben und andere hinzufügen.</translation>
    </message>
    <message>
        <source>The supervisor's PIN</source>
        <translation>PIN der Aufsicht</translation>
    </message>
    <message>
        <source>Their new PIN, 4 to 12 digits</source>
        <translation>Neue PIN, 4 bis 12 Ziffern</translation>
    </message>
    <message>
        <source>This PIN is wrong. Try again.</source>
        <translation>Diese PIN ist falsch. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>This laptop did not record it. Undo it where it was scanned.</source>
        <translation>Dieser Laptop hat es nicht erfasst. Nehmen Sie es dort zurück, wo gescannt wurde.</translation>
    </message>
    <message>
        <source>Tick at least one.</source>
        <translation>Kreuzen Sie mindestens eine Person an.</translation>
    </message>
    <message>
        <source>Too many wrong PINs. Try again in %1 seconds.</source>
        <translation>Zu viele falsche PINs. Versuchen Sie es in %1 Sekunden noch einmal.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Undo this?</source>
        <translation>Das zurücknehmen?</translation>
    </message>
    <message>
        <source>Who works at this door?</source>
        <translation>Wer arbeitet an dieser Tür?</translation>
    </message>
</context>
<context>
    <name>camera</name>
    <message>
        <source>No camera. Use a scanner, or type a name or short code.</source>
        <translation>Keine Kamera. Benutzen Sie einen Scanner, oder tippen Sie Namen oder Kurzcode.</translation>
    </message>
    <message>
        <source>The camera is gone. Check its cable. Scanners and names work on.</source>
        <translation>Die Kamera ist weg. Prüfen Sie ihr Kabel. Scanner und Namen gehen weiter.</translation>
    </message>
    <message>
        <source>The camera is starting.</source>
        <translation>Die Kamera startet.</translation>
    </message>
</context>
<context>
    <name>candidate</name>
    <message>
        <source>blocked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>storniert</translation>
    </message>
    <message>
        <source>in since %1</source>
        <translation>drin seit %1</translation>
    </message>
    <message>
        <source>not in yet</source>
        <translation>noch nicht drin</translation>
    </message>
    <message>
        <source>not paid</source>
        <translation>nicht bezahlt</translation>
    </message>
    <message>
        <source>replaced</source>
        <translation>ersetzt</translation>
    </message>
</context>
<context>
    <name>headline</name>
    <message>
        <source>Already in today</source>
        <translation>Heute schon drin</translation>
    </message>
    <message>
        <source>Already inside</source>
        <translation>Schon drinnen</translation>
    </message>
    <message>
        <source>Already used</source>
        <translation>Schon benutzt</translation>
    </message>
    <message>
        <source>Already used %1</source>
        <translation>Schon benutzt um %1</translation>
    </message>
    <message>
        <source>Already used %1 at %2</source>
        <translation>Schon benutzt um %1, %2</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Storniert</translation>
    </message>
    <message>
        <source>Inside since %1</source>
        <translation>Drinnen seit %1</translation>
    </message>
    <message>
        <source>Inside since %1, %2</source>
        <translation>Drinnen seit %1, %2</translation>
    </message>
    <message>
        <source>No longer accepted</source>
        <translation>Gilt nicht mehr</translation>
    </message>
    <message>
        <source>Not for this door</source>
        <translation>Nicht für diese Tür</translation>
    </message>
    <message>
        <source>Not genuine</source>
        <translation>Nicht echt</translation>
    </message>
    <message>
        <source>Not in the guest list</source>
        <translation>Nicht in der Gästeliste</translation>
    </message>
    <message>
        <source>Not one of our tickets</source>
        <translation>Keins unserer Tickets</translation>
    </message>
    <message>
        <source>Not paid yet</source>
        <translation>Noch nicht bezahlt</translation>
    </message>
    <message>
        <source>Payment not known</source>
        <translation>Zahlung unbekannt</translation>
    </message>
    <message>
        <source>Replaced or withdrawn</source>
        <translation>Ersetzt oder zurückgezogen</translation>
    </message>
    <message>
        <source>Ticket of another event</source>
        <translation>Andere Veranstaltung</translation>
    </message>
    <message>
        <source>Too early</source>
        <translation>Zu früh</translation>
    </message>
    <message>
        <source>Too late</source>
        <translation>Zu spät</translation>
    </message>
    <message>
        <source>Unknown ticket</source>
        <translation>Unbekanntes Ticket</translation>
    </message>
</context>
<context>
    <name>health</name>
    <message>
        <source>%1 more to look at</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>All is well</source>
        <translation>Alles in Ordnung</translation>
    </message>
    <message>
        <source>Check its cable, or choose another under Camera; scanners and names work on.</source>
        <translation>Kabel prüfen oder unter Kamera eine andere wählen; Scanner und Namen gehen weiter.</translation>
    </message>
    <message>
        <source>Check paper and cable; entry goes on without a badge.</source>
        <translation>Papier und Kabel prüfen; der Einlass geht ohne Namensschild weiter.</translation>
    </message>
    <message>
        <source>Choose one under Camera, or use a hand scanner.</source>
        <translation>Unter Kamera eine wählen oder einen Handscanner benutzen.</translation>
    </message>
    <message>
        <source>Delete files or empty the bin; what was scanned is safe.</source>
        <translation>Dateien löschen oder den Papierkorb leeren; was gescannt wurde, ist sicher.</translation>
    </message>
    <message>
        <source>Do not close the program tonight; afterwards the laptop enrols again.</source>
        <translation>Das Programm heute nicht schließen; danach meldet sich der Laptop neu an.</translation>
    </message>
    <message>
        <source>Do not switch off before they are sent.</source>
        <translation>Nicht ausschalten, bevor sie gesendet sind.</translation>
    </message>
    <message>
        <source>Newer tickets are let in by their signature, with a note.</source>
        <translation>Neuere Tickets gelten durch ihre Unterschrift, mit einem Hinweis.</translation>
    </message>
    <message>
        <source>No trouble with printing</source>
        <translation>Kein Ärger beim Drucken</translation>
    </message>
    <message>
        <source>Plug in a loudspeaker, or turn it up; it is tried again by itself.</source>
        <translation>Lautsprecher anschließen oder lauter stellen; es wird von selbst wieder versucht.</translation>
    </message>
    <message>
        <source>Room on the disk</source>
        <translation>Platz auf der Festplatte</translation>
    </message>
    <message>
        <source>Scan on. Check Wi-Fi or cable; what waits is sent by itself.</source>
        <translation>Weiter scannen. WLAN oder Kabel prüfen; was wartet, wird von selbst gesendet.</translation>
    </message>
    <message>
        <source>Set the clock in the system's settings; every scan keeps its order.</source>
        <translation>Uhr in den Systemeinstellungen stellen; alle Scans behalten ihre Reihenfolge.</translation>
    </message>
    <message>
        <source>Sign-in is kept in the keyring</source>
        <translation>Anmeldung liegt im Schlüsselbund</translation>
    </message>
    <message>
        <source>Sound plays</source>
        <translation>Ton ist an</translation>
    </message>
    <message>
        <source>What is wrong, and how to mend it</source>
        <translation>Was nicht stimmt und wie man es behebt</translation>
    </message>
</context>
<context>
    <name>hint</name>
    <message>
        <source>Closer, please</source>
        <translation>Bitte näher</translation>
    </message>
    <message>
        <source>Hold it still</source>
        <translation>Still halten</translation>
    </message>
    <message>
        <source>Tilt it away from the light</source>
        <translation>Vom Licht wegdrehen</translation>
    </message>
</context>
<context>
    <name>kind</name>
    <message>
        <source>Entry</source>
        <translation>Einlass</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Ausgang</translation>
    </message>
</context>
<context>
    <name>note</name>
    <message>
        <source>Genuine ticket, newer than the guest list on this laptop. No name to show.</source>
        <translation>Echtes Ticket, neuer als die Gästeliste dieses Laptops. Kein Name bekannt.</translation>
    </message>
    <message>
        <source>Let in on a supervisor's word.</source>
        <translation>Auf Wort der Aufsicht eingelassen.</translation>
    </message>
    <message>
        <source>Look: %1</source>
        <translation>Achtung: %1</translation>
    </message>
    <message>
        <source>Look: no entry was scanned</source>
        <translation>Achtung: kein Einlass gescannt</translation>
    </message>
    <message>
        <source>Look: not in the list yet</source>
        <translation>Achtung: noch nicht in der Liste</translation>
    </message>
    <message>
        <source>Shown %1 times.</source>
        <translation>%1-mal gezeigt.</translation>
    </message>
    <message>
        <source>The exit is kept. Nobody scanned this ticket on its way in.</source>
        <translation>Der Ausgang ist erfasst. Beim Einlass hat niemand dieses Ticket gescannt.</translation>
    </message>
    <message>
        <source>Whoever leaves may pass; the exit is kept.</source>
        <translation>Wer geht, darf durch; der Ausgang ist erfasst.</translation>
    </message>
</context>
<context>
    <name>notice</name>
    <message>
        <source>Another program holds the door's files. Close it, then scan again.</source>
        <translation>Ein anderes Programm hält die Dateien der Tür. Schließen Sie es, dann scannen Sie noch einmal.</translation>
    </message>
    <message>
        <source>No keyring on this computer: sign-in is kept in memory until you close the program.</source>
        <translation>Kein Schlüsselbund auf diesem Computer: die Anmeldung gilt, bis Sie das Programm schließen.</translation>
    </message>
    <message>
        <source>No sound on this computer: watch the colour and the word.</source>
        <translation>Kein Ton auf diesem Computer: achten Sie auf Farbe und Wort.</translation>
    </message>
    <message>
        <source>The disk is full. Free some space now: soon no scan can be kept.</source>
        <translation>Die Festplatte ist voll. Schaffen Sie jetzt Platz: bald kann kein Scan mehr gesichert werden.</translation>
    </message>
    <message>
        <source>The disk is nearly full. Free some space now: soon no scan can be kept.</source>
        <translation>Die Festplatte ist fast voll. Schaffen Sie jetzt Platz: bald kann kein Scan mehr gesichert werden.</translation>
    </message>
</context>
<context>
    <name>offer</name>
    <message>
        <source>Let in all the same (F6)</source>
        <translation>Trotzdem einlassen (F6)</translation>
    </message>
    <message>
        <source>Paid at the door (F7)</source>
        <translation>An der Tür bezahlt (F7)</translation>
    </message>
    <message>
        <source>Party of %1 (F9)</source>
        <translation>Gruppe von %1 (F9)</translation>
    </message>
    <message>
        <source>Undo %1 (F8)</source>
        <translation>Zurück: %1 (F8)</translation>
    </message>
</context>
<context>
    <name>operator</name>
    <message>
        <source>REHEARSAL · nothing counts · Ctrl+R ends it</source>
        <translation>PROBE · nichts zählt · Strg+R beendet sie</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
</context>
<context>
    <name>paper</name>
    <message>
        <source>Guest list of %1</source>
        <translation>Gästeliste von %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
    <message>
        <source>Printed %1</source>
        <translation>Gedruckt %1</translation>
    </message>
    <message>
        <source>Short code</source>
        <translation>Kurzcode</translation>
    </message>
    <message>
        <source>The guest list was not complete on this laptop</source>
        <translation>Die Gästeliste war auf diesem Laptop nicht vollständig</translation>
    </message>
    <message>
        <source>Ticket</source>
        <translation>Ticket</translation>
    </message>
    <message>
        <source>Tickets: %1</source>
        <translation>Tickets: %1</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>da %1</translation>
    </message>
    <message>
        <source>to pay</source>
        <translation>zahlt noch</translation>
    </message>
</context>
<context>
    <name>print</name>
    <message>
        <source>A6</source>
        <translation>A6</translation>
    </message>
    <message>
        <source>Badge (Ctrl+P)</source>
        <translation>Ausweis (Strg+P)</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Brown</source>
        <translation>Braun</translation>
    </message>
    <message>
        <source>Card 86 × 54</source>
        <translation>Karte 86 × 54</translation>
    </message>
    <message>
        <source>Choose why.</source>
        <translation>Wählen, warum.</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>Guest without a name</source>
        <translation>Gast ohne Namen</translation>
    </message>
    <message>
        <source>Label roll 62</source>
        <translation>Etikettenrolle 62</translation>
    </message>
    <message>
        <source>PDF files in a folder</source>
        <translation>PDF-Dateien in einem Ordner</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
    <message>
        <source>Pages: %1, in %2</source>
        <translation>Seiten: %1, in %2</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>Rosa</translation>
    </message>
    <message>
        <source>Print again</source>
        <translation>Noch einmal drucken</translation>
    </message>
    <message>
        <source>Reading the guest list …</source>
        <translation>Die Gästeliste wird gelesen …</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>Petrol</translation>
    </message>
    <message>
        <source>This badge was printed before. Why again?</source>
        <translation>Dieser Ausweis wurde schon gedruckt. Warum noch einmal?</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>Violett</translation>
    </message>
    <message>
        <source>by itself</source>
        <translation>von selbst</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>in a file</source>
        <translation>in einer Datei</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>name or type was wrong</source>
        <translation>Name oder Art war falsch</translation>
    </message>
    <message>
        <source>never came out</source>
        <translation>kam nie heraus</translation>
    </message>
    <message>
        <source>not printed</source>
        <translation>nicht gedruckt</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>rehearsal</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>sent to the printer</source>
        <translation>beim Drucker</translation>
    </message>
    <message>
        <source>unknown: look at the printer</source>
        <translation>ungewiss: am Drucker nachsehen</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
</context>
<context>
    <name>problem</name>
    <message>
        <source>A badge was on its way when the program ended. Look at the printer, then at the log (Ctrl+J).</source>
        <translation>Ein Ausweis war unterwegs, als das Programm endete. Am Drucker nachsehen, dann im Druckprotokoll (Strg+J).</translation>
    </message>
    <message>
        <source>A file of this door is damaged. Close the program and start it again: scans that can be read are kept.</source>
        <translation>Eine Datei dieser Tür ist beschädigt. Schließen Sie das Programm und starten Sie es neu: lesbare Scans bleiben erhalten.</translation>
    </message>
    <message>
        <source>A newer version of this program wrote these files. Install that version again.</source>
        <translation>Eine neuere Version dieses Programms hat diese Dateien geschrieben. Installieren Sie wieder jene Version.</translation>
    </message>
    <message>
        <source>Another computer answers at the server's address. Check the network, or ask for a new enrolment code.</source>
        <translation>Unter der Adresse des Servers antwortet ein anderer Computer. Prüfen Sie das Netz, oder bitten Sie um einen neuen Anmeldecode.</translation>
    </message>
    <message>
        <source>Another program holds this door's files. Close it, then scan again.</source>
        <translation>Ein anderes Programm hält die Dateien dieser Tür. Schließen Sie es, dann scannen Sie noch einmal.</translation>
    </message>
    <message>
        <source>EventReg already runs on this laptop. Use the window that is open.</source>
        <translation>EventReg läuft schon auf diesem Laptop. Benutzen Sie das offene Fenster.</translation>
    </message>
    <message>
        <source>No printer is chosen. Choose one with Ctrl+Shift+P.</source>
        <translation>Kein Drucker ist gewählt. Mit Strg+Umschalt+P einen wählen.</translation>
    </message>
    <message>
        <source>The disk is full: this scan was not kept. Free some space, then scan again.</source>
        <translation>Die Festplatte ist voll: dieser Scan wurde nicht gesichert. Schaffen Sie Platz, dann scannen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The disk refuses this door's files. Check the disk and the folder's permissions, then scan again.</source>
        <translation>Die Festplatte verweigert die Dateien dieser Tür. Prüfen Sie sie und die Rechte des Ordners, dann scannen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The door list was not made.</source>
        <translation>Die Türliste wurde nicht erstellt.</translation>
    </message>
    <message>
        <source>The file cannot be written there. Choose another folder.</source>
        <translation>Die Datei kann dort nicht geschrieben werden. Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>The file of scans was damaged. It was kept aside and a new one begun: show this laptop to the organizer.</source>
        <translation>Die Datei der Scans war beschädigt. Sie wurde aufgehoben und eine neue begonnen: zeigen Sie diesen Laptop dem Veranstalter.</translation>
    </message>
    <message>
        <source>The folder for badges cannot be written to. Choose another with Ctrl+Shift+P.</source>
        <translation>In den Ordner für Ausweise kann nicht geschrieben werden. Mit Strg+Umschalt+P einen anderen wählen.</translation>
    </message>
    <message>
        <source>The guest list could not be read and is fetched again from the server.</source>
        <translation>Die Gästeliste war nicht lesbar und wird neu vom Server geholt.</translation>
    </message>
    <message>
        <source>The print log cannot be written, so nothing is printed. Free space on the disk.</source>
        <translation>Das Druckprotokoll kann nicht geschrieben werden, also wird nichts gedruckt. Auf der Platte Platz schaffen.</translation>
    </message>
    <message>
        <source>The printer did not take the badge. Check cable and paper, print it again.</source>
        <translation>Der Drucker hat den Ausweis nicht angenommen. Kabel und Papier prüfen, noch einmal drucken.</translation>
    </message>
    <message>
        <source>The printer has stopped. What was sent comes out when it is ready: do not print it again.</source>
        <translation>Der Drucker steht. Was gesendet ist, kommt heraus, wenn er bereit ist: nicht noch einmal drucken.</translation>
    </message>
    <message>
        <source>The printer is not there. Check cable and power, or choose another with Ctrl+Shift+P.</source>
        <translation>Der Drucker ist nicht da. Kabel und Strom prüfen oder mit Strg+Umschalt+P einen anderen wählen.</translation>
    </message>
    <message>
        <source>The program made a mistake with the door list. Try once more; if it happens again, send us the log.</source>
        <translation>Das Programm hat bei der Türliste einen Fehler gemacht. Noch einmal versuchen; geschieht es wieder, das Protokoll schicken.</translation>
    </message>
    <message>
        <source>The program made a mistake with the server. Scan on: nothing is lost. If this stays, send us the log.</source>
        <translation>Das Programm hat mit dem Server einen Fehler gemacht. Scannen Sie weiter: nichts geht verloren. Wenn es bleibt, schicken Sie uns das Protokoll.</translation>
    </message>
    <message>
        <source>The program made a mistake with this badge. Look at the print log (Ctrl+J).</source>
        <translation>Das Programm hat bei diesem Ausweis einen Fehler gemacht. Im Druckprotokoll nachsehen (Strg+J).</translation>
    </message>
    <message>
        <source>The program made a mistake with this scan. Scan again, or choose the guest by name.</source>
        <translation>Das Programm hat bei diesem Scan einen Fehler gemacht. Scannen Sie noch einmal, oder wählen Sie den Gast nach Namen.</translation>
    </message>
    <message>
        <source>The program made a mistake with this search. Scan on, or ask for the short code.</source>
        <translation>Das Programm hat bei dieser Suche einen Fehler gemacht. Scannen Sie weiter, oder fragen Sie nach dem Kurzcode.</translation>
    </message>
    <message>
        <source>The program made a mistake. Try once more; if it happens again, send us the log.</source>
        <translation>Das Programm hat einen Fehler gemacht. Versuchen Sie es noch einmal; wenn es wieder geschieht, schicken Sie uns das Protokoll.</translation>
    </message>
    <message>
        <source>The server does not answer. Check the network, then enrol again with the same code.</source>
        <translation>Der Server antwortet nicht. Prüfen Sie das Netz, dann melden Sie mit demselben Code noch einmal an.</translation>
    </message>
    <message>
        <source>The server does not answer. Scan on: nothing is lost, and all is sent when it is back.</source>
        <translation>Der Server antwortet nicht. Scannen Sie weiter: nichts geht verloren, alles wird später gesendet.</translation>
    </message>
    <message>
        <source>The server's answer is not for this laptop. Ask the organizer for a new enrolment code.</source>
        <translation>Die Antwort des Servers gilt nicht diesem Laptop. Bitten Sie den Veranstalter um einen neuen Anmeldecode.</translation>
    </message>
    <message>
        <source>This laptop does not know this door's list yet. Connect to the server once, or choose another.</source>
        <translation>Dieser Laptop kennt die Liste dieser Tür noch nicht. Verbinden Sie ihn einmal mit dem Server, oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>This laptop has no such check-in list. Sync it with the server, then again.</source>
        <translation>Dieser Laptop hat keine solche Einlassliste. Mit dem Server abgleichen, dann noch einmal.</translation>
    </message>
    <message>
        <source>Two scanners typed at once. Scan both tickets again, one after the other.</source>
        <translation>Zwei Scanner haben gleichzeitig getippt. Scannen Sie beide Tickets noch einmal, nacheinander.</translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <source>Admitted</source>
        <translation>Eingelassen</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Zurückgenommen</translation>
    </message>
</context>
<context>
    <name>search</name>
    <message>
        <source>Many are called so; these are the first. Type more of the name.</source>
        <translation>Viele heißen so; das sind die ersten. Tippen Sie mehr vom Namen.</translation>
    </message>
    <message>
        <source>Nobody found. Try a part of the name, the short code, or the e-mail address.</source>
        <translation>Niemand gefunden. Versuchen Sie einen Teil des Namens, den Kurzcode oder die E-Mail-Adresse.</translation>
    </message>
    <message>
        <source>Nobody is called exactly so. These names are alike:</source>
        <translation>Niemand heißt genau so. Diese Namen sind ähnlich:</translation>
    </message>
    <message>
        <source>Type more of the name. Guests are shown when only a few are meant.</source>
        <translation>Tippen Sie mehr vom Namen. Gäste werden gezeigt, wenn nur wenige gemeint sind.</translation>
    </message>
    <message>
        <source>similar name</source>
        <translation>ähnlicher Name</translation>
    </message>
</context>
<context>
    <name>status</name>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 scans wait to be sent</source>
        <translation>%1 Scans warten aufs Senden</translation>
    </message>
    <message>
        <source>%1 scans were set aside by the server: tell the organizer.</source>
        <translation>%1 Scans hat der Server beiseitegelegt: sagen Sie es dem Veranstalter.</translation>
    </message>
    <message>
        <source>%1 unsent</source>
        <translation>%1 ungesendet</translation>
    </message>
    <message>
        <source>1 scan waits to be sent</source>
        <translation>1 Scan wartet aufs Senden</translation>
    </message>
    <message>
        <source>All is well</source>
        <translation>Alles in Ordnung</translation>
    </message>
    <message>
        <source>All scans sent</source>
        <translation>Alle Scans gesendet</translation>
    </message>
    <message>
        <source>Camera lost</source>
        <translation>Kamera weg</translation>
    </message>
    <message>
        <source>Camera on</source>
        <translation>Kamera an</translation>
    </message>
    <message>
        <source>Camera starting</source>
        <translation>Kamera startet</translation>
    </message>
    <message>
        <source>Fetching the guest list: %1 tickets so far. You may scan already.</source>
        <translation>Die Gästeliste kommt: %1 Tickets bisher. Sie dürfen schon scannen.</translation>
    </message>
    <message>
        <source>Looking for the server. You may scan already.</source>
        <translation>Der Server wird gesucht. Sie dürfen schon scannen.</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Keine Kamera</translation>
    </message>
    <message>
        <source>No names: three days without the server. Tickets scan on; names come back with it.</source>
        <translation>Keine Namen: drei Tage ohne Server. Tickets scannen weiter; mit ihm kommen die Namen zurück.</translation>
    </message>
    <message>
        <source>The clock agrees with the server</source>
        <translation>Die Uhr geht wie die des Servers</translation>
    </message>
    <message>
        <source>The guest list is being compared</source>
        <translation>Die Gästeliste wird verglichen</translation>
    </message>
    <message>
        <source>The guest list is fresh</source>
        <translation>Die Gästeliste ist frisch</translation>
    </message>
    <message>
        <source>The guest list is not complete yet</source>
        <translation>Die Gästeliste ist noch nicht vollständig</translation>
    </message>
    <message>
        <source>The server does not accept this laptop. Scan on, and call the organizer.</source>
        <translation>Der Server nimmt diesen Laptop nicht an. Scannen Sie weiter, und rufen Sie den Veranstalter.</translation>
    </message>
    <message>
        <source>This computer's clock is wrong</source>
        <translation>Die Uhr dieses Computers geht falsch</translation>
    </message>
    <message>
        <source>This computer's clock is wrong. Set it right; scans are kept meanwhile.</source>
        <translation>Die Uhr dieses Computers geht falsch. Stellen Sie sie; Scans werden solange aufbewahrt.</translation>
    </message>
    <message>
        <source>This computer's clock was set by %1. Scans keep their order; set it right.</source>
        <translation>Die Uhr dieses Computers wurde um %1 verstellt. Scans behalten ihre Reihenfolge; stellen Sie sie richtig.</translation>
    </message>
    <message>
        <source>This computer's clock was set meanwhile</source>
        <translation>Die Uhr dieses Computers wurde verstellt</translation>
    </message>
    <message>
        <source>This program is too old for the server. Scan on, and update it after the shift.</source>
        <translation>Dieses Programm ist zu alt für den Server. Scannen Sie weiter, und erneuern Sie es nach der Schicht.</translation>
    </message>
    <message>
        <source>Working offline: %1</source>
        <translation>Ohne Netz: %1</translation>
    </message>
    <message>
        <source>guest list %1 h old</source>
        <translation>Gästeliste %1 h alt</translation>
    </message>
    <message>
        <source>guest list %1 min old</source>
        <translation>Gästeliste %1 min alt</translation>
    </message>
    <message>
        <source>scanning goes on</source>
        <translation>Scannen geht weiter</translation>
    </message>
</context>
<context>
    <name>tally</name>
    <message>
        <source>%1 a minute</source>
        <translation>%1 pro Minute</translation>
    </message>
    <message>
        <source>%1 inside, %2 expected, %3 at this door, %4</source>
        <translation>%1 drinnen, %2 erwartet, %3 an dieser Tür, %4</translation>
    </message>
</context>
<context>
    <name>verdict</name>
    <message>
        <source>%1 ADMITTED</source>
        <translation>%1 EINGELASSEN</translation>
    </message>
    <message>
        <source>%1 OF %2 ADMITTED</source>
        <translation>%1 VON %2 EINGELASSEN</translation>
    </message>
    <message>
        <source>%1 OF %2 OUT</source>
        <translation>%1 VON %2 HINAUS</translation>
    </message>
    <message>
        <source>%1 OUT</source>
        <translation>%1 HINAUS</translation>
    </message>
    <message>
        <source>ADMITTED</source>
        <translation>EINLASS</translation>
    </message>
    <message>
        <source>ASK FOR PAYMENT</source>
        <translation>ERST BEZAHLEN</translation>
    </message>
    <message>
        <source>Counting exits: hold a ticket in front of the camera</source>
        <translation>Ausgang wird gezählt: Ticket vor die Kamera halten</translation>
    </message>
    <message>
        <source>EXIT</source>
        <translation>AUSGANG</translation>
    </message>
    <message>
        <source>Hold a ticket in front of the camera</source>
        <translation>Ticket vor die Kamera halten</translation>
    </message>
    <message>
        <source>READY</source>
        <translation>BEREIT</translation>
    </message>
    <message>
        <source>SCAN AGAIN</source>
        <translation>NOCH EINMAL</translation>
    </message>
    <message>
        <source>STOP</source>
        <translation>HALT</translation>
    </message>
    <message>
        <source>This scan was not kept</source>
        <translation>Dieser Scan wurde nicht gesichert</translation>
    </message>
    <message>
        <source>Use a hand scanner, or type a name</source>
        <translation>Handscanner benutzen oder Namen tippen</translation>
    </message>
</context>
<context>
    <name>ConflictsPage</name>
    <message>
        <source>Conflicts</source>
        <translation>Konflikte</translation>
    </message>
    <message>
        <source>How many are settled</source>
        <translation>Wie viele entschieden sind</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mehr zeigen</translation>
    </message>
    <message>
        <source>Stop  (Esc)</source>
        <translation>Anhalten  (Esc)</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} von {}</translation>
    </message>
    <message>
        <source>{}: {} of {} settled as proposed</source>
        <translation>{}: {} von {} wie vorgeschlagen entschieden</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source> Accept as told  (A)</source>
        <translation> So gelten lassen  (A)</translation>
    </message>
    <message>
        <source> Annul what is too much  (N)</source>
        <translation> Zu viel Gezähltes streichen  (N)</translation>
    </message>
    <message>
        <source> Open again  (O)</source>
        <translation> Wieder öffnen  (O)</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
</context>
<context>
    <name>Everything</name>
    <message>
        <source> Keep the proof as PDF  (Ctrl+P)</source>
        <translation> Nachweis als PDF sichern  (Strg+P)</translation>
    </message>
    <message>
        <source>A laptop numbers whatever it does. Compare its last number here with the one on its own screen: what it did afterwards, and has not sent, nobody here can know.</source>
        <translation>Ein Laptop nummeriert, was er tut. Vergleichen Sie die letzte Nummer hier mit der auf seinem eigenen Bildschirm: Was er danach tat und nicht gesendet hat, kann hier niemand wissen.</translation>
    </message>
    <message>
        <source>Everything is in</source>
        <translation>Alles ist da</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Laptop</source>
        <translation>Laptop</translation>
    </message>
    <message>
        <source>Laptops and what is here of them</source>
        <translation>Laptops und was von ihnen hier ist</translation>
    </message>
    <message>
        <source>Last heard of</source>
        <translation>Zuletzt gehört</translation>
    </message>
    <message>
        <source>Last number</source>
        <translation>Letzte Nr.</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Mark at its last whole number</source>
        <translation>Marke an der letzten lückenlosen Nummer</translation>
    </message>
    <message>
        <source>Missing numbers</source>
        <translation>Es fehlen Nr.</translation>
    </message>
    <message>
        <source>Not everything is in</source>
        <translation>Noch ist nicht alles da</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>looked at {}</source>
        <translation>nachgesehen um {}</translation>
    </message>
    <message>
        <source>one laptop</source>
        <translation>ein Laptop</translation>
    </message>
    <message>
        <source>{} are missing</source>
        <translation>{} fehlen</translation>
    </message>
    <message>
        <source>{} entries of {} are here</source>
        <translation>{} Einträge von {} sind hier</translation>
    </message>
    <message>
        <source>{} laptops</source>
        <translation>{} Laptops</translation>
    </message>
</context>
<context>
    <name>Filters</name>
    <message>
        <source> Settle a class</source>
        <translation> Eine Art entscheiden</translation>
    </message>
    <message>
        <source> Settle all {}</source>
        <translation> Alle {} entscheiden</translation>
    </message>
    <message>
        <source>Check-in list</source>
        <translation>Einlassliste</translation>
    </message>
    <message>
        <source>Choose a class first; then all of it can be settled at once</source>
        <translation>Wählen Sie zuerst eine Art; dann lassen sich alle auf einmal entscheiden</translation>
    </message>
    <message>
        <source>Class of conflicts</source>
        <translation>Art der Konflikte</translation>
    </message>
    <message>
        <source>Every class · {} open</source>
        <translation>Jede Art · {} offen</translation>
    </message>
    <message>
        <source>Every list</source>
        <translation>Jede Liste</translation>
    </message>
    <message>
        <source>Look for a name, an e-mail or a laptop</source>
        <translation>Name, E-Mail-Adresse oder Laptop suchen</translation>
    </message>
    <message>
        <source>Name, e-mail or laptop  (Ctrl+F)</source>
        <translation>Name, E-Mail oder Laptop  (Strg+F)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Settle every open conflict of this class, each as proposed  (Ctrl+Shift+S)</source>
        <translation>Jeden offenen Konflikt dieser Art entscheiden, jeden wie vorgeschlagen  (Strg+Umschalt+S)</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>Entschieden</translation>
    </message>
</context>
<context>
    <name>OfficeWindow</name>
    <message>
        <source>Conflicts</source>
        <translation>Konflikte</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Veranstaltung</translation>
    </message>
    <message>
        <source>EventReg office</source>
        <translation>EventReg Büro</translation>
    </message>
    <message>
        <source>Is everything in?</source>
        <translation>Ist alles da?</translation>
    </message>
    <message>
        <source>Keep the proof</source>
        <translation>Nachweis sichern</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Look again  (F5)</source>
        <translation>Noch einmal nachsehen  (F5)</translation>
    </message>
    <message>
        <source>Reconcile</source>
        <translation>Abgleich</translation>
    </message>
    <message>
        <source>Take back  (Ctrl+Z)</source>
        <translation>Zurücknehmen  (Strg+Z)</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>&amp;E-mail</source>
        <translation>&amp;E-Mail</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Server</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>Im Einsatz</translation>
    </message>
    <message>
        <source>Office</source>
        <translation>Büro</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
</context>
<context>
    <name>conflict</name>
    <message>
        <source> · companion {}</source>
        <translation> · Begleitung {}</translation>
    </message>
    <message>
        <source>, opened again</source>
        <translation>, wieder geöffnet</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Gilt</translation>
    </message>
    <message>
        <source>Annulled</source>
        <translation>Gestrichen</translation>
    </message>
    <message>
        <source>Double entry</source>
        <translation>Doppelter Einlass</translation>
    </message>
    <message>
        <source>Held laptop</source>
        <translation>Zurückgehaltener Laptop</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Missing scans</source>
        <translation>Fehlende Scans</translation>
    </message>
    <message>
        <source>New scans came since, so it is open again</source>
        <translation>Seither kamen neue Scans, deshalb ist er wieder offen</translation>
    </message>
    <message>
        <source>Nothing here with these filters.</source>
        <translation>Mit diesen Filtern ist hier nichts.</translation>
    </message>
    <message>
        <source>Nothing is left to decide.
What the doors did was due, or is settled.</source>
        <translation>Nichts ist mehr zu entscheiden.
Was die Türen taten, war richtig oder ist entschieden.</translation>
    </message>
    <message>
        <source>Open again: {}. Scans that were annulled stay annulled.</source>
        <translation>Wieder offen: {}. Gestrichene Scans bleiben gestrichen.</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Vorbei</translation>
    </message>
    <message>
        <source>Registered twice</source>
        <translation>Zweimal angemeldet</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>Entschieden</translation>
    </message>
    <message>
        <source>Split journal</source>
        <translation>Geteiltes Journal</translation>
    </message>
    <message>
        <source>The proof is kept: {}</source>
        <translation>Der Nachweis ist gesichert: {}</translation>
    </message>
    <message>
        <source>The whole laptop</source>
        <translation>Der ganze Laptop</translation>
    </message>
    <message>
        <source>Ticket {}</source>
        <translation>Ticket {}</translation>
    </message>
    <message>
        <source>Turned away</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Uncertain clock</source>
        <translation>Unsichere Uhr</translation>
    </message>
    <message>
        <source>Undone by others</source>
        <translation>Von anderen zurückgenommen</translation>
    </message>
    <message>
        <source>Unknown ticket</source>
        <translation>Unbekanntes Ticket</translation>
    </message>
    <message>
        <source>Void ticket let in</source>
        <translation>Ungültiges Ticket eingelassen</translation>
    </message>
    <message>
        <source>Wrong door or time</source>
        <translation>Falsche Tür oder Zeit</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>jemandem</translation>
    </message>
    <message>
        <source>{} by {} at {}</source>
        <translation>{} von {} am {}</translation>
    </message>
    <message>
        <source>{} settled as proposed: {}</source>
        <translation>{} wie vorgeschlagen entschieden: {}</translation>
    </message>
</context>
<context>
    <name>journal</name>
    <message>
        <source>Everything is in</source>
        <translation>Alles ist da</translation>
    </message>
    <message>
        <source>Held: not trusted</source>
        <translation>Zurückgehalten: nicht vertraut</translation>
    </message>
    <message>
        <source>Laptop</source>
        <translation>Laptop</translation>
    </message>
    <message>
        <source>Never sent anything</source>
        <translation>Hat nie etwas gesendet</translation>
    </message>
    <message>
        <source>Scans are missing</source>
        <translation>Scans fehlen</translation>
    </message>
    <message>
        <source>The journal split</source>
        <translation>Das Journal ist geteilt</translation>
    </message>
    <message>
        <source>Unreadable parts</source>
        <translation>Unlesbare Teile</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>problem</name>
    <message>
        <source>%1 cannot be opened. Close other programs that use it, check its cable or network, or choose another camera; hand scanner and name search work without one.</source>
        <translation>%1 lässt sich nicht öffnen. Schließen Sie andere Programme, die sie benutzen, prüfen Sie Kabel oder Netz, oder wählen Sie eine andere Kamera; Handscanner und Namenssuche gehen auch ohne.</translation>
    </message>
    <message>
        <source>%1 gives no more pictures. Check its cable or network, or choose another camera; hand scanner and name search go on working.</source>
        <translation>%1 liefert keine Bilder mehr. Prüfen Sie Kabel oder Netz, oder wählen Sie eine andere Kamera; Handscanner und Namenssuche gehen weiter.</translation>
    </message>
    <message>
        <source>An address begins with https:// (http:// only on this computer). Check it.</source>
        <translation>Eine Adresse beginnt mit https:// (http:// nur auf diesem Rechner). Prüfen Sie sie.</translation>
    </message>
    <message>
        <source>The file cannot be written: %1. Choose another.</source>
        <translation>Die Datei kann nicht geschrieben werden: %1. Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>The server does not answer. Check the network, then try again.</source>
        <translation>Der Server antwortet nicht. Prüfen Sie das Netz, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The video %1 breaks off. Choose another video or a camera.</source>
        <translation>Das Video %1 bricht ab. Wählen Sie ein anderes Video oder eine Kamera.</translation>
    </message>
    <message>
        <source>The video %1 cannot be read. Choose another video or a camera.</source>
        <translation>Das Video %1 lässt sich nicht lesen. Wählen Sie ein anderes Video oder eine Kamera.</translation>
    </message>
    <message>
        <source>The video's name is no text. Give it another name, or choose a camera.</source>
        <translation>Der Name des Videos ist kein Text. Benennen Sie es um, oder wählen Sie eine Kamera.</translation>
    </message>
    <message>
        <source>What answers at this address is no EventReg server. Check the address.</source>
        <translation>Unter dieser Adresse antwortet kein EventReg-Server. Prüfen Sie die Adresse.</translation>
    </message>
</context>
<context>
    <name>step</name>
    <message>
        <source>A scan was undone</source>
        <translation>Ein Scan wurde zurückgenommen</translation>
    </message>
    <message>
        <source>At the server</source>
        <translation>Am Server</translation>
    </message>
    <message>
        <source>In the office</source>
        <translation>Im Büro</translation>
    </message>
    <message>
        <source>Let in</source>
        <translation>Eingelassen</translation>
    </message>
    <message>
        <source>Let in by a supervisor</source>
        <translation>Von der Aufsicht eingelassen</translation>
    </message>
    <message>
        <source>Not due: {}</source>
        <translation>Nicht richtig: {}</translation>
    </message>
    <message>
        <source>Paid at the door</source>
        <translation>An der Tür bezahlt</translation>
    </message>
    <message>
        <source>Sent away: {}</source>
        <translation>Weggeschickt: {}</translation>
    </message>
    <message>
        <source>Should have been let in</source>
        <translation>Hätte eingelassen werden sollen</translation>
    </message>
    <message>
        <source>Twice, it seems</source>
        <translation>Wohl zweimal</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Zurückgenommen</translation>
    </message>
    <message>
        <source>Was due</source>
        <translation>War richtig</translation>
    </message>
    <message>
        <source>Went out</source>
        <translation>Ging hinaus</translation>
    </message>
    <message>
        <source>does not count</source>
        <translation>zählt nicht</translation>
    </message>
    <message>
        <source>let in before on another ticket</source>
        <translation>schon mit anderem Ticket eingelassen</translation>
    </message>
    <message>
        <source>not due</source>
        <translation>nicht richtig</translation>
    </message>
    <message>
        <source>the door could not know</source>
        <translation>die Tür konnte es nicht wissen</translation>
    </message>
    <message>
        <source>the door knew it</source>
        <translation>die Tür wusste es</translation>
    </message>
</context>
<context>
    <name>CodePicture</name>
    <message>
        <source>Code of the ticket</source>
        <translation>Code der Karte</translation>
    </message>
</context>
<context>
    <name>selling</name>
    <message>
        <source>%1 by card</source>
        <translation>%1 mit Karte</translation>
    </message>
    <message>
        <source>%1 in cash</source>
        <translation>%1 bar</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1. In a rehearsal nobody gets a ticket.</source>
        <translation>%1. In einer Probe bekommt niemand eine Karte.</translation>
    </message>
    <message>
        <source>%1. Let them take a picture of this code: it is their ticket.</source>
        <translation>%1. Diesen Code fotografieren lassen: Er ist die Karte.</translation>
    </message>
    <message>
        <source>%2 tickets left to sell</source>
        <translation>Noch %2 Karten zu verkaufen</translation>
    </message>
    <message>
        <source>&amp;Cash</source>
        <translation>&amp;Bar</translation>
    </message>
    <message>
        <source>&amp;Let them in at once</source>
        <translation>&amp;Gleich einlassen</translation>
    </message>
    <message>
        <source>&amp;Undo the sale</source>
        <translation>Verkauf zur&amp;ücknehmen</translation>
    </message>
    <message>
        <source>Amount, if it is not the price</source>
        <translation>Betrag, wenn es nicht der Preis ist</translation>
    </message>
    <message>
        <source>Ask the organizer for more; they come with the next contact.</source>
        <translation>Beim Veranstalter mehr verlangen; sie kommen mit dem nächsten Kontakt.</translation>
    </message>
    <message>
        <source>Ask the organizer to give it some; they come with the next contact.</source>
        <translation>Beim Veranstalter welche verlangen; sie kommen mit dem nächsten Kontakt.</translation>
    </message>
    <message>
        <source>C&amp;ard</source>
        <translation>&amp;Karte</translation>
    </message>
    <message>
        <source>Choose a ticket type of which some are left.</source>
        <translation>Eine Kartenart wählen, von der noch welche da sind.</translation>
    </message>
    <message>
        <source>Fr&amp;ee</source>
        <translation>&amp;Frei</translation>
    </message>
    <message>
        <source>Give %1 back</source>
        <translation>%1 zurückgeben</translation>
    </message>
    <message>
        <source>Give an amount such as 15.00, or leave it empty for the price.</source>
        <translation>Einen Betrag wie 15,00 angeben, oder für den Preis leer lassen.</translation>
    </message>
    <message>
        <source>Given away</source>
        <translation>Verschenkt</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>No %1 left to sell</source>
        <translation>Kein %1 mehr zu verkaufen</translation>
    </message>
    <message>
        <source>No ticket of this type is left here. Choose another type.</source>
        <translation>Von dieser Art ist hier keine Karte mehr da. Eine andere wählen.</translation>
    </message>
    <message>
        <source>None left</source>
        <translation>Keine mehr</translation>
    </message>
    <message>
        <source>Only %2 %1 left to sell</source>
        <translation>Nur noch %2 × %1 zu verkaufen</translation>
    </message>
    <message>
        <source>Sell a ticket (Ctrl+N)</source>
        <translation>Karte verkaufen (Strg+N)</translation>
    </message>
    <message>
        <source>Sell a ticket to a walk-in</source>
        <translation>Karte an der Tür verkaufen</translation>
    </message>
    <message>
        <source>The sale is undone, its ticket is void.</source>
        <translation>Der Verkauf ist zurückgenommen, die Karte ungültig.</translation>
    </message>
    <message>
        <source>The sale stands</source>
        <translation>Der Verkauf bleibt bestehen</translation>
    </message>
    <message>
        <source>This laptop has no tickets to sell</source>
        <translation>Dieser Laptop hat keine Karten zu verkaufen</translation>
    </message>
    <message>
        <source>This ticket costs nothing: choose Free, or give an amount.</source>
        <translation>Diese Karte kostet nichts: Frei wählen, oder einen Betrag angeben.</translation>
    </message>
    <message>
        <source>costs nothing</source>
        <translation>kostet nichts</translation>
    </message>
</context>
<context>
    <name>KeyLine</name>
    <message>
        <source>F2 Entry · F3 Exit · F4 Operator · Ctrl+F Search · Ctrl+D Discreet · Ctrl+N Sell · Ctrl+P Badge · Ctrl+J Prints · Ctrl+Shift+P Printer · Ctrl+Shift+D Door list · Ctrl+L Place · Ctrl+M Sound · F11 Full screen</source>
        <translation>F2 Einlass · F3 Ausgang · F4 Personal · Strg+F Suche · Strg+D Diskret · Strg+N Verkauf · Strg+P Ausweis · Strg+J Drucke · Strg+Umschalt+P Drucker · Strg+Umschalt+D Türliste · Strg+L Ort · Strg+M Ton · F11 Vollbild</translation>
    </message>
</context>
</TS>
