/// Domains under which anybody can have an address: no workspace speaks for them (ID-91, ID-136).
enum PublicMailDomains {
    /// Whether the domain, in lower case, is one of them or lies below one.
    static func contains(_ domain: String) -> Bool {
        var rest = domain[...]
        while true {
            if all.contains(rest) { return true }
            guard let dot = rest.firstIndex(of: ".") else { return false }
            rest = rest[rest.index(after: dot)...]
        }
    }

    private static let all: Set<Substring> = Set(list.split { $0 == " " || $0 == "\n" })

    /// The large free providers of every region, disposable ones, and relays of private addresses.
    private static let list = """
        gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it
        outlook.jp outlook.com.br outlook.co.id hotmail.com hotmail.co.uk hotmail.de
        hotmail.es hotmail.fr hotmail.it hotmail.com.br hotmail.com.ar hotmail.co.id
        live.com live.co.uk live.de live.fr live.it live.nl live.com.mx live.com.ar
        msn.com passport.com windowslive.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.co.id
        yahoo.co.jp yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.com.ph
        yahoo.com.sg yahoo.com.tr yahoo.com.vn yahoo.de yahoo.es yahoo.fr yahoo.in
        yahoo.it ymail.com rocketmail.com myyahoo.com icloud.com me.com mac.com
        privaterelay.appleid.com aol.com aol.co.uk aol.de aim.com verizon.net att.net
        sbcglobal.net bellsouth.net comcast.net cox.net charter.net earthlink.net juno.com
        netzero.net optonline.net frontier.com centurylink.net roadrunner.com proton.me
        protonmail.com protonmail.ch pm.me passmail.net tuta.com tuta.io tutanota.com
        tutanota.de tutamail.com keemail.me mail.com email.com usa.com consultant.com
        engineer.com gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.us web.de freenet.de
        t-online.de arcor.de online.de posteo.de posteo.net mailbox.org fastmail.com
        fastmail.fm hey.com zoho.com zohomail.com zohomail.eu zohomail.in hushmail.com
        runbox.com disroot.org riseup.net autistici.org inbox.com inbox.lv mail.ru bk.ru
        list.ru internet.ru yandex.ru yandex.com yandex.by yandex.kz ya.ru rambler.ru
        ukr.net i.ua meta.ua bigmir.net seznam.cz email.cz centrum.cz post.cz atlas.cz
        azet.sk zoznam.sk wp.pl o2.pl onet.pl onet.eu op.pl interia.pl interia.eu
        gazeta.pl tlen.pl abv.bg mail.bg freemail.hu citromail.hu walla.co.il walla.com
        bezeqint.net orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr
        libero.it virgilio.it alice.it tin.it tiscali.it fastwebnet.it telefonica.net
        terra.es sapo.pt clix.pt mail.pt btinternet.com btopenworld.com ntlworld.com
        virginmedia.com sky.com talktalk.net blueyonder.co.uk tiscali.co.uk ziggo.nl
        kpnmail.nl planet.nl xs4all.nl home.nl skynet.be telenet.be bluewin.ch sunrise.ch
        hispeed.ch telia.com spray.se online.no broadpark.no mail.dk jubii.dk ofir.dk
        luukku.com suomi24.fi eircom.net uol.com.br bol.com.br terra.com.br ig.com.br
        globo.com globomail.com r7.com oi.com.br fibertel.com.ar ciudad.com.ar
        arnet.com.ar speedy.com.ar prodigy.net.mx une.net.co qq.com vip.qq.com foxmail.com
        163.com vip.163.com 126.com yeah.net 139.com 189.cn sina.com sina.cn sohu.com
        aliyun.com tom.com 21cn.com naver.com hanmail.net daum.net kakao.com nate.com
        docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com excite.co.jp
        goo.jp rediffmail.com indiatimes.com sify.com plasa.com telkom.net bigpond.com
        bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz rogers.com shaw.ca
        sympatico.ca telus.net videotron.ca webmail.co.za mweb.co.za telkomsa.net duck.com
        duckduckgo.com relay.firefox.com mozmail.com simplelogin.com slmail.me
        anonaddy.com anonaddy.me addy.io mailinator.com guerrillamail.com
        guerrillamail.net guerrillamail.org sharklasers.com 10minutemail.com temp-mail.org
        tempmail.com tempmail.net tempmailo.com throwawaymail.com yopmail.com yopmail.fr
        yopmail.net trashmail.com trashmail.de trashmail.net dispostable.com getnada.com
        maildrop.cc mailnesia.com moakt.com mohmal.com fakeinbox.com emailondeck.com
        spamgourmet.com discard.email mintemail.com mytemp.email burnermail.io spam4.me
        grr.la pokemail.net mailcatch.com tempr.email
        """
}
