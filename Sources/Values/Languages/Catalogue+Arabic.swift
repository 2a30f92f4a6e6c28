extension Catalogue {
    /// Modern Standard Arabic; Courtyard and technical names stay in Latin letters.
    static let arabicText = """
        1 to 40 lower-case letters, digits, hyphens and underscores.
        = من 1 إلى 40 من الحروف اللاتينية الصغيرة والأرقام والشرطات والشرطات السفلية.

        A Courtyard workspace was closed
        = أُغلقت مساحة عمل في Courtyard

        A Courtyard workspace was made for you
        = أُنشئت لك مساحة عمل في Courtyard

        A JSON body is needed.
        = يلزم محتوى بصيغة JSON.

        A cell is too long.
        = إحدى الخلايا طويلة جدًا.

        A code of the EAS list, such as 0088.
        = رمز من قائمة EAS، مثل 0088.

        A code sent by SMS or e-mail is needed
        = يلزم رمز مُرسل عبر رسالة نصية أو البريد الإلكتروني

        A code was sent a moment ago
        = أُرسل رمز قبل لحظات

        A country's two letters of ISO 3166-1, such as DE.
        = حرفا البلد وفق ISO 3166-1، مثل DE.

        A currency's code of ISO 4217, such as USD.
        = رمز عملة وفق ISO 4217، مثل USD.

        A delimiter is not followed by a line end.
        = أحد الفواصل لا تليه نهاية سطر.

        A domain is not proved
        = أحد النطاقات غير مُثبت

        A domain of your single sign-on is no longer proved
        = لم يعد أحد نطاقات تسجيل الدخول الموحد مُثبتًا

        A field is not UTF-8.
        = أحد الحقول ليس بترميز UTF-8.

        A field is too long.
        = أحد الحقول طويل جدًا.

        A file may have 20 MiB.
        = الحد الأقصى لحجم الملف هو 20 MiB.

        A file may have {0} rows below its header.
        = يمكن أن يحتوي الملف على {0} صف كحد أقصى أسفل صف العناوين.

        A group's name cannot contain |.
        = لا يمكن أن يحتوي اسم المجموعة على |.

        A limit of the plan is reached
        = تم بلوغ حد من حدود الخطة

        A name of the IANA database, such as Europe/Berlin.
        = اسم من قاعدة بيانات IANA، مثل Europe/Berlin.

        A new client needs its secret.
        = يحتاج العميل الجديد إلى سره.

        A new proof of password and second factor is needed
        = يلزم إثبات جديد لكلمة المرور والعامل الثاني

        A part has a transfer encoding.
        = لأحد الأجزاء ترميز نقل.

        A part has no Content-Disposition.
        = أحد الأجزاء ليس له Content-Disposition.

        A part has no valid Content-Disposition.
        = أحد الأجزاء ليس له Content-Disposition صالح.

        A part's head has a broken line.
        = في ترويسة أحد الأجزاء سطر معطوب.

        A part's head is too long or has a bare line feed.
        = ترويسة أحد الأجزاء طويلة جدًا أو فيها تغذية سطر منفردة.

        A part's head is too long.
        = ترويسة أحد الأجزاء طويلة جدًا.

        A path of this site, such as /contacts.
        = مسار في هذا الموقع، مثل /contacts.

        A payment of {0} for invoice {1} has arrived.
        = وصلت دفعة قدرها {0} عن الفاتورة {1}.

        A payment with this reference is recorded already
        = سُجّلت دفعة بهذا المرجع من قبل

        A phone or a channel identity is needed.
        = يلزم رقم هاتف أو هوية قناة.

        A plan whose invoice stays unpaid for 14 days after it was due ends, and the workspace \
        goes to the limits of the plan FREE.
        = تنتهي الخطة التي تبقى فاتورتها غير مسددة 14 يومًا بعد استحقاقها، وتنتقل مساحة العمل \
        إلى حدود الخطة FREE.

        A query parameter has an invalid value
        = لأحد معاملات الاستعلام قيمة غير صالحة

        A query parameter was given twice
        = ورد أحد معاملات الاستعلام مرتين

        A quote is not closed at line {0}.
        = توجد علامة اقتباس غير مغلقة في السطر {0}.

        A request for another plan is completed
        = اكتمل طلب خطة أخرى

        A request for another plan was approved
        = تمت الموافقة على طلب خطة أخرى

        A request for another plan was cancelled
        = أُلغي طلب خطة أخرى

        A request for another plan was rejected
        = رُفض طلب خطة أخرى

        A second factor of your login was turned off.
        = تم إيقاف عامل ثانٍ لتسجيل دخولك.

        A second factor of your login was turned on.
        = تم تفعيل عامل ثانٍ لتسجيل دخولك.

        A service this needs is not set up
        = إحدى الخدمات اللازمة غير مهيأة

        A smaller plan could not begin
        = تعذر بدء خطة أصغر

        A tag cannot contain |.
        = لا يمكن أن يحتوي الوسم على |.

        A token ends soon
        = رمز تنتهي صلاحيته قريبًا

        A whole number from {0} to {1}.
        = عدد صحيح من {0} إلى {1}.

        A workspace has at most {0} custom roles.
        = الحد الأقصى للأدوار المخصصة في مساحة العمل هو {0}.

        A workspace of this person forbids changing the address
        = تمنع إحدى مساحات عمل هذا الشخص تغيير العنوان

        A workspace requires a second factor
        = تشترط إحدى مساحات العمل عاملًا ثانيًا

        AI credits are running low
        = أرصدة الذكاء الاصطناعي توشك على النفاد

        AI credits are used up
        = نفدت أرصدة الذكاء الاصطناعي

        AI credits left: {0}. More can be bought at any time.
        = أرصدة الذكاء الاصطناعي المتبقية: {0}. يمكن شراء المزيد في أي وقت.

        AI credits: {0}
        = أرصدة الذكاء الاصطناعي: {0}

        Account holder
        = صاحب الحساب

        Account number
        = رقم الحساب

        Active contacts this month
        = جهات الاتصال النشطة هذا الشهر

        Active flows
        = التدفقات النشطة

        Add contacts
        = أضف جهات اتصال

        Addresses of this domain cannot sign in through your provider until the record stands \
        again and the domains were checked anew.
        = لا يمكن لعناوين هذا النطاق الدخول عبر موفركم حتى يعود السجل وتُفحص النطاقات من جديد.

        All amounts are in {0}.
        = جميع المبالغ بعملة {0}.

        Amount credited
        = المبلغ المردود

        Amount due
        = المبلغ المستحق

        Amount received
        = المبلغ المستلم

        An administrator has reset your second factors. You will set them up anew at your next \
        login.
        = أعاد أحد المسؤولين تعيين عواملك الثانية. ستُعدّها من جديد عند تسجيل دخولك التالي.

        An amount of 0 credits nothing.
        = مبلغ 0 لا يقيّد شيئًا.

        An invitation is mailed three times a day at most.
        = تُرسل الدعوة ثلاث مرات في اليوم على الأكثر.

        An issued invoice cannot be changed
        = لا يمكن تغيير فاتورة صادرة

        An object of column names by header of the file.
        = كائن يربط عناوين أعمدة الملف بأسماء الأعمدة.

        Another contact has this channel identity
        = لدى جهة اتصال أخرى هوية القناة هذه

        Another contact has this phone
        = لدى جهة اتصال أخرى رقم الهاتف هذا

        Another plan was requested
        = طُلبت خطة أخرى

        Another request for a plan is open
        = هناك طلب خطة آخر مفتوح

        Another service did not answer in time
        = لم تستجب خدمة أخرى في الوقت المحدد

        Another service refused or failed
        = رفضت خدمة أخرى الطلب أو تعطلت

        Another team has this queue
        = لدى فريق آخر هذه القائمة

        Any number but 0.
        = أي عدد ما عدا 0.

        Anybody can have an address there.
        = يمكن لأي شخص أن يملك عنوانًا هناك.

        At least {0} characters are needed.
        = الحد الأدنى المطلوب لعدد الأحرف: {0}.

        At least {0} characters.
        = الحد الأدنى لعدد الأحرف: {0}.

        At least {0}.
        = {0} على الأقل.

        At most 100 attributes.
        = الحد الأقصى لعدد السمات: 100.

        At most {0} attributes.
        = الحد الأقصى لعدد السمات: {0}.

        At most {0} characters.
        = الحد الأقصى لعدد الأحرف: {0}.

        At most {0} tags.
        = الحد الأقصى لعدد الوسوم: {0}.

        At most {0}.
        = {0} على الأكثر.

        At the limit nothing can be added until something is removed or the plan is changed.
        = عند بلوغ الحد لا يمكن إضافة شيء حتى يُزال شيء أو تُغيَّر الخطة.

        At the limit, contacts who write in are still answered; messages to contacts who are \
        not active this month are refused.
        = عند بلوغ الحد تستمر الإجابة على جهات الاتصال التي تراسلكم، وتُرفض الرسائل إلى جهات \
        الاتصال غير النشطة هذا الشهر.

        Bank
        = البنك

        Bank code
        = رمز البنك

        Bank details
        = البيانات المصرفية

        Bank transfer
        = تحويل بنكي

        Billed to
        = صادرة إلى

        Built-in roles cannot be changed
        = لا يمكن تغيير الأدوار المدمجة

        Card terminal
        = جهاز الدفع بالبطاقات

        Cash
        = نقدًا

        Complete your Courtyard sign-up
        = أكمل تسجيلك في Courtyard

        Configure the conversation inbox
        = اضبط صندوق المحادثات

        Confirm your new Courtyard address
        = أكّد عنوانك الجديد في Courtyard

        Connect your Courtyard login
        = اربط دخولك إلى Courtyard

        Content-Type has no valid boundary.
        = لا يحتوي Content-Type على فاصل (boundary) صالح.

        Control characters are not allowed.
        = أحرف التحكم غير مسموح بها.

        Create broadcasts
        = أنشئ رسائل بث

        Create contact groups
        = أنشئ مجموعات جهات اتصال

        Create quick replies
        = أنشئ ردودًا سريعة

        Create templates
        = أنشئ قوالب

        Creating groups needs the permission for it.
        = يتطلب إنشاء المجموعات الصلاحية الخاصة به.

        Credit note
        = إشعار دائن

        Credit note {0}
        = الإشعار الدائن {0}

        Date of issue
        = تاريخ الإصدار

        Days left: {0}. Issue a new one and put it in place before then.
        = الأيام المتبقية: {0}. أصدر رمزًا جديدًا وضعه قيد الاستخدام قبل ذلك.

        Description
        = الوصف

        Due date
        = تاريخ الاستحقاق

        E-mail
        = البريد الإلكتروني

        E-mail or password is wrong
        = البريد الإلكتروني أو كلمة المرور غير صحيحة

        Either ids or a filter is needed.
        = يلزم إما معرّفات أو عامل تصفية.

        Emergency login past single sign-on
        = دخول طارئ بتجاوز تسجيل الدخول الموحد

        Every limit is needed; null is unlimited.
        = كل حد مطلوب؛ null يعني بلا حد.

        FREE costs nothing.
        = الخطة FREE مجانية.

        FREE has no interval.
        = ليس للخطة FREE فترة.

        From {0} to {1}, the period from {2}
        = من {0} إلى {1}، الفترة بدءًا من {2}

        From {0} to {1}, {2} of {3} days of the period
        = من {0} إلى {1}، {2} من {3} يومًا من الفترة

        Give an address or a workspace, not both.
        = أدخل عنوانًا أو مساحة عمل، لا كليهما.

        Give it to nobody. If you did not ask for it, change your password.
        = لا تعطه لأحد. إذا لم تطلبه، فغيّر كلمة مرورك.

        Hello {0},
        = مرحبًا {0}،

        Idempotency-Key has 1 to 128 printable characters.
        = يتكوّن Idempotency-Key من 1 إلى 128 حرفًا قابلاً للطباعة.

        If it was not you, change your password at once and tell an Owner of your workspace.
        = إذا لم تكن أنت، فغيّر كلمة مرورك فورًا وأبلغ أحد مالكي مساحة عملك.

        If it was not you, ignore this mail: nothing will be connected.
        = إذا لم تكن أنت، فتجاهل هذه الرسالة: لن يُربط أي شيء.

        If it was not you, ignore this mail: nothing will be created.
        = إن لم تكن أنت، فتجاهل هذه الرسالة: لن يُنشأ شيء.

        If it was not you, ignore this mail: nothing will change.
        = إن لم تكن أنت، فتجاهل هذه الرسالة: لن يتغير شيء.

        If it was not you, ignore this mail: your password stays as it is.
        = إن لم تكن أنت، فتجاهل هذه الرسالة: ستبقى كلمة مرورك كما هي.

        If it was not you, open the link in the mail that announced the change: it brings this \
        address back and ends all sessions.
        = إن لم تكن أنت، فافتح الرابط في الرسالة التي أعلنت التغيير: فهو يعيد هذا العنوان \
        ويُنهي جميع الجلسات.

        If it was not you, open this link before {0}: it keeps this address and ends all \
        sessions.
        = إن لم تكن أنت، فافتح هذا الرابط قبل {0}: فهو يُبقي هذا العنوان ويُنهي جميع الجلسات.

        If it was not you, reset the password at once from the sign-in page and tell an Owner \
        of your workspace.
        = إن لم تكن أنت، فأعد تعيين كلمة المرور فورًا من صفحة تسجيل الدخول وأخبر أحد مالكي \
        مساحة عملك.

        If nobody expected this, change the password of that Owner at once.
        = إذا لم يكن أحد يتوقع ذلك، فغيّر كلمة مرور هذا المالك فورًا.

        If this address has a login and you never chose its password, ask for a new one by mail \
        first.
        = إن كان لهذا العنوان حساب دخول ولم تختر كلمة مروره قط، فاطلب أولًا كلمة مرور جديدة بالبريد.

        If this is a surprise, revoke the token on the Developer tab.
        = إن لم تكن تتوقع ذلك، فألغِ الرمز من علامة تبويب المطورين.

        In the future, and at most 365 days ahead.
        = في المستقبل، وخلال 365 يومًا على الأكثر.

        Invitation to {0} on Courtyard
        = دعوة إلى {0} على Courtyard

        Invoice
        = فاتورة

        Invoice date
        = تاريخ الفاتورة

        Invoice number
        = رقم الفاتورة

        Invoice total
        = إجمالي الفاتورة

        Invoice {0}
        = الفاتورة {0}

        Invoice {0} is due soon
        = يقترب موعد استحقاق الفاتورة {0}

        Invoice {0} is overdue
        = تأخر سداد الفاتورة {0}

        Invoice {0} over {1} is due on {2}.
        = تُستحق الفاتورة {0} بمبلغ {1} في {2}.

        Invoice {0} over {1} was due on {2}.
        = كانت الفاتورة {0} بمبلغ {1} مستحقة في {2}.

        Invoice {0} over {1} was issued. It is due on {2}.
        = صدرت الفاتورة {0} بمبلغ {1}. تُستحق في {2}.

        Invoice {0} stayed unpaid, so the plan {1} has ended.
        = بقيت الفاتورة {0} غير مسددة، لذلك انتهت الخطة {1}.

        Invoice {0} was issued
        = صدرت الفاتورة {0}

        Issued by
        = صادرة عن

        It begins on {0}.
        = تبدأ في {0}.

        It begins when its invoice is paid.
        = تبدأ عند سداد فاتورتها.

        It is attached to this message.
        = تجده مرفقًا بهذه الرسالة.

        Its data will be erased after {0}. Until then the operator of Courtyard can open it \
        again.
        = ستُمحى بياناتها بعد {0}. وحتى ذلك الحين يستطيع مشغّل Courtyard إعادة فتحها.

        Knowledge documents
        = مستندات المعرفة

        Log in again to enter this workspace.
        = سجّل الدخول من جديد للدخول إلى مساحة العمل هذه.

        Look at the dashboard
        = ألقِ نظرة على لوحة المعلومات

        Media storage in MiB
        = تخزين الوسائط بالميبيبايت

        Members choose their own name once they have signed in.
        = يختار الأعضاء أسماءهم بأنفسهم بعد تسجيل دخولهم.

        Members now sign in by password; whoever has none sets one through the link for \
        forgotten passwords. The settings are kept for a return to the plan.
        = يسجّل الأعضاء الدخول الآن بكلمة المرور، ومن لا يملك واحدة يعيّنها عبر رابط نسيان كلمة \
        المرور. تُحفظ الإعدادات تحسبًا للعودة إلى الخطة.

        More cells than columns.
        = عدد الخلايا أكبر من عدد الأعمدة.

        More credits are to be taken back than are left
        = الأرصدة المطلوب استرجاعها أكثر من المتبقية

        More is in use than the plan allows
        = المستخدم أكثر مما تسمح به الخطة

        More is to be credited than is left of a line
        = المبلغ المطلوب قيده دائنًا أكبر من المتبقي في أحد البنود

        Most of what the plan allows is in use
        = يُستخدم الآن معظم ما تسمح به الخطة

        Name each line once.
        = اذكر كل بند مرة واحدة.

        Name or password is wrong
        = الاسم أو كلمة المرور غير صحيحة

        Net amount
        = المبلغ الصافي

        New members need a role.
        = يحتاج الأعضاء الجدد إلى دور.

        No Owner could log in by password if the provider failed
        = لن يتمكن أي مالك من الدخول بكلمة المرور إذا تعطل الموفر

        No credits were bought with it.
        = لم تُشترَ بها أي أرصدة.

        No such channel.
        = لا توجد هذه القناة.

        No such id.
        = لا يوجد معرّف كهذا.

        No such member.
        = لا يوجد عضو كهذا.

        No such role.
        = لا يوجد دور كهذا.

        No such team.
        = لا يوجد فريق كهذا.

        Nobody can give rights they do not hold
        = لا يمكن لأحد منح صلاحيات لا يملكها

        Nobody changes their own role or seat here
        = لا يمكن لأحد تغيير دوره أو مقعده هنا

        Nothing can be added until something is removed or the plan is changed.
        = لا يمكن إضافة شيء حتى يُزال شيء أو تُغيَّر الخطة.

        Nothing has changed, and you need not do anything.
        = لم يتغير شيء، ولا يلزمك فعل أي شيء.
        Nobody is made Owner so.
        = لا يصبح أحد مالكًا بهذه الطريقة.

        Nothing more is generated until credits are bought or the next billing month brings \
        new ones.
        = لن يُولَّد شيء آخر حتى تُشترى أرصدة أو يأتي شهر الفوترة التالي بأرصدة جديدة.

        Nothing was deleted. What exceeds the limits can be read but not used; the oldest \
        stays usable.
        = لم يُحذف شيء. ما يتجاوز الحدود يمكن قراءته دون استخدامه، ويبقى الأقدم صالحًا \
        للاستخدام.

        Number
        = الرقم

        Of invoice {0}, {1} are given back.
        = من الفاتورة {0} يُعاد مبلغ {1}.

        One of: {0}.
        = إحدى القيم التالية: {0}.

        Only HTTP/1.1 is spoken here
        = لا يُدعم هنا إلا HTTP/1.1

        Only Owners can change an Owner.
        = لا يمكن إلا للمالكين تغيير مالك.

        Only an active member can be made Owner.
        = لا يمكن جعل أحد مالكًا إلا إذا كان عضوًا نشطًا.

        Only platform staff can do this for this person.
        = لا يمكن إلا لموظفي المنصة فعل ذلك لهذا الشخص.

        Open this link within 24 hours to confirm it; until then the old address stays in use:
        = افتح هذا الرابط خلال 24 ساعة لتأكيده؛ وحتى ذلك الحين يبقى العنوان القديم مستخدمًا:

        Open this link within 30 minutes to choose a new one; it works once:
        = افتح هذا الرابط خلال 30 دقيقة لاختيار كلمة مرور جديدة؛ وهو يعمل مرة واحدة:

        Order number
        = رقم الطلب

        Other
        = طريقة أخرى

        Paid
        = المدفوع

        Paid so far
        = المدفوع حتى الآن

        Payment date
        = تاريخ الدفع

        Payment method
        = طريقة الدفع

        Payment reference
        = مرجع الدفع

        Plan {0}, one month
        = الخطة {0}، شهر واحد

        Plan {0}, one year
        = الخطة {0}، سنة واحدة

        Plan {0}, {1} to {2}
        = الخطة {0}، من {1} إلى {2}

        Please state {0} with your payment.
        = يُرجى ذكر {0} عند الدفع.

        Quantity
        = الكمية

        Reason
        = السبب

        Receipt
        = إيصال

        Receipt {0}
        = الإيصال {0}

        Registration number
        = رقم السجل التجاري

        Reset your Courtyard password
        = إعادة تعيين كلمة مرورك في Courtyard

        Reset your password from the sign-in page before you sign in again.
        = أعد تعيين كلمة مرورك من صفحة تسجيل الدخول قبل أن تسجّل الدخول مجددًا.

        Say why no tax is taken.
        = اذكر سبب عدم فرض الضريبة.

        Seats of members
        = مقاعد الأعضاء

        Send application/json.
        = أرسل المحتوى بصيغة application/json.

        Send application/x-www-form-urlencoded.
        = أرسل application/x-www-form-urlencoded.

        Send confirm_data_loss: true to delete what is older.
        = أرسل confirm_data_loss: true لحذف ما هو أقدم.

        Send multipart/form-data or application/json.
        = أرسل المحتوى بصيغة multipart/form-data أو application/json.

        Send multipart/form-data.
        = أرسل المحتوى بصيغة multipart/form-data.

        Send the file.
        = أرسل الملف.

        Service accounts
        = حسابات الخدمة

        Set up broadcast types
        = جهّز أنواع البث

        Set up chatbot flows
        = جهّز مسارات روبوت الدردشة

        Several workspaces use this domain; name one
        = تستخدم عدة مساحات عمل هذا النطاق؛ حدّد واحدة

        Sign in here:
        = سجّل الدخول من هنا:

        Sign in to Courtyard through your company
        = سجّل الدخول إلى Courtyard عبر شركتك

        Sign in with this address. If you have a Courtyard login already, use it as ever. If \
        not, {0} will tell you the first password, which you change when you sign in.
        = سجّل الدخول بهذا العنوان. إن كان لديك حساب دخول على Courtyard فاستخدمه كالمعتاد. وإلا \
        فسيخبرك {0} بكلمة المرور الأولى، وستغيّرها عند تسجيل الدخول.

        Sign in with this address. If you have no password yet, ask for one on the sign-in \
        page, as if you had forgotten it.
        = سجّل الدخول بهذا العنوان. إن لم تكن لديك كلمة مرور بعد، فاطلب واحدة من صفحة تسجيل \
        الدخول كما لو أنك نسيتها.

        Single sign-on was switched off
        = أُوقف تسجيل الدخول الموحد

        Some fields break a rule
        = تخالف بعض الحقول إحدى القواعد

        Somebody asked to sign in to Courtyard with this address, but it belongs to your login.
        = طلب شخص ما تسجيل الدخول إلى Courtyard بهذا العنوان، لكنه يخص حساب دخولك.

        Somebody asked to use your address
        = طلب شخص ما استخدام عنوانك

        Somebody, probably you, asked to change the address of your Courtyard login to {0}.
        = طلب شخص ما، ولعله أنت، تغيير عنوان حساب دخولك على Courtyard إلى {0}.

        Somebody, probably you, asked to create a Courtyard workspace with this address.
        = طلب شخص ما، ولعله أنت، إنشاء مساحة عمل على Courtyard بهذا العنوان.

        Somebody, probably you, asked to create another Courtyard workspace with this address.
        = طلب شخص ما، ولعله أنت، إنشاء مساحة عمل أخرى على Courtyard بهذا العنوان.

        Somebody, probably you, asked to reset the Courtyard password of this address.
        = طلب شخص ما، ولعله أنت، إعادة تعيين كلمة مرور Courtyard لهذا العنوان.

        Somebody, probably you, asked to use this address to sign in to Courtyard.
        = طلب شخص ما، ولعله أنت، استخدام هذا العنوان لتسجيل الدخول إلى Courtyard.
        Somebody, probably you, has signed in through a company, and a Courtyard login with this \
        address exists already.
        = سجّل شخص ما، على الأرجح أنت، الدخول عبر شركة، ويوجد بالفعل دخول إلى Courtyard بهذا \
        العنوان.

        Something stands behind the last delimiter.
        = يوجد شيء بعد الفاصل الأخير.

        Something went wrong on our side
        = حدث خطأ من جانبنا

        Tax
        = الضريبة

        Tax amount
        = مبلغ الضريبة

        Tax number
        = الرقم الضريبي

        Taxable amount
        = المبلغ الخاضع للضريبة

        Telegram bots and Facebook pages
        = روبوتات تيليجرام وصفحات فيسبوك

        Tell which method the code is of.
        = حدّد الطريقة التي يخصها الرمز.

        The API is served over TLS only
        = واجهة API متاحة عبر TLS فقط

        The Courtyard password of this address was just changed, and other sessions were ended.
        = تم للتو تغيير كلمة مرور Courtyard لهذا العنوان، وأُنهيت الجلسات الأخرى.

        The DNS record that proves the domain {0} for the workspace “{1}” could not be found, \
        twice in a row.
        = تعذر العثور مرتين متتاليتين على سجل DNS الذي يثبت النطاق {0} لمساحة العمل “{1}”.

        The account API token is about to end.
        = رمز API الخاص بالحساب على وشك الانتهاء.

        The account API token was created
        = تم إنشاء رمز API الخاص بالحساب

        The account API token was replaced
        = تم استبدال رمز API الخاص بالحساب

        The account API token was revoked
        = تم إلغاء رمز API الخاص بالحساب

        The account is active already.
        = الحساب نشط بالفعل.

        The account is disabled already.
        = الحساب موقوف بالفعل.

        The account is disabled.
        = الحساب موقوف.

        The address is too long
        = العنوان طويل جدًا

        The address of this installation is not set.
        = لم يُضبط عنوان هذا النظام.

        The address of your Courtyard login was just changed to {0}. Sign in with it from now \
        on.
        = تم للتو تغيير عنوان حساب دخولك على Courtyard إلى {0}. سجّل الدخول به من الآن فصاعدًا.

        The body is not JSON: {0}.
        = المحتوى ليس بصيغة JSON: {0}.

        The body must be a JSON object.
        = يجب أن يكون المحتوى كائن JSON.

        The buyer's name, address or country is missing
        = اسم المشتري أو عنوانه أو بلده غير موجود

        The change deletes data and must be confirmed
        = يحذف هذا التغيير بيانات ويجب تأكيده

        The change of your Courtyard address was cancelled
        = أُلغي تغيير عنوانك في Courtyard

        The code is wrong, used or too old
        = الرمز غير صحيح أو مستخدم أو قديم جدًا

        The connection has not passed a test login
        = لم يجتز الاتصال تسجيل دخول تجريبيًا

        The contacts have too many different attributes for one file
        = لدى جهات الاتصال سمات مختلفة أكثر مما يتسع له ملف واحد

        The content does not begin with its boundary.
        = لا يبدأ المحتوى بفاصله.

        The content ends before its last delimiter.
        = ينتهي المحتوى قبل فاصله الأخير.

        The content is of a type that is not accepted here
        = نوع المحتوى غير مقبول هنا

        The content is too large
        = المحتوى كبير جدًا

        The country has a tax rate from this day on already
        = للبلد معدل ضريبة بدءًا من هذا اليوم بالفعل

        The credits say what is given back.
        = الأرصدة هي التي تحدد ما يُعاد.

        The current password is wrong
        = كلمة المرور الحالية غير صحيحة

        The cursor does not belong to this list
        = المؤشر لا يخص هذه القائمة

        The document lacks what an e-invoice must say
        = ينقص المستند ما يجب أن تتضمنه الفاتورة الإلكترونية

        The e-mail address is managed by the identity provider
        = عنوان البريد الإلكتروني يديره موفّر الهوية

        The expectation cannot be met
        = يتعذر تحقيق ما هو متوقع

        The field mapping is not JSON.
        = الحقل mapping ليس بصيغة JSON.

        The file cannot be read
        = تتعذر قراءة الملف

        The file has no column {0}.
        = لا يحتوي الملف على عمود باسم {0}.

        The file has too many columns.
        = يحتوي الملف على أعمدة أكثر من اللازم.

        The file has too many rows
        = يحتوي الملف على صفوف أكثر من اللازم

        The file is neither CSV nor an Excel workbook.
        = الملف ليس CSV ولا مصنف Excel.

        The file is no PNG, JPEG or WebP picture, or damaged.
        = الملف ليس صورة PNG أو JPEG أو WebP، أو هو تالف.

        The file lacks columns that are needed
        = ينقص الملف أعمدة لازمة

        The first request with this key is still running
        = الطلب الأول بهذا المفتاح ما زال قيد التنفيذ

        The first row must name the columns.
        = يجب أن يحمل الصف الأول أسماء الأعمدة.

        The header fields are too large
        = حقول الترويسة كبيرة جدًا

        The idempotency key was used for another request
        = استُخدم مفتاح التكرار الآمن لطلب آخر

        The import is {0} already.
        = عملية الاستيراد في حالة {0} بالفعل.

        The invoice is in another currency.
        = الفاتورة بعملة أخرى.

        The invoice is paid; correct it with a credit note
        = الفاتورة مدفوعة؛ صحّحها بإشعار دائن

        The job did not end in time.
        = لم تنتهِ المهمة في الوقت المحدد.

        The key stands there twice.
        = المفتاح مكرر.

        The line's amount is too large.
        = مبلغ البند كبير جدًا.

        The lines must add up to the order's amount.
        = يجب أن يساوي مجموع البنود مبلغ الطلب.

        The link is unknown, used or too old
        = الرابط غير معروف أو مستخدم أو قديم جدًا

        The list cannot be sorted by this field
        = لا يمكن فرز القائمة حسب هذا الحقل

        The login has to begin anew
        = يجب بدء تسجيل الدخول من جديد

        The logout token was not accepted.
        = لم يُقبل رمز تسجيل الخروج.

        The member has accepted already.
        = قبِل العضو الدعوة بالفعل.

        The member is deactivated already.
        = تم تعطيل العضو بالفعل.

        The member is not deactivated.
        = العضو غير معطَّل.

        The method is not allowed here
        = الطريقة غير مسموح بها هنا

        The method or coding is not supported
        = الطريقة أو الترميز غير مدعوم

        The name is already in use
        = الاسم مستخدم بالفعل

        The new password equals the present one.
        = كلمة المرور الجديدة مطابقة للحالية.

        The next period has its invoice already. Void that one first.
        = للفترة التالية فاتورتها بالفعل. ألغوها أولًا.

        The order is not waiting for its invoice any more.
        = لم يعد الطلب في انتظار فاتورته.

        The order says this.
        = الطلب هو الذي يحدد ذلك.

        The parameter {0} is not known here.
        = المعامل {0} غير معروف هنا.

        The parameter {0} was given twice.
        = ورد المعامل {0} مرتين.

        The password is made of names or of the e-mail address.
        = تتكوّن كلمة المرور من أسماء أو من عنوان البريد الإلكتروني.

        The payment is more than what is left to pay
        = الدفعة أكبر من المبلغ المتبقي

        The permission is missing
        = الصلاحية غير متوفرة

        The person belongs to no open workspace
        = لا ينتمي هذا الشخص إلى أي مساحة عمل مفتوحة

        The person is a member already
        = هذا الشخص عضو بالفعل

        The phone number of your login was changed.
        = تم تغيير رقم هاتف تسجيل دخولك.

        The picture has too few or too many pixels.
        = عدد وحدات بكسل الصورة أقل أو أكثر من المسموح.
        The person is no member of this workspace
        = هذا الشخص ليس عضوًا في مساحة العمل هذه

        The plan does not include this feature
        = لا تتضمن الخطة هذه الميزة

        The plan of the workspace “{0}” does not include single sign-on any more, so it was \
        switched off.
        = لم تعد خطة مساحة العمل “{0}” تشمل تسجيل الدخول الموحد، لذلك أُوقف.

        The plan {0} has taken the place of {1}.
        = حلت الخطة {0} محل {1}.

        The plan's limit is reached
        = تم بلوغ حد الخطة

        The present state does not allow this
        = الحالة الراهنة لا تسمح بذلك

        The query is not valid percent-encoded UTF-8.
        = الاستعلام ليس نص UTF-8 صالحًا بترميز النسبة المئوية.

        The query parameter is unknown
        = معامل الاستعلام غير معروف

        The quiet hours must not end as they begin.
        = لا يجوز أن تنتهي ساعات الهدوء في وقت بدايتها نفسه.

        The reason: {0}
        = السبب: {0}

        The request came too slowly
        = وصل الطلب ببطء شديد

        The request could not be read
        = تعذرت قراءة الطلب

        The request did not prove that it came from the console
        = لم يثبت الطلب أنه صادر عن لوحة التحكم

        The resource has changed since it was read
        = تغيّر المورد منذ قراءته

        The role is in use
        = الدور قيد الاستخدام

        The row at line {0} is not valid text.
        = الصف في السطر {0} ليس نصًا صالحًا.

        The row at line {0} is too long.
        = الصف في السطر {0} طويل جدًا.

        The seller's data have not been set
        = لم تُحدَّد بيانات البائع

        The service account has two tokens that have not expired
        = لدى حساب الخدمة رمزان لم تنتهِ صلاحيتهما بعد

        The service is briefly unavailable
        = الخدمة غير متاحة مؤقتًا

        The service is busy
        = الخدمة مشغولة

        The session has moved to another workspace
        = انتقلت الجلسة إلى مساحة عمل أخرى

        The shared schema is behind.
        = المخطط المشترك غير محدَّث.

        The single sign-on was not accepted
        = لم يُقبل تسجيل الدخول الموحد

        The token lacks the scope
        = يفتقر الرمز إلى النطاق اللازم

        The token “{0}” of the service account “{1}” is about to end.
        = الرمز «{0}» الخاص بحساب الخدمة «{1}» على وشك الانتهاء.

        The total is too large.
        = المجموع كبير جدًا.

        The total must be above 0.
        = يجب أن يكون المجموع أكبر من 0.

        The upload could not be read. {0}
        = تعذرت قراءة الملف المرفوع. {0}

        The value at {0} has the wrong JSON type.
        = نوع JSON للقيمة عند {0} غير صحيح.

        The value of {0} is not valid.
        = قيمة {0} غير صالحة.

        The workbook is damaged.
        = المصنف تالف.

        The workbook unpacks to too much.
        = حجم المصنف بعد فك الضغط كبير جدًا.

        The workspace has as many custom roles as it can
        = بلغت مساحة العمل الحد الأقصى من الأدوار المخصصة

        The workspace has as many groups as it may have
        = بلغت مساحة العمل الحد الأقصى من المجموعات

        The workspace has this plan and interval already
        = لدى مساحة العمل هذه الخطة وهذه الفترة بالفعل

        The workspace is being updated
        = يجري تحديث مساحة العمل

        The workspace is suspended
        = مساحة العمل معلّقة

        The workspace needs an active Owner
        = تحتاج مساحة العمل إلى مالك نشط

        The workspace uses more than the plan {0} allows, so the plan {1} was renewed. These \
        limits are exceeded:
        = تستخدم مساحة العمل أكثر مما تسمح به الخطة {0}، لذلك جُددت الخطة {1}. تم تجاوز هذه \
        الحدود:

        The workspace “{0}” was made for you, and you are its Owner.
        = أُنشئت مساحة العمل ”{0}“ لك، وأنت مالكها.

        Then reset your password: whoever asked knew it.
        = ثم أعد تعيين كلمة مرورك: فمن طلب ذلك كان يعرفها.

        There are not enough AI credits left
        = لم يتبقَّ ما يكفي من أرصدة الذكاء الاصطناعي

        There are too many parts.
        = عدد الأجزاء أكبر من اللازم.

        There is no password to prove; sign in again at your provider.
        = لا توجد كلمة مرور لإثباتها؛ سجّل الدخول مجددًا لدى موفّر الهوية.

        There is no permission ‘{0}’.
        = لا توجد صلاحية باسم «{0}».

        There is no room for the upload at the moment
        = لا توجد مساحة للملف المرفوع في الوقت الحالي

        There is no scope ‘{0}’.
        = لا يوجد نطاق باسم «{0}».

        There is no such job.
        = لا توجد مهمة كهذه.

        There is no such pack.
        = لا توجد حزمة كهذه.

        There is no verified phone number
        = لا يوجد رقم هاتف مُتحقق منه

        There is nothing here
        = لا يوجد شيء هنا

        This address is the one of your Courtyard login, and all sessions were ended.
        = هذا هو عنوان حساب دخولك على Courtyard، وقد أُنهيت جميع الجلسات.

        This cannot be switched off.
        = لا يمكن إيقاف هذا.

        This category does not fit the rate.
        = هذه الفئة لا تناسب المعدل.

        This concerns the workspace “{0}” on Courtyard.
        = يتعلق هذا بمساحة العمل ”{0}“ على Courtyard.

        This field cannot be changed.
        = لا يمكن تغيير هذا الحقل.

        This field cannot be null.
        = لا يمكن أن تكون قيمة هذا الحقل null.

        This field is needed.
        = هذا الحقل مطلوب.

        This field is not known here.
        = هذا الحقل غير معروف هنا.

        This field was sent twice.
        = أُرسل هذا الحقل مرتين.

        This installation does not take sign-ups
        = لا يقبل هذا النظام تسجيل حسابات جديدة

        This is for signed-in members only.
        = هذا متاح للأعضاء المسجّلين دخولهم فقط.

        This is not a domain name.
        = هذا ليس اسم نطاق.

        This is not an e-mail address.
        = هذا ليس عنوان بريد إلكتروني.

        This is the name of a field.
        = هذا اسم حقل.

        This is the present address.
        = هذا هو العنوان الحالي.

        This method is not turned on.
        = هذه الطريقة غير مفعّلة.

        This password is among the first that are tried.
        = كلمة المرور هذه من أوائل ما يُجرَّب عند التخمين.

        This plan is in force: {0}.
        = هذه الخطة سارية: {0}.

        This plan is not wanted any more: {0}.
        = لم تعد هذه الخطة مطلوبة: {0}.

        This plan was approved: {0}.
        = تمت الموافقة على هذه الخطة: {0}.

        This plan was not approved: {0}.
        = لم تتم الموافقة على هذه الخطة: {0}.

        This plan was requested: {0}.
        = طُلبت هذه الخطة: {0}.

        This session is good for one workspace; log in to the other one
        = هذه الجلسة صالحة لمساحة عمل واحدة؛ سجّل الدخول إلى الأخرى

        This workspace is entered through its identity provider
        = يكون الدخول إلى مساحة العمل هذه عبر موفر الهوية الخاص بها

        To connect the two, open this link in the same browser within 10 minutes:
        = لربط الاثنين، افتح هذا الرابط في المتصفح نفسه خلال 10 دقائق:

        Together the contacts have too many tags or attributes
        = لدى جهتي الاتصال معًا عدد أكبر من اللازم من الوسوم أو السمات

        Tokens they made that still work: {0}. Look at the service accounts and the Developer \
        tab, and replace what the leaver may have kept.
        = عدد الرموز التي أنشأها وما زالت تعمل: {0}. راجع حسابات الخدمة وعلامة تبويب المطورين، \
        واستبدل ما قد يكون المغادر احتفظ به.

        Too many failed attempts
        = عدد المحاولات الفاشلة أكبر من اللازم

        Too many items in one request
        = عدد العناصر في الطلب الواحد أكبر من اللازم

        Too many requests
        = عدد الطلبات أكبر من اللازم

        Total amount
        = المبلغ الإجمالي

        Two columns are called {0}.
        = يوجد عمودان باسم {0}.

        Unit price
        = سعر الوحدة

        Unused days of {0}, {1} of {2}
        = الأيام غير المستخدمة من {0}، {1} من {2}

        Upload media files
        = ارفع ملفات الوسائط

        Valid credentials are needed
        = يلزم تقديم بيانات اعتماد صالحة

        Void
        = ملغاة

        WhatsApp lines
        = خطوط واتساب

        Workspace
        = مساحة العمل

        Write a calling code such as +49.
        = اكتب رمز اتصال مثل +49.

        Write a language tag such as pt-BR.
        = اكتب وسم لغة مثل pt-BR.

        Write the day as 2026-03-01.
        = اكتب اليوم بالصيغة 2026-03-01.

        Write the issuer's https address.
        = اكتب عنوان https الخاص بجهة الإصدار.

        Write the number as text.
        = اكتب العدد كنص.

        Write the phone number with + and country code.
        = اكتب رقم الهاتف مع علامة + ورمز البلد.

        Write the time as 2026-03-01T09:15:00Z.
        = اكتب الوقت بالصيغة 2026-03-01T09:15:00Z.

        Write the time of day as 22:00.
        = اكتب الوقت بالصيغة 22:00.

        Write two letters of ISO 3166 such as DE.
        = اكتب حرفين من معيار ISO 3166 مثل DE.

        You have a login already, and it stays as it is: the password given in the sign-up was \
        dropped. Open this link within 24 hours to create the workspace, then sign in as usual:
        = لديك حساب دخول بالفعل، وسيبقى كما هو: أُهملت كلمة المرور المُدخلة عند التسجيل. افتح \
        هذا الرابط خلال 24 ساعة لإنشاء مساحة العمل، ثم سجّل الدخول كالمعتاد:

        You will hear from us when it is decided on.
        = سنخبركم عند اتخاذ القرار.

        Your Courtyard address is about to change
        = عنوانك في Courtyard على وشك التغيير

        Your Courtyard address was changed
        = تم تغيير عنوانك في Courtyard

        Your Courtyard code
        = رمز Courtyard الخاص بك

        Your Courtyard code: {0}. Give it to nobody.
        = رمز Courtyard الخاص بك: {0}. لا تعطه لأحد.

        Your Courtyard password was changed
        = تم تغيير كلمة مرورك في Courtyard

        Your Courtyard phone number was changed
        = تم تغيير رقم هاتفك في Courtyard

        Your Courtyard second factors were changed
        = تم تغيير عوامل Courtyard الثانية الخاصة بك

        Your code for Courtyard, valid for 5 minutes:
        = رمزك لدخول Courtyard، صالح لمدة 5 دقائق:

        Your recovery codes were replaced; the old ones are void.
        = تم استبدال رموز الاسترداد الخاصة بك، ولم تعد القديمة صالحة.

        Your workspace has another plan
        = أصبحت لمساحة عملك خطة أخرى

        Your workspace is on the plan FREE now
        = مساحة عملك الآن على الخطة FREE

        Your workspaces are entered through the sign-in of your company, so there is no password \
        to reset here. If that sign-in does not work, ask whoever runs the accounts of your \
        company.
        = يكون الدخول إلى مساحات عملك عبر تسجيل دخول شركتك، لذلك لا توجد كلمة مرور لإعادة \
        تعيينها هنا. إذا لم يعمل، فاسأل من يدير حسابات شركتك.

        a chunk extension is too long or has control characters
        = امتداد إحدى القطع طويل جدًا أو يحتوي على أحرف تحكم

        a chunk is too large
        = إحدى القطع كبيرة جدًا

        a chunk size is not hexadecimal
        = حجم إحدى القطع ليس ست عشريًا

        a chunk size is too long
        = حجم إحدى القطع مكتوب بخانات كثيرة جدًا

        a control character inside a string
        = حرف تحكم داخل سلسلة نصية

        a malformed escape
        = تسلسل هروب بصيغة غير صحيحة

        a malformed number
        = عدد بصيغة غير صحيحة

        a member name that occurs twice
        = اسم عضو مكرر

        a number out of range
        = عدد خارج النطاق

        a trailer line ends without CR LF
        = سطر ختامي ينتهي بدون CR LF

        an unexpected character
        = حرف غير متوقع

        bytes that are not UTF-8
        = بايتات ليست بترميز UTF-8

        chunks are not separated by CR LF
        = القطع غير مفصولة بـ CR LF

        half of a surrogate pair
        = نصف زوج بديل

        If it was not you, ignore this mail: without that password nothing will be created.
        = إذا لم تكن أنت، فتجاهل هذه الرسالة: لن يُنشأ شيء من دون كلمة المرور تلك.

        Open this link within 24 hours and give the password you chose to complete it:
        = افتح هذا الرابط خلال 24 ساعة وأدخل كلمة المرور التي اخترتها لإكمال التسجيل:

        something follows the value
        = يوجد شيء بعد القيمة

        The password that was given in the sign-up is needed.
        = كلمة المرور التي أُعطيت عند التسجيل مطلوبة.

        the text ends too early
        = ينتهي النص قبل أوانه

        too many levels of arrays and objects
        = مستويات المصفوفات والكائنات أكثر من اللازم

        too many values
        = قيم أكثر من اللازم

        {0} ({1}) is no longer a member of the workspace.
        = لم يعد {0} ({1}) عضوًا في مساحة العمل.

        {0} at byte {1}
        = {0}، عند البايت {1}

        {0} has closed the workspace “{1}”. All its sessions and tokens have ended.
        = أغلق {0} مساحة العمل «{1}». انتهت جميع جلساتها ورموزها.

        {0} has created the account API token of the workspace “{1}”.
        = أنشأ {0} رمز API الخاص بحساب مساحة العمل «{1}».

        {0} has left and had made tokens
        = غادر {0} بعد أن أنشأ رموزًا

        {0} has replaced the account API token of the workspace “{1}”.
        = استبدل {0} رمز API الخاص بحساب مساحة العمل «{1}».

        {0} has revoked the account API token of the workspace “{1}”.
        = ألغى {0} رمز API الخاص بحساب مساحة العمل «{1}».

        {0} has sent you a document.
        = أرسل {0} إليك مستندًا.

        {0} invites you to the workspace “{1}” on Courtyard.
        = يدعوك {0} إلى مساحة العمل «{1}» على Courtyard.

        {0} is for Owners alone.
        = {0} مخصصة للمالكين وحدهم.

        {0} needs {1}.
        = تتطلب {0} وجود {1}.
        Name each domain once.
        = اذكر كل نطاق مرة واحدة.

        {0} with a monthly price
        = {0} بسعر شهري

        {0} with an annual price
        = {0} بسعر سنوي

        {0}, an Owner, has just signed in to the workspace “{1}” by password, although single \
        sign-on is enforced there.
        = سجّل المالك {0} الدخول للتو بكلمة المرور إلى مساحة العمل “{1}” مع أن تسجيل الدخول \
        الموحد إلزامي فيها.

        {0}: {1} of {2} are in use.
        = {0}: المستخدم {1} من {2}.
        """
}
