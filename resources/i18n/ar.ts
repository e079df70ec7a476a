<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>CameraMenu</name>
    <message>
        <source>Camera</source>
        <translation type="unfinished">الكاميرا</translation>
    </message>
</context>
<context>
    <name>DoorView</name>
    <message>
        <source>Last scans</source>
        <translation type="unfinished">آخر عمليات المسح</translation>
    </message>
</context>
<context>
    <name>PrintLog</name>
    <message>
        <source>Badges printed here</source>
        <translation type="unfinished">الشارات المطبوعة هنا</translation>
    </message>
</context>
<context>
    <name>PrintPanel</name>
    <message>
        <source> Door list as PDF (Ctrl+Shift+D)</source>
        <translation type="unfinished"> قائمة الباب بصيغة PDF (Ctrl+Shift+D)</translation>
    </message>
    <message>
        <source>Badges and paper</source>
        <translation type="unfinished">الشارات والورق</translation>
    </message>
    <message>
        <source>Logo</source>
        <translation type="unfinished">الشعار</translation>
    </message>
    <message>
        <source>Print by itself at the first admission</source>
        <translation type="unfinished">الطباعة تلقائيًا عند أول دخول</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation type="unfinished">الطابعة</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation type="unfinished">رمز QR</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Name, e-mail, phone or short code</source>
        <translation type="unfinished">الاسم أو البريد أو الهاتف أو الرمز</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>All parts (F12)</source>
        <translation type="unfinished">كل الأجزاء (F12)</translation>
    </message>
</context>
<context>
    <name>TallyCard</name>
    <message>
        <source>expected</source>
        <translation type="unfinished">متوقع</translation>
    </message>
    <message>
        <source>inside</source>
        <translation type="unfinished">في الداخل</translation>
    </message>
    <message>
        <source>this door</source>
        <translation type="unfinished">هذا الباب</translation>
    </message>
</context>
<context>
    <name>advice</name>
    <message>
        <source>One entry per ticket. Ask for another ticket, or call a supervisor.</source>
        <translation type="unfinished">دخول واحد لكل تذكرة. اطلب تذكرة أخرى أو نادِ المشرف.</translation>
    </message>
</context>
<context>
    <name>ask</name>
    <message>
        <source>Sign in</source>
        <translation type="unfinished">تسجيل الدخول</translation>
    </message>
</context>
<context>
    <name>headline</name>
    <message>
        <source>Already used</source>
        <translation type="unfinished">استُخدمت من قبل</translation>
    </message>
    <message>
        <source>Already used %1 at %2</source>
        <translation type="unfinished">استُخدمت %1 عند %2</translation>
    </message>
    <message>
        <source>Not one of our tickets</source>
        <translation type="unfinished">ليست من تذاكرنا</translation>
    </message>
    <message>
        <source>Not paid yet</source>
        <translation type="unfinished">لم يُدفع بعد</translation>
    </message>
</context>
<context>
    <name>health</name>
    <message>
        <source>All is well</source>
        <translation type="unfinished">كل شيء على ما يرام</translation>
    </message>
</context>
<context>
    <name>kind</name>
    <message>
        <source>Entry</source>
        <translation type="unfinished">دخول</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation type="unfinished">خروج</translation>
    </message>
</context>
<context>
    <name>offer</name>
    <message>
        <source>Let in all the same (F6)</source>
        <translation type="unfinished">أدخله رغم ذلك (F6)</translation>
    </message>
    <message>
        <source>Undo %1 (F8)</source>
        <translation type="unfinished">تراجع: %1 (F8)</translation>
    </message>
</context>
<context>
    <name>operator</name>
    <message>
        <source>Sign in</source>
        <translation type="unfinished">تسجيل الدخول</translation>
    </message>
</context>
<context>
    <name>paper</name>
    <message>
        <source>Name</source>
        <translation type="unfinished">الاسم</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation type="unfinished">صفحة %1 من %2</translation>
    </message>
</context>
<context>
    <name>print</name>
    <message>
        <source>Badge (Ctrl+P)</source>
        <translation type="unfinished">شارة (Ctrl+P)</translation>
    </message>
    <message>
        <source>sent to the printer</source>
        <translation type="unfinished">أُرسلت إلى الطابعة</translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <source>Admitted</source>
        <translation type="unfinished">دخل</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation type="unfinished">خروج</translation>
    </message>
</context>
<context>
    <name>status</name>
    <message>
        <source>All is well</source>
        <translation type="unfinished">كل شيء على ما يرام</translation>
    </message>
    <message>
        <source>All scans sent</source>
        <translation type="unfinished">تم إرسال كل شيء</translation>
    </message>
    <message>
        <source>Camera on</source>
        <translation type="unfinished">الكاميرا تعمل</translation>
    </message>
</context>
<context>
    <name>tally</name>
    <message>
        <source>%1 a minute</source>
        <translation type="unfinished">%1 في الدقيقة</translation>
    </message>
</context>
<context>
    <name>verdict</name>
    <message>
        <source>ADMITTED</source>
        <translation type="unfinished">تم الدخول</translation>
    </message>
    <message>
        <source>ASK FOR PAYMENT</source>
        <translation type="unfinished">اطلب الدفع</translation>
    </message>
    <message>
        <source>EXIT</source>
        <translation type="unfinished">خروج</translation>
    </message>
    <message>
        <source>Hold a ticket in front of the camera</source>
        <translation type="unfinished">ضع التذكرة أمام الكاميرا</translation>
    </message>
    <message>
        <source>READY</source>
        <translation type="unfinished">جاهز</translation>
    </message>
    <message>
        <source>SCAN AGAIN</source>
        <translation type="unfinished">امسح مرة أخرى</translation>
    </message>
    <message>
        <source>STOP</source>
        <translation type="unfinished">قف</translation>
    </message>
    <message>
        <source>Use a hand scanner, or type a name</source>
        <translation type="unfinished">استخدم الماسح أو اكتب اسمًا</translation>
    </message>
</context>
<context>
    <name>selling</name>
    <message>
        <source>%1 left</source>
        <translation type="unfinished">بقي %1</translation>
    </message>
    <message>
        <source>&amp;Cash</source>
        <translation type="unfinished">&amp;نقدًا</translation>
    </message>
    <message>
        <source>C&amp;ard</source>
        <translation type="unfinished">&amp;بطاقة</translation>
    </message>
    <message>
        <source>Fr&amp;ee</source>
        <translation type="unfinished">&amp;مجانًا</translation>
    </message>
    <message>
        <source>&amp;Let them in at once</source>
        <translation type="unfinished">&amp;الدخول فورًا</translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished">الاسم</translation>
    </message>
    <message>
        <source>Sell a ticket (Ctrl+N)</source>
        <translation type="unfinished">بيع تذكرة (Ctrl+N)</translation>
    </message>
    <message>
        <source>Sell a ticket to a walk-in</source>
        <translation type="unfinished">بيع تذكرة عند الباب</translation>
    </message>
    <message>
        <source>None left</source>
        <translation type="unfinished">لم يبق شيء</translation>
    </message>
    <message>
        <source>costs nothing</source>
        <translation type="unfinished">مجاني</translation>
    </message>
    <message>
        <source>&amp;Undo the sale</source>
        <translation type="unfinished">&amp;إلغاء البيع</translation>
    </message>
    <message>
        <source>Amount, if it is not the price</source>
        <translation type="unfinished">المبلغ إن لم يكن السعر</translation>
    </message>
</context>
<context>
    <name>KeyLine</name>
    <message>
        <source>F2 Entry · F3 Exit · F4 Operator · Ctrl+F Search · Ctrl+D Discreet · Ctrl+N Sell · Ctrl+P Badge · Ctrl+J Prints · Ctrl+Shift+P Printer · Ctrl+Shift+D Door list · Ctrl+L Place · Ctrl+M Sound · F11 Full screen</source>
        <translation type="unfinished">F2 دخول · F3 خروج · F4 العامل · Ctrl+F بحث · Ctrl+D تكتّم · Ctrl+N بيع · Ctrl+P شارة · Ctrl+J المطبوعات · Ctrl+Shift+P الطابعة · Ctrl+Shift+D قائمة الباب · Ctrl+L المكان · Ctrl+M الصوت · F11 ملء الشاشة</translation>
    </message>
</context>
</TS>
