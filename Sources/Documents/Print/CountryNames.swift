import Values

/// The names of countries in the languages that documents are printed in.
///
/// Source: the territory names of the Unicode Common Locale Data Repository (Unicode License V3).
enum CountryNames {
    /// The name of an ISO 3166-1 code; the code itself where it is not known.
    static func name(of code: String, in language: Language) -> String {
        guard let names = table[code] else { return code }
        return switch language {
        case .english: names[0]
        case .spanish: names[1]
        case .arabic: names[2]
        case .indonesian: names[3]
        }
    }

    /// Whether it is a code of ISO 3166-1.
    static func isKnown(_ code: String) -> Bool { table[code] != nil }

    private static let table: [String: [String]] = {
        var table: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "|").map(String.init)
            if fields.count == 5 { table[fields[0]] = Array(fields[1...]) }
        }
        return table
    }()

    /// Code, English, Spanish, Arabic and Indonesian.
    private static let text = """
        AD|Andorra|Andorra|أندورا|Andorra
        AE|United Arab Emirates|Emiratos Árabes Unidos|الإمارات العربية المتحدة|Uni Emirat Arab
        AF|Afghanistan|Afganistán|أفغانستان|Afganistan
        AG|Antigua & Barbuda|Antigua y Barbuda|أنتيغوا وبربودا|Antigua dan Barbuda
        AI|Anguilla|Anguila|أنغويلا|Anguilla
        AL|Albania|Albania|ألبانيا|Albania
        AM|Armenia|Armenia|أرمينيا|Armenia
        AO|Angola|Angola|أنغولا|Angola
        AQ|Antarctica|Antártida|أنتاركتيكا|Antarktika
        AR|Argentina|Argentina|الأرجنتين|Argentina
        AS|American Samoa|Samoa Americana|ساموا الأمريكية|Samoa Amerika
        AT|Austria|Austria|النمسا|Austria
        AU|Australia|Australia|أستراليا|Australia
        AW|Aruba|Aruba|أروبا|Aruba
        AX|Åland Islands|Islas Aland|جزر آلاند|Kepulauan Aland
        AZ|Azerbaijan|Azerbaiyán|أذربيجان|Azerbaijan
        BA|Bosnia & Herzegovina|Bosnia y Herzegovina|البوسنة والهرسك|Bosnia dan Herzegovina
        BB|Barbados|Barbados|بربادوس|Barbados
        BD|Bangladesh|Bangladés|بنغلاديش|Bangladesh
        BE|Belgium|Bélgica|بلجيكا|Belgia
        BF|Burkina Faso|Burkina Faso|بوركينا فاسو|Burkina Faso
        BG|Bulgaria|Bulgaria|بلغاريا|Bulgaria
        BH|Bahrain|Baréin|البحرين|Bahrain
        BI|Burundi|Burundi|بوروندي|Burundi
        BJ|Benin|Benín|بنين|Benin
        BL|St. Barthélemy|San Bartolomé|سان بارتليمي|Saint Barthélemy
        BM|Bermuda|Bermudas|برمودا|Bermuda
        BN|Brunei|Brunéi|بروناي|Brunei
        BO|Bolivia|Bolivia|بوليفيا|Bolivia
        BQ|Caribbean Netherlands|Caribe neerlandés|هولندا الكاريبية|Belanda Karibia
        BR|Brazil|Brasil|البرازيل|Brasil
        BS|Bahamas|Bahamas|جزر البهاما|Bahama
        BT|Bhutan|Bután|بوتان|Bhutan
        BV|Bouvet Island|Isla Bouvet|جزيرة بوفيه|Pulau Bouvet
        BW|Botswana|Botsuana|بوتسوانا|Botswana
        BY|Belarus|Bielorrusia|بيلاروس|Belarus
        BZ|Belize|Belice|بليز|Belize
        CA|Canada|Canadá|كندا|Kanada
        CC|Cocos (Keeling) Islands|Islas Cocos|جزر كوكوس (كيلينغ)|Kepulauan Cocos (Keeling)
        CD|Congo - Kinshasa|República Democrática del Congo|الكونغو - كينشاسا|Kongo - Kinshasa
        CF|Central African Republic|República Centroafricana|\
        جمهورية أفريقيا الوسطى|Republik Afrika Tengah
        CG|Congo - Brazzaville|Congo|الكونغو - برازافيل|Kongo - Brazzaville
        CH|Switzerland|Suiza|سويسرا|Swiss
        CI|Côte d’Ivoire|Côte d’Ivoire|ساحل العاج|Côte d’Ivoire
        CK|Cook Islands|Islas Cook|جزر كوك|Kepulauan Cook
        CL|Chile|Chile|تشيلي|Cile
        CM|Cameroon|Camerún|الكاميرون|Kamerun
        CN|China mainland|China continental|بر الصين الرئيسي|Tiongkok daratan
        CO|Colombia|Colombia|كولومبيا|Kolombia
        CR|Costa Rica|Costa Rica|كوستاريكا|Kosta Rika
        CU|Cuba|Cuba|كوبا|Kuba
        CV|Cape Verde|Cabo Verde|الرأس الأخضر|Tanjung Verde
        CW|Curaçao|Curazao|كوراساو|Curaçao
        CX|Christmas Island|Isla de Navidad|جزيرة كريسماس|Pulau Natal
        CY|Cyprus|Chipre|قبرص|Siprus
        CZ|Czechia|Chequia|التشيك|Ceko
        DE|Germany|Alemania|ألمانيا|Jerman
        DJ|Djibouti|Yibuti|جيبوتي|Jibuti
        DK|Denmark|Dinamarca|الدانمرك|Denmark
        DM|Dominica|Dominica|دومينيكا|Dominika
        DO|Dominican Republic|República Dominicana|جمهورية الدومينيكان|Republik Dominika
        DZ|Algeria|Argelia|الجزائر|Aljazair
        EC|Ecuador|Ecuador|الإكوادور|Ekuador
        EE|Estonia|Estonia|إستونيا|Estonia
        EG|Egypt|Egipto|مصر|Mesir
        EH|Western Sahara|Sáhara Occidental|الصحراء الغربية|Sahara Barat
        ER|Eritrea|Eritrea|إريتريا|Eritrea
        ES|Spain|España|إسبانيا|Spanyol
        ET|Ethiopia|Etiopía|إثيوبيا|Etiopia
        FI|Finland|Finlandia|فنلندا|Finlandia
        FJ|Fiji|Fiyi|فيجي|Fiji
        FK|Falkland Islands|Islas Malvinas|جزر فوكلاند|Kepulauan Falkland
        FM|Micronesia|Micronesia|ميكرونيزيا|Mikronesia
        FO|Faroe Islands|Islas Feroe|جزر فارو|Kepulauan Faroe
        FR|France|Francia|فرنسا|Prancis
        GA|Gabon|Gabón|الغابون|Gabon
        GB|United Kingdom|Reino Unido|المملكة المتحدة|Inggris Raya
        GD|Grenada|Granada|غرينادا|Grenada
        GE|Georgia|Georgia|جورجيا|Georgia
        GF|French Guiana|Guayana Francesa|غويانا الفرنسية|Guyana Prancis
        GG|Guernsey|Guernesey|غيرنزي|Guernsey
        GH|Ghana|Ghana|غانا|Ghana
        GI|Gibraltar|Gibraltar|جبل طارق|Gibraltar
        GL|Greenland|Groenlandia|غرينلاند|Greenland
        GM|Gambia|Gambia|غامبيا|Gambia
        GN|Guinea|Guinea|غينيا|Guinea
        GP|Guadeloupe|Guadalupe|غوادلوب|Guadeloupe
        GQ|Equatorial Guinea|Guinea Ecuatorial|غينيا الاستوائية|Guinea Ekuatorial
        GR|Greece|Grecia|اليونان|Yunani
        GS|So. Georgia & So. Sandwich Isl.|Islas Georgia del Sur y Sandwich del Sur|\
        جورجيا الجنوبية وجزر ساندويتش الجنوبية|Georgia Selatan & Kep. Sandwich Selatan
        GT|Guatemala|Guatemala|غواتيمالا|Guatemala
        GU|Guam|Guam|غوام|Guam
        GW|Guinea-Bissau|Guinea-Bisáu|غينيا بيساو|Guinea-Bissau
        GY|Guyana|Guyana|غيانا|Guyana
        HK|Hong Kong|Hong Kong|هونج كونج|Hong Kong
        HM|Heard & McDonald Islands|Islas Heard y McDonald|\
        جزيرة هيرد وجزر ماكدونالد|Pulau Heard dan Kepulauan McDonald
        HN|Honduras|Honduras|هندوراس|Honduras
        HR|Croatia|Croacia|كرواتيا|Kroasia
        HT|Haiti|Haití|هايتي|Haiti
        HU|Hungary|Hungría|هنغاريا|Hungaria
        ID|Indonesia|Indonesia|إندونيسيا|Indonesia
        IE|Ireland|Irlanda|أيرلندا|Irlandia
        IL|Israel|Israel|إسرائيل|Israel
        IM|Isle of Man|Isla de Man|جزيرة مان|Pulau Man
        IN|India|India|الهند|India
        IO|Chagos Archipelago|Archipiélago de Chagos|أرخببيل تشاغوس|Kepulauan Chagos
        IQ|Iraq|Irak|العراق|Irak
        IR|Iran|Irán|إيران|Iran
        IS|Iceland|Islandia|آيسلندا|Islandia
        IT|Italy|Italia|إيطاليا|Italia
        JE|Jersey|Jersey|جيرسي|Jersey
        JM|Jamaica|Jamaica|جامايكا|Jamaika
        JO|Jordan|Jordania|الأردن|Yordania
        JP|Japan|Japón|اليابان|Jepang
        KE|Kenya|Kenia|كينيا|Kenya
        KG|Kyrgyzstan|Kirguistán|قيرغيزستان|Kirgizstan
        KH|Cambodia|Camboya|كمبوديا|Kamboja
        KI|Kiribati|Kiribati|كيريباتي|Kiribati
        KM|Comoros|Comoras|جزر القمر|Komoro
        KN|St. Kitts & Nevis|San Cristóbal y Nieves|سانت كيتس ونيفيس|Saint Kitts dan Nevis
        KP|North Korea|Corea del Norte|كوريا الشمالية|Korea Utara
        KR|South Korea|Corea del Sur|كوريا الجنوبية|Korea Selatan
        KW|Kuwait|Kuwait|الكويت|Kuwait
        KY|Cayman Islands|Islas Caimán|جزر كايمان|Kepulauan Cayman
        KZ|Kazakhstan|Kazajistán|كازاخستان|Kazakhstan
        LA|Laos|Laos|لاوس|Laos
        LB|Lebanon|Líbano|لبنان|Lebanon
        LC|St. Lucia|Santa Lucía|سانت لوسيا|Saint Lucia
        LI|Liechtenstein|Liechtenstein|ليختنشتاين|Liechtenstein
        LK|Sri Lanka|Sri Lanka|سريلانكا|Sri Lanka
        LR|Liberia|Liberia|ليبيريا|Liberia
        LS|Lesotho|Lesoto|ليسوتو|Lesotho
        LT|Lithuania|Lituania|ليتوانيا|Lituania
        LU|Luxembourg|Luxemburgo|لوكسمبورغ|Luksemburg
        LV|Latvia|Letonia|لاتفيا|Latvia
        LY|Libya|Libia|ليبيا|Libya
        MA|Morocco|Marruecos|المغرب|Maroko
        MC|Monaco|Mónaco|موناكو|Monako
        MD|Moldova|Moldavia|مولدوفا|Moldova
        ME|Montenegro|Montenegro|الجبل الأسود|Montenegro
        MF|St. Martin|San Martín|سان مارتن|Saint Martin
        MG|Madagascar|Madagascar|مدغشقر|Madagaskar
        MH|Marshall Islands|Islas Marshall|جزر مارشال|Kepulauan Marshall
        MK|North Macedonia|Macedonia del Norte|مقدونيا الشمالية|Makedonia Utara
        ML|Mali|Mali|مالي|Mali
        MM|Myanmar (Burma)|Myanmar (Birmania)|ميانمار (بورما)|Myanmar (Burma)
        MN|Mongolia|Mongolia|منغوليا|Mongolia
        MO|Macao|Macao|ماكاو|Makau
        MP|Northern Mariana Islands|Islas Marianas del Norte|\
        جزر ماريانا الشمالية|Kepulauan Mariana Utara
        MQ|Martinique|Martinica|جزر المارتينيك|Martinik
        MR|Mauritania|Mauritania|موريتانيا|Mauritania
        MS|Montserrat|Montserrat|مونتسرات|Montserrat
        MT|Malta|Malta|مالطا|Malta
        MU|Mauritius|Mauricio|موريشيوس|Mauritius
        MV|Maldives|Maldivas|جزر المالديف|Maladewa
        MW|Malawi|Malaui|ملاوي|Malawi
        MX|Mexico|México|المكسيك|Meksiko
        MY|Malaysia|Malasia|ماليزيا|Malaysia
        MZ|Mozambique|Mozambique|موزمبيق|Mozambik
        NA|Namibia|Namibia|ناميبيا|Namibia
        NC|New Caledonia|Nueva Caledonia|كاليدونيا الجديدة|Kaledonia Baru
        NE|Niger|Níger|النيجر|Niger
        NF|Norfolk Island|Isla Norfolk|جزيرة نورفولك|Kepulauan Norfolk
        NG|Nigeria|Nigeria|نيجيريا|Nigeria
        NI|Nicaragua|Nicaragua|نيكاراغوا|Nikaragua
        NL|Netherlands|Países Bajos|هولندا|Belanda
        NO|Norway|Noruega|النرويج|Norwegia
        NP|Nepal|Nepal|نيبال|Nepal
        NR|Nauru|Nauru|ناورو|Nauru
        NU|Niue|Niue|نيوي|Niue
        NZ|New Zealand|Nueva Zelanda|نيوزيلندا|Selandia Baru
        OM|Oman|Omán|عُمان|Oman
        PA|Panama|Panamá|بنما|Panama
        PE|Peru|Perú|بيرو|Peru
        PF|French Polynesia|Polinesia Francesa|بولينيزيا الفرنسية|Polinesia Prancis
        PG|Papua New Guinea|Papúa Nueva Guinea|بابوا غينيا الجديدة|Papua Nugini
        PH|Philippines|Filipinas|الفلبين|Filipina
        PK|Pakistan|Pakistán|باكستان|Pakistan
        PL|Poland|Polonia|بولندا|Polandia
        PM|St. Pierre & Miquelon|San Pedro y Miquelón|\
        سان بيير ومكويلون|Saint Pierre dan Miquelon
        PN|Pitcairn Islands|Islas Pitcairn|جزر بيتكيرن|Kepulauan Pitcairn
        PR|Puerto Rico|Puerto Rico|بورتوريكو|Puerto Riko
        PS|Palestinian Territories|Territorios Palestinos|الأراضي الفلسطينية|Wilayah Palestina
        PT|Portugal|Portugal|البرتغال|Portugal
        PW|Palau|Palaos|بالاو|Palau
        PY|Paraguay|Paraguay|باراغواي|Paraguay
        QA|Qatar|Catar|قطر|Qatar
        RE|Réunion|Reunión|روينيون|Réunion
        RO|Romania|Rumanía|رومانيا|Rumania
        RS|Serbia|Serbia|صربيا|Serbia
        RU|Russia|Rusia|روسيا|Rusia
        RW|Rwanda|Ruanda|رواندا|Rwanda
        SA|Saudi Arabia|Arabia Saudí|المملكة العربية السعودية|Arab Saudi
        SB|Solomon Islands|Islas Salomón|جزر سليمان|Kepulauan Solomon
        SC|Seychelles|Seychelles|سيشل|Seychelles
        SD|Sudan|Sudán|السودان|Sudan
        SE|Sweden|Suecia|السويد|Swedia
        SG|Singapore|Singapur|سنغافورة|Singapura
        SH|St. Helena|Santa Elena|سانت هيلينا|Saint Helena
        SI|Slovenia|Eslovenia|سلوفينيا|Slovenia
        SJ|Svalbard & Jan Mayen|Svalbard y Jan Mayen|\
        سفالبارد وجان ماين|Kepulauan Svalbard dan Jan Mayen
        SK|Slovakia|Eslovaquia|سلوفاكيا|Slovakia
        SL|Sierra Leone|Sierra Leona|سيراليون|Sierra Leone
        SM|San Marino|San Marino|سان مارينو|San Marino
        SN|Senegal|Senegal|السنغال|Senegal
        SO|Somalia|Somalia|الصومال|Somalia
        SR|Suriname|Surinam|سورينام|Suriname
        SS|South Sudan|Sudán del Sur|جنوب السودان|Sudan Selatan
        ST|São Tomé & Príncipe|Santo Tomé y Príncipe|ساو تومي وبرينسيبي|Sao Tome dan Principe
        SV|El Salvador|El Salvador|السلفادور|El Salvador
        SX|Sint Maarten|Sint Maarten|سانت مارتن|Sint Maarten
        SY|Syria|Siria|سوريا|Suriah
        SZ|Eswatini|Esuatini|إسواتيني|eSwatini
        TC|Turks & Caicos Islands|Islas Turcas y Caicos|\
        جزر توركس وكايكوس|Kepulauan Turks dan Caicos
        TD|Chad|Chad|تشاد|Chad
        TF|French Southern Territories|Territorios Australes Franceses|\
        الأقاليم الجنوبية الفرنسية|Wilayah Selatan Prancis
        TG|Togo|Togo|توغو|Togo
        TH|Thailand|Tailandia|تايلاند|Thailand
        TJ|Tajikistan|Tayikistán|طاجيكستان|Tajikistan
        TK|Tokelau|Tokelau|توكيلاو|Tokelau
        TL|Timor-Leste|Timor Oriental|تيمور - ليشتي|Timor Leste
        TM|Turkmenistan|Turkmenistán|تركمانستان|Turkmenistan
        TN|Tunisia|Túnez|تونس|Tunisia
        TO|Tonga|Tonga|تونغا|Tonga
        TR|Türkiye|Turquía|تركيا|Turki
        TT|Trinidad & Tobago|Trinidad y Tobago|ترينيداد وتوباغو|Trinidad dan Tobago
        TV|Tuvalu|Tuvalu|توفالو|Tuvalu
        TW|Taiwan|Taiwán|تايوان|Taiwan
        TZ|Tanzania|Tanzania|تنزانيا|Tanzania
        UA|Ukraine|Ucrania|أوكرانيا|Ukraina
        UG|Uganda|Uganda|أوغندا|Uganda
        UM|U.S. Outlying Islands|Islas menores alejadas de EE. UU.|\
        جزر الولايات المتحدة النائية|Kepulauan Terluar AS
        US|United States|Estados Unidos|الولايات المتحدة|Amerika Serikat
        UY|Uruguay|Uruguay|أورغواي|Uruguay
        UZ|Uzbekistan|Uzbekistán|أوزبكستان|Uzbekistan
        VA|Vatican City|Ciudad del Vaticano|الفاتيكان|Vatikan
        VC|St. Vincent & Grenadines|San Vicente y las Granadinas|\
        سانت فنسنت وجزر غرينادين|Saint Vincent dan Grenadine
        VE|Venezuela|Venezuela|فنزويلا|Venezuela
        VG|British Virgin Islands|Islas Vírgenes Británicas|\
        جزر فيرجن البريطانية|Kepulauan Virgin Britania Raya
        VI|U.S. Virgin Islands|Islas Vírgenes de EE. UU.|\
        جزر فيرجن الأمريكية|Kepulauan Virgin Amerika Serikat
        VN|Vietnam|Vietnam|فيتنام|Vietnam
        VU|Vanuatu|Vanuatu|فانواتو|Vanuatu
        WF|Wallis & Futuna|Wallis y Futuna|جزر والس وفوتونا|Kepulauan Wallis dan Futuna
        WS|Samoa|Samoa|ساموا|Samoa
        YE|Yemen|Yemen|اليمن|Yaman
        YT|Mayotte|Mayotte|مايوت|Mayotte
        ZA|South Africa|Sudáfrica|جنوب أفريقيا|Afrika Selatan
        ZM|Zambia|Zambia|زامبيا|Zambia
        ZW|Zimbabwe|Zimbabue|زيمبابوي|Zimbabwe
        """
}
