extension Catalogue {
    /// Indonesian, addressing the reader as Anda.
    static let indonesianText = """
        1 to 40 lower-case letters, digits, hyphens and underscores.
        = 1 sampai 40 huruf kecil, angka, tanda hubung, dan garis bawah.

        A Courtyard workspace was closed
        = Sebuah ruang kerja Courtyard telah ditutup

        A Courtyard workspace was made for you
        = Ruang kerja Courtyard telah dibuat untuk Anda

        A JSON body is needed.
        = Diperlukan isi JSON.

        A cell is too long.
        = Sebuah sel terlalu panjang.

        A code of the EAS list, such as 0088.
        = Kode dari daftar EAS, misalnya 0088.

        A code sent by SMS or e-mail is needed
        = Diperlukan kode yang dikirim lewat SMS atau email

        A code was sent a moment ago
        = Kode baru saja dikirim

        A country's two letters of ISO 3166-1, such as DE.
        = Dua huruf negara menurut ISO 3166-1, misalnya DE.

        A currency's code of ISO 4217, such as USD.
        = Kode mata uang menurut ISO 4217, misalnya USD.

        A delimiter is not followed by a line end.
        = Sebuah pembatas tidak diikuti akhir baris.

        A domain is not proved
        = Sebuah domain belum terbukti

        A domain of your single sign-on is no longer proved
        = Sebuah domain masuk tunggal Anda tidak lagi terbukti

        A field is not UTF-8.
        = Sebuah isian bukan UTF-8.

        A field is too long.
        = Sebuah isian terlalu panjang.

        A file may have 20 MiB.
        = Sebuah berkas boleh berukuran 20 MiB.

        A file may have {0} rows below its header.
        = Sebuah berkas boleh berisi {0} baris di bawah judulnya.

        A group's name cannot contain |.
        = Nama grup tidak boleh mengandung |.

        A limit of the plan is reached
        = Batas paket sudah tercapai

        A name of the IANA database, such as Europe/Berlin.
        = Nama dari basis data IANA, seperti Europe/Berlin.

        A new client needs its secret.
        = Klien baru memerlukan rahasianya.

        A new proof of password and second factor is needed
        = Diperlukan bukti baru berupa kata sandi dan faktor kedua

        A part has a transfer encoding.
        = Salah satu bagian memiliki pengodean transfer.

        A part has no Content-Disposition.
        = Salah satu bagian tidak memiliki Content-Disposition.

        A part has no valid Content-Disposition.
        = Salah satu bagian tidak memiliki Content-Disposition yang valid.

        A part's head has a broken line.
        = Kepala salah satu bagian memiliki baris yang rusak.

        A part's head is too long or has a bare line feed.
        = Kepala salah satu bagian terlalu panjang atau memiliki umpan baris tunggal.

        A part's head is too long.
        = Kepala salah satu bagian terlalu panjang.

        A path of this site, such as /contacts.
        = Jalur di situs ini, seperti /contacts.

        A payment of {0} for invoice {1} has arrived.
        = Pembayaran sebesar {0} untuk faktur {1} telah diterima.

        A payment with this reference is recorded already
        = Pembayaran dengan referensi ini sudah dicatat

        A phone or a channel identity is needed.
        = Diperlukan nomor telepon atau identitas saluran.

        A plan whose invoice stays unpaid for 14 days after it was due ends, and the workspace \
        goes to the limits of the plan FREE.
        = Paket yang fakturnya belum dibayar 14 hari setelah jatuh tempo berakhir, dan ruang \
        kerja beralih ke batas paket FREE.

        A query parameter has an invalid value
        = Sebuah parameter kueri memiliki nilai yang tidak valid

        A query parameter was given twice
        = Sebuah parameter kueri diberikan dua kali

        A quote is not closed at line {0}.
        = Tanda kutip tidak ditutup pada baris {0}.

        A request for another plan is completed
        = Permintaan paket lain selesai

        A request for another plan was approved
        = Permintaan paket lain disetujui

        A request for another plan was cancelled
        = Permintaan paket lain dibatalkan

        A request for another plan was rejected
        = Permintaan paket lain ditolak

        A second factor of your login was turned off.
        = Faktor kedua untuk login Anda telah dinonaktifkan.

        A second factor of your login was turned on.
        = Faktor kedua untuk login Anda telah diaktifkan.

        A service this needs is not set up
        = Layanan yang diperlukan belum disiapkan

        A smaller plan could not begin
        = Paket yang lebih kecil tidak dapat dimulai

        A tag cannot contain |.
        = Tag tidak boleh mengandung |.

        A token ends soon
        = Sebuah token segera berakhir

        A whole number from {0} to {1}.
        = Bilangan bulat dari {0} sampai {1}.

        A workspace has at most {0} custom roles.
        = Sebuah ruang kerja memiliki paling banyak {0} peran khusus.

        A workspace of this person forbids changing the address
        = Salah satu ruang kerja orang ini melarang perubahan alamat

        A workspace requires a second factor
        = Sebuah ruang kerja mewajibkan faktor kedua

        AI credits are running low
        = Kredit AI hampir habis

        AI credits are used up
        = Kredit AI sudah habis

        AI credits left: {0}. More can be bought at any time.
        = Sisa kredit AI: {0}. Kredit tambahan dapat dibeli kapan saja.

        AI credits: {0}
        = Kredit AI: {0}

        Account holder
        = Pemilik rekening

        Account number
        = Nomor rekening

        Active contacts this month
        = Kontak aktif bulan ini

        Active flows
        = Alur aktif

        Add contacts
        = Tambahkan kontak

        Addresses of this domain cannot sign in through your provider until the record stands \
        again and the domains were checked anew.
        = Alamat dari domain ini tidak dapat masuk melalui penyedia Anda sampai catatan itu ada \
        lagi dan domain diperiksa ulang.

        All amounts are in {0}.
        = Semua jumlah dalam {0}.

        Amount credited
        = Jumlah yang dikreditkan

        Amount due
        = Jumlah terutang

        Amount received
        = Jumlah diterima

        An administrator has reset your second factors. You will set them up anew at your next \
        login.
        = Seorang administrator telah mengatur ulang faktor kedua Anda. Anda akan menyiapkannya \
        lagi saat masuk berikutnya.

        An amount of 0 credits nothing.
        = Jumlah 0 tidak mengkreditkan apa pun.

        An invitation is mailed three times a day at most.
        = Undangan dikirim paling banyak tiga kali sehari.

        An issued invoice cannot be changed
        = Faktur yang sudah diterbitkan tidak dapat diubah

        An object of column names by header of the file.
        = Objek berisi nama kolom menurut judul kolom di berkas.

        Another contact has this channel identity
        = Kontak lain memiliki identitas saluran ini

        Another contact has this phone
        = Kontak lain memiliki nomor telepon ini

        Another plan was requested
        = Paket lain telah diminta

        Another request for a plan is open
        = Permintaan paket lain masih terbuka

        Another service did not answer in time
        = Layanan lain tidak menjawab tepat waktu

        Another service refused or failed
        = Layanan lain menolak atau gagal

        Another team has this queue
        = Tim lain memiliki antrean ini

        Any number but 0.
        = Angka apa pun selain 0.

        Anybody can have an address there.
        = Siapa pun dapat memiliki alamat di sana.

        At least {0} characters are needed.
        = Diperlukan paling sedikit {0} karakter.

        At least {0} characters.
        = Paling sedikit {0} karakter.

        At least {0}.
        = Paling sedikit {0}.

        At most 100 attributes.
        = Paling banyak 100 atribut.

        At most {0} attributes.
        = Paling banyak {0} atribut.

        At most {0} characters.
        = Paling banyak {0} karakter.

        At most {0} tags.
        = Paling banyak {0} tag.

        At most {0}.
        = Paling banyak {0}.

        At the limit nothing can be added until something is removed or the plan is changed.
        = Pada batas itu tidak ada yang dapat ditambahkan sampai sesuatu dihapus atau paket \
        diganti.

        At the limit, contacts who write in are still answered; messages to contacts who are \
        not active this month are refused.
        = Pada batas itu, kontak yang menulis tetap dijawab; pesan kepada kontak yang tidak \
        aktif bulan ini ditolak.

        Bank
        = Nama bank

        Bank code
        = Kode bank

        Bank details
        = Rincian rekening

        Bank transfer
        = Transfer lewat bank

        Billed to
        = Ditagihkan kepada

        Built-in roles cannot be changed
        = Peran bawaan tidak dapat diubah

        Card terminal
        = Mesin kartu

        Cash
        = Tunai

        Complete your Courtyard sign-up
        = Selesaikan pendaftaran Courtyard Anda

        Configure the conversation inbox
        = Atur kotak masuk percakapan

        Confirm your new Courtyard address
        = Konfirmasikan alamat Courtyard baru Anda

        Connect your Courtyard login
        = Hubungkan akses Courtyard Anda

        Content-Type has no valid boundary.
        = Content-Type tidak memiliki pembatas (boundary) yang valid.

        Control characters are not allowed.
        = Karakter kontrol tidak diperbolehkan.

        Create broadcasts
        = Buat siaran

        Create contact groups
        = Buat grup kontak

        Create quick replies
        = Buat balasan cepat

        Create templates
        = Buat templat

        Creating groups needs the permission for it.
        = Membuat grup memerlukan izin untuk itu.

        Credit note
        = Nota kredit

        Credit note {0}
        = Nota kredit {0}

        Date of issue
        = Tanggal terbit

        Days left: {0}. Issue a new one and put it in place before then.
        = Sisa hari: {0}. Terbitkan yang baru dan gunakan sebelum itu.

        Description
        = Keterangan

        Due date
        = Jatuh tempo

        E-mail
        = Surel

        E-mail or password is wrong
        = Surel atau kata sandi salah

        Either ids or a filter is needed.
        = Diperlukan id atau filter.

        Emergency login past single sign-on
        = Masuk darurat melewati masuk tunggal

        Every limit is needed; null is unlimited.
        = Setiap batas diperlukan; null berarti tanpa batas.

        FREE costs nothing.
        = FREE tidak berbiaya.

        FREE has no interval.
        = FREE tidak memiliki jangka waktu.

        From {0} to {1}, the period from {2}
        = Dari {0} ke {1}, periode mulai {2}

        From {0} to {1}, {2} of {3} days of the period
        = Dari {0} ke {1}, {2} dari {3} hari periode

        Give an address or a workspace, not both.
        = Berikan alamat atau ruang kerja, jangan keduanya.

        Give it to nobody. If you did not ask for it, change your password.
        = Jangan berikan kepada siapa pun. Jika Anda tidak memintanya, ganti kata sandi Anda.

        Hello {0},
        = Halo {0},

        Idempotency-Key has 1 to 128 printable characters.
        = Idempotency-Key terdiri dari 1 sampai 128 karakter yang dapat dicetak.

        If it was not you, change your password at once and tell an Owner of your workspace.
        = Jika bukan Anda, segera ganti kata sandi Anda dan beri tahu Pemilik ruang kerja Anda.

        If it was not you, ignore this mail: nothing will be connected.
        = Jika bukan Anda, abaikan surel ini: tidak ada yang akan dihubungkan.

        If it was not you, ignore this mail: nothing will be created.
        = Jika bukan Anda, abaikan surel ini: tidak ada yang akan dibuat.

        If it was not you, ignore this mail: nothing will change.
        = Jika bukan Anda, abaikan surel ini: tidak ada yang akan berubah.

        If it was not you, ignore this mail: your password stays as it is.
        = Jika bukan Anda, abaikan surel ini: kata sandi Anda tetap seperti adanya.

        If it was not you, open the link in the mail that announced the change: it brings this \
        address back and ends all sessions.
        = Jika bukan Anda, buka tautan dalam surel yang mengumumkan perubahan itu: tautan \
        tersebut mengembalikan alamat ini dan mengakhiri semua sesi.

        If it was not you, open this link before {0}: it keeps this address and ends all \
        sessions.
        = Jika bukan Anda, buka tautan ini sebelum {0}: tautan ini mempertahankan alamat ini \
        dan mengakhiri semua sesi.

        If it was not you, reset the password at once from the sign-in page and tell an Owner \
        of your workspace.
        = Jika bukan Anda, segera atur ulang kata sandi dari halaman masuk dan beri tahu \
        Pemilik ruang kerja Anda.

        If nobody expected this, change the password of that Owner at once.
        = Jika tidak ada yang menduganya, segera ganti kata sandi Pemilik tersebut.

        If this address has a login and you never chose its password, ask for a new one by mail \
        first.
        = Jika alamat ini sudah memiliki akses masuk dan Anda tidak pernah memilih kata sandinya, \
        mintalah dahulu kata sandi baru lewat surel.

        If this is a surprise, revoke the token on the Developer tab.
        = Jika hal ini di luar dugaan Anda, cabut token di tab Pengembang.

        In the future, and at most 365 days ahead.
        = Di masa depan, dan paling lama 365 hari dari sekarang.

        Invitation to {0} on Courtyard
        = Undangan ke {0} di Courtyard

        Invoice
        = Faktur

        Invoice date
        = Tanggal faktur

        Invoice number
        = Nomor faktur

        Invoice total
        = Total faktur

        Invoice {0}
        = Faktur {0}

        Invoice {0} is due soon
        = Faktur {0} segera jatuh tempo

        Invoice {0} is overdue
        = Faktur {0} sudah lewat jatuh tempo

        Invoice {0} over {1} is due on {2}.
        = Faktur {0} sebesar {1} jatuh tempo pada {2}.

        Invoice {0} over {1} was due on {2}.
        = Faktur {0} sebesar {1} telah jatuh tempo pada {2}.

        Invoice {0} over {1} was issued. It is due on {2}.
        = Faktur {0} sebesar {1} telah diterbitkan. Jatuh temponya {2}.

        Invoice {0} stayed unpaid, so the plan {1} has ended.
        = Faktur {0} tetap tidak dibayar, maka paket {1} telah berakhir.

        Invoice {0} was issued
        = Faktur {0} telah diterbitkan

        Issued by
        = Diterbitkan oleh

        It begins on {0}.
        = Mulai berlaku pada {0}.

        It begins when its invoice is paid.
        = Mulai berlaku setelah fakturnya dibayar.

        It is attached to this message.
        = Dokumen itu terlampir pada pesan ini.

        Its data will be erased after {0}. Until then the operator of Courtyard can open it \
        again.
        = Datanya akan dihapus setelah {0}. Sampai saat itu operator Courtyard dapat membukanya \
        kembali.

        Knowledge documents
        = Dokumen pengetahuan

        Log in again to enter this workspace.
        = Masuk lagi untuk memasuki ruang kerja ini.

        Look at the dashboard
        = Lihat dasbor

        Media storage in MiB
        = Penyimpanan media dalam MiB

        Members choose their own name once they have signed in.
        = Anggota memilih namanya sendiri setelah pernah masuk.

        Members now sign in by password; whoever has none sets one through the link for \
        forgotten passwords. The settings are kept for a return to the plan.
        = Anggota kini masuk dengan kata sandi; yang belum punya dapat membuatnya melalui tautan \
        lupa kata sandi. Pengaturan disimpan jika Anda kembali ke paket tersebut.

        More cells than columns.
        = Lebih banyak sel daripada kolom.

        More credits are to be taken back than are left
        = Kredit yang akan ditarik melebihi sisanya

        More is in use than the plan allows
        = Yang terpakai melebihi jatah paket

        More is to be credited than is left of a line
        = Jumlah yang dikreditkan melebihi sisa suatu baris

        Most of what the plan allows is in use
        = Sebagian besar jatah paket sudah terpakai

        Name each line once.
        = Sebutkan setiap baris satu kali.

        Name or password is wrong
        = Nama atau kata sandi salah

        Net amount
        = Jumlah neto

        New members need a role.
        = Anggota baru memerlukan peran.

        No Owner could log in by password if the provider failed
        = Tidak ada Pemilik yang dapat masuk dengan kata sandi jika penyedia gagal

        No credits were bought with it.
        = Tidak ada kredit yang dibeli dengannya.

        No such channel.
        = Saluran tersebut tidak ada.

        No such id.
        = Id tersebut tidak ada.

        No such member.
        = Anggota tersebut tidak ada.

        No such role.
        = Peran tersebut tidak ada.

        No such team.
        = Tim tersebut tidak ada.

        Nobody can give rights they do not hold
        = Tidak ada yang dapat memberikan hak yang tidak dimilikinya

        Nobody changes their own role or seat here
        = Tidak ada yang dapat mengubah peran atau kursinya sendiri di sini

        Nothing can be added until something is removed or the plan is changed.
        = Tidak ada yang dapat ditambahkan sampai sesuatu dihapus atau paket diganti.

        Nothing has changed, and you need not do anything.
        = Tidak ada yang berubah, dan Anda tidak perlu melakukan apa pun.
        Nobody is made Owner so.
        = Tidak ada yang dijadikan Pemilik dengan cara ini.

        Nothing more is generated until credits are bought or the next billing month brings \
        new ones.
        = Tidak ada lagi yang dibuat sampai kredit dibeli atau bulan penagihan berikutnya \
        membawa kredit baru.

        Nothing was deleted. What exceeds the limits can be read but not used; the oldest \
        stays usable.
        = Tidak ada yang dihapus. Yang melebihi batas dapat dibaca tetapi tidak dipakai; yang \
        terlama tetap dapat dipakai.

        Number
        = Nomor

        Of invoice {0}, {1} are given back.
        = Dari faktur {0}, sebesar {1} dikembalikan.

        One of: {0}.
        = Salah satu dari: {0}.

        Only HTTP/1.1 is spoken here
        = Hanya HTTP/1.1 yang didukung di sini

        Only Owners can change an Owner.
        = Hanya Pemilik yang dapat mengubah Pemilik.

        Only an active member can be made Owner.
        = Hanya anggota aktif yang dapat dijadikan Pemilik.

        Only platform staff can do this for this person.
        = Hanya staf platform yang dapat melakukannya untuk orang ini.

        Open this link within 24 hours to confirm it; until then the old address stays in use:
        = Buka tautan ini dalam 24 jam untuk mengonfirmasinya; sampai saat itu alamat lama \
        tetap berlaku:

        Open this link within 30 minutes to choose a new one; it works once:
        = Buka tautan ini dalam 30 menit untuk memilih yang baru; tautan hanya berlaku sekali:

        Order number
        = Nomor pesanan

        Other
        = Lainnya

        Paid
        = Telah dibayar

        Paid so far
        = Dibayar sampai sekarang

        Payment date
        = Tanggal pembayaran

        Payment method
        = Cara pembayaran

        Payment reference
        = Referensi pembayaran

        Plan {0}, one month
        = Paket {0}, satu bulan

        Plan {0}, one year
        = Paket {0}, satu tahun

        Plan {0}, {1} to {2}
        = Paket {0}, {1} sampai {2}

        Please state {0} with your payment.
        = Cantumkan {0} saat membayar.

        Quantity
        = Kuantitas

        Reason
        = Alasan

        Receipt
        = Kuitansi

        Receipt {0}
        = Kuitansi {0}

        Registration number
        = Nomor registrasi

        Reset your Courtyard password
        = Atur ulang kata sandi Courtyard Anda

        Reset your password from the sign-in page before you sign in again.
        = Atur ulang kata sandi Anda dari halaman masuk sebelum masuk kembali.

        Say why no tax is taken.
        = Sebutkan mengapa pajak tidak dikenakan.

        Seats of members
        = Kursi anggota

        Send application/json.
        = Kirim sebagai application/json.

        Send application/x-www-form-urlencoded.
        = Kirim application/x-www-form-urlencoded.

        Send confirm_data_loss: true to delete what is older.
        = Kirim confirm_data_loss: true untuk menghapus data yang lebih lama.

        Send multipart/form-data or application/json.
        = Kirim sebagai multipart/form-data atau application/json.

        Send multipart/form-data.
        = Kirim sebagai multipart/form-data.

        Send the file.
        = Kirim berkasnya.

        Service accounts
        = Akun layanan

        Set up broadcast types
        = Siapkan jenis siaran

        Set up chatbot flows
        = Siapkan alur chatbot

        Several workspaces use this domain; name one
        = Beberapa ruang kerja memakai domain ini; sebutkan satu

        Sign in here:
        = Masuk di sini:

        Sign in to Courtyard through your company
        = Masuk ke Courtyard melalui perusahaan Anda

        Sign in with this address. If you have a Courtyard login already, use it as ever. If \
        not, {0} will tell you the first password, which you change when you sign in.
        = Masuklah dengan alamat ini. Jika sudah punya akses masuk Courtyard, gunakan seperti \
        biasa. Jika belum, {0} akan memberi tahu kata sandi pertama, yang Anda ganti saat masuk.

        Sign in with this address. If you have no password yet, ask for one on the sign-in \
        page, as if you had forgotten it.
        = Masuklah dengan alamat ini. Jika belum punya kata sandi, mintalah di halaman masuk, \
        seperti saat lupa kata sandi.

        Single sign-on was switched off
        = Masuk tunggal dinonaktifkan

        Some fields break a rule
        = Beberapa isian melanggar aturan

        Somebody asked to sign in to Courtyard with this address, but it belongs to your login.
        = Seseorang meminta masuk ke Courtyard dengan alamat ini, tetapi alamat ini milik akses \
        masuk Anda.

        Somebody asked to use your address
        = Seseorang meminta memakai alamat Anda

        Somebody, probably you, asked to change the address of your Courtyard login to {0}.
        = Seseorang, mungkin Anda, meminta mengubah alamat akses masuk Courtyard Anda menjadi \
        {0}.

        Somebody, probably you, asked to create a Courtyard workspace with this address.
        = Seseorang, mungkin Anda, meminta pembuatan ruang kerja Courtyard dengan alamat ini.

        Somebody, probably you, asked to create another Courtyard workspace with this address.
        = Seseorang, mungkin Anda, meminta pembuatan ruang kerja Courtyard lain dengan alamat \
        ini.

        Somebody, probably you, asked to reset the Courtyard password of this address.
        = Seseorang, mungkin Anda, meminta pengaturan ulang kata sandi Courtyard untuk alamat \
        ini.

        Somebody, probably you, asked to use this address to sign in to Courtyard.
        = Seseorang, mungkin Anda, meminta memakai alamat ini untuk masuk ke Courtyard.
        Somebody, probably you, has signed in through a company, and a Courtyard login with this \
        address exists already.
        = Seseorang, mungkin Anda, telah masuk melalui sebuah perusahaan, dan akses Courtyard \
        dengan alamat ini sudah ada.

        Something stands behind the last delimiter.
        = Ada sesuatu setelah pembatas terakhir.

        Something went wrong on our side
        = Terjadi kesalahan di pihak kami

        Tax
        = Pajak

        Tax amount
        = Jumlah pajak

        Tax number
        = Nomor pajak

        Taxable amount
        = Dasar pengenaan pajak

        Telegram bots and Facebook pages
        = Bot Telegram dan halaman Facebook

        Tell which method the code is of.
        = Sebutkan kode itu untuk metode yang mana.

        The API is served over TLS only
        = API hanya tersedia melalui TLS

        The Courtyard password of this address was just changed, and other sessions were ended.
        = Kata sandi Courtyard untuk alamat ini baru saja diubah, dan sesi lain telah diakhiri.

        The DNS record that proves the domain {0} for the workspace “{1}” could not be found, \
        twice in a row.
        = Catatan DNS yang membuktikan domain {0} untuk ruang kerja “{1}” tidak ditemukan dua \
        kali berturut-turut.

        The account API token is about to end.
        = Token API akun akan segera berakhir.

        The account API token was created
        = Token API akun telah dibuat

        The account API token was replaced
        = Token API akun telah diganti

        The account API token was revoked
        = Token API akun telah dicabut

        The account is active already.
        = Akun ini sudah aktif.

        The account is disabled already.
        = Akun ini sudah dinonaktifkan.

        The account is disabled.
        = Akun ini dinonaktifkan.

        The address is too long
        = Alamat terlalu panjang

        The address of this installation is not set.
        = Alamat instalasi ini belum diatur.

        The address of your Courtyard login was just changed to {0}. Sign in with it from now \
        on.
        = Alamat akses masuk Courtyard Anda baru saja diubah menjadi {0}. Mulai sekarang \
        masuklah dengan alamat itu.

        The body is not JSON: {0}.
        = Isi permintaan bukan JSON: {0}.

        The body must be a JSON object.
        = Isi permintaan harus berupa objek JSON.

        The buyer's name, address or country is missing
        = Nama, alamat, atau negara pembeli belum diisi

        The change deletes data and must be confirmed
        = Perubahan ini menghapus data dan harus dikonfirmasi

        The change of your Courtyard address was cancelled
        = Perubahan alamat Courtyard Anda dibatalkan

        The code is wrong, used or too old
        = Kode salah, sudah dipakai, atau terlalu lama

        The connection has not passed a test login
        = Koneksi belum lulus uji masuk

        The contacts have too many different attributes for one file
        = Kontak memiliki terlalu banyak atribut berbeda untuk satu berkas

        The content does not begin with its boundary.
        = Konten tidak dimulai dengan pembatasnya.

        The content ends before its last delimiter.
        = Konten berakhir sebelum pembatas terakhirnya.

        The content is of a type that is not accepted here
        = Jenis konten tidak diterima di sini

        The content is too large
        = Konten terlalu besar

        The country has a tax rate from this day on already
        = Negara ini sudah memiliki tarif pajak mulai hari itu

        The credits say what is given back.
        = Jumlah kredit menentukan apa yang dikembalikan.

        The current password is wrong
        = Kata sandi saat ini salah

        The cursor does not belong to this list
        = Kursor bukan milik daftar ini

        The document lacks what an e-invoice must say
        = Dokumen ini kurang memuat isi wajib faktur elektronik

        The e-mail address is managed by the identity provider
        = Alamat email dikelola oleh penyedia identitas

        The expectation cannot be met
        = Ekspektasi tidak dapat dipenuhi

        The field mapping is not JSON.
        = Isian mapping bukan JSON.

        The file cannot be read
        = Berkas tidak dapat dibaca

        The file has no column {0}.
        = Berkas tidak memiliki kolom {0}.

        The file has too many columns.
        = Berkas memiliki terlalu banyak kolom.

        The file has too many rows
        = Berkas memiliki terlalu banyak baris

        The file is neither CSV nor an Excel workbook.
        = Berkas bukan CSV maupun buku kerja Excel.

        The file is no PNG, JPEG or WebP picture, or damaged.
        = Berkas bukan gambar PNG, JPEG, atau WebP, atau rusak.

        The file lacks columns that are needed
        = Berkas tidak memiliki kolom yang diperlukan

        The first request with this key is still running
        = Permintaan pertama dengan kunci ini masih berjalan

        The first row must name the columns.
        = Baris pertama harus memuat nama kolom.

        The header fields are too large
        = Isian kepala permintaan terlalu besar

        The idempotency key was used for another request
        = Kunci idempotensi sudah digunakan untuk permintaan lain

        The import is {0} already.
        = Impor sudah berstatus {0}.

        The invoice is in another currency.
        = Faktur ini menggunakan mata uang lain.

        The invoice is paid; correct it with a credit note
        = Faktur sudah dibayar; perbaiki dengan nota kredit

        The job did not end in time.
        = Tugas tidak selesai tepat waktu.

        The key stands there twice.
        = Kunci ini muncul dua kali.

        The line's amount is too large.
        = Jumlah baris ini terlalu besar.

        The lines must add up to the order's amount.
        = Jumlah baris harus sama dengan nilai pesanan.

        The link is unknown, used or too old
        = Tautan tidak dikenal, sudah dipakai, atau terlalu lama

        The list cannot be sorted by this field
        = Daftar tidak dapat diurutkan menurut isian ini

        The login has to begin anew
        = Proses masuk harus dimulai lagi

        The logout token was not accepted.
        = Token keluar tidak diterima.

        The member has accepted already.
        = Anggota ini sudah menerima undangan.

        The member is deactivated already.
        = Anggota ini sudah dinonaktifkan.

        The member is not deactivated.
        = Anggota ini tidak dinonaktifkan.

        The method is not allowed here
        = Metode tidak diizinkan di sini

        The method or coding is not supported
        = Metode atau pengodean tidak didukung

        The name is already in use
        = Nama sudah digunakan

        The new password equals the present one.
        = Kata sandi baru sama dengan yang sekarang.

        The next period has its invoice already. Void that one first.
        = Periode berikutnya sudah memiliki faktur. Batalkan dulu faktur itu.

        The order is not waiting for its invoice any more.
        = Pesanan ini tidak lagi menunggu fakturnya.

        The order says this.
        = Hal ini ditentukan oleh pesanan.

        The parameter {0} is not known here.
        = Parameter {0} tidak dikenal di sini.

        The parameter {0} was given twice.
        = Parameter {0} diberikan dua kali.

        The password is made of names or of the e-mail address.
        = Kata sandi terdiri dari nama atau alamat surel.

        The payment is more than what is left to pay
        = Pembayaran melebihi sisa yang harus dibayar

        The permission is missing
        = Izin tidak dimiliki

        The person belongs to no open workspace
        = Orang ini tidak termasuk dalam ruang kerja mana pun yang terbuka

        The person is a member already
        = Orang ini sudah menjadi anggota

        The phone number of your login was changed.
        = Nomor telepon untuk login Anda telah diubah.

        The picture has too few or too many pixels.
        = Gambar memiliki terlalu sedikit atau terlalu banyak piksel.
        The person is no member of this workspace
        = Orang tersebut bukan anggota ruang kerja ini

        The plan does not include this feature
        = Paket tidak mencakup fitur ini

        The plan of the workspace “{0}” does not include single sign-on any more, so it was \
        switched off.
        = Paket ruang kerja “{0}” tidak lagi mencakup masuk tunggal, sehingga dinonaktifkan.

        The plan {0} has taken the place of {1}.
        = Paket {0} telah menggantikan {1}.

        The plan's limit is reached
        = Batas paket telah tercapai

        The present state does not allow this
        = Keadaan saat ini tidak mengizinkan hal ini

        The query is not valid percent-encoded UTF-8.
        = Kueri bukan UTF-8 dengan pengodean persen yang valid.

        The query parameter is unknown
        = Parameter kueri tidak dikenal

        The quiet hours must not end as they begin.
        = Jam tenang tidak boleh berakhir pada waktu yang sama dengan awalnya.

        The reason: {0}
        = Alasannya: {0}

        The request came too slowly
        = Permintaan datang terlalu lambat

        The request could not be read
        = Permintaan tidak dapat dibaca

        The request did not prove that it came from the console
        = Permintaan tidak membuktikan bahwa asalnya dari konsol

        The resource has changed since it was read
        = Sumber daya telah berubah sejak dibaca

        The role is in use
        = Peran sedang digunakan

        The row at line {0} is not valid text.
        = Baris pada baris teks {0} bukan teks yang valid.

        The row at line {0} is too long.
        = Baris pada baris teks {0} terlalu panjang.

        The seller's data have not been set
        = Data penjual belum ditetapkan

        The service account has two tokens that have not expired
        = Akun layanan sudah memiliki dua token yang masih berlaku

        The service is briefly unavailable
        = Layanan sedang tidak tersedia untuk sementara

        The service is busy
        = Layanan sedang sibuk

        The session has moved to another workspace
        = Sesi telah berpindah ke ruang kerja lain

        The shared schema is behind.
        = Skema bersama belum mutakhir.

        The single sign-on was not accepted
        = Masuk tunggal tidak diterima

        The token lacks the scope
        = Token tidak memiliki cakupan yang diperlukan

        The token “{0}” of the service account “{1}” is about to end.
        = Token “{0}” milik akun layanan “{1}” akan segera berakhir.

        The total is too large.
        = Totalnya terlalu besar.

        The total must be above 0.
        = Totalnya harus di atas 0.

        The upload could not be read. {0}
        = Unggahan tidak dapat dibaca. {0}

        The value at {0} has the wrong JSON type.
        = Nilai pada {0} memiliki tipe JSON yang salah.

        The value of {0} is not valid.
        = Nilai {0} tidak valid.

        The workbook is damaged.
        = Buku kerja rusak.

        The workbook unpacks to too much.
        = Isi buku kerja terlalu besar setelah dibuka.

        The workspace has as many custom roles as it can
        = Ruang kerja sudah mencapai jumlah maksimum peran khusus

        The workspace has as many groups as it may have
        = Ruang kerja sudah mencapai jumlah maksimum grup

        The workspace has this plan and interval already
        = Ruang kerja sudah memakai paket dan jangka waktu ini

        The workspace is being updated
        = Ruang kerja sedang diperbarui

        The workspace is suspended
        = Ruang kerja ditangguhkan

        The workspace needs an active Owner
        = Ruang kerja memerlukan Pemilik yang aktif

        The workspace uses more than the plan {0} allows, so the plan {1} was renewed. These \
        limits are exceeded:
        = Ruang kerja memakai lebih dari yang diizinkan paket {0}, maka paket {1} \
        diperpanjang. Batas-batas ini terlampaui:

        The workspace “{0}” was made for you, and you are its Owner.
        = Ruang kerja “{0}” telah dibuat untuk Anda, dan Anda adalah pemiliknya.

        Then reset your password: whoever asked knew it.
        = Lalu atur ulang kata sandi Anda: siapa pun yang meminta ini mengetahuinya.

        There are not enough AI credits left
        = Kredit AI yang tersisa tidak cukup

        There are too many parts.
        = Terlalu banyak bagian.

        There is no password to prove; sign in again at your provider.
        = Tidak ada kata sandi untuk dibuktikan; masuk lagi melalui penyedia Anda.

        There is no permission ‘{0}’.
        = Tidak ada izin ‘{0}’.

        There is no room for the upload at the moment
        = Saat ini tidak ada ruang untuk unggahan

        There is no scope ‘{0}’.
        = Tidak ada cakupan ‘{0}’.

        There is no such job.
        = Tugas tersebut tidak ada.

        There is no such pack.
        = Tidak ada paket seperti itu.

        There is no verified phone number
        = Belum ada nomor telepon yang terverifikasi

        There is nothing here
        = Tidak ada apa pun di sini

        This address is the one of your Courtyard login, and all sessions were ended.
        = Alamat ini adalah alamat akses masuk Courtyard Anda, dan semua sesi telah diakhiri.

        This cannot be switched off.
        = Ini tidak dapat dimatikan.

        This category does not fit the rate.
        = Kategori ini tidak cocok dengan tarifnya.

        This concerns the workspace “{0}” on Courtyard.
        = Ini menyangkut ruang kerja “{0}” di Courtyard.

        This field cannot be changed.
        = Isian ini tidak dapat diubah.

        This field cannot be null.
        = Isian ini tidak boleh null.

        This field is needed.
        = Isian ini wajib diisi.

        This field is not known here.
        = Isian ini tidak dikenal di sini.

        This field was sent twice.
        = Isian ini dikirim dua kali.

        This installation does not take sign-ups
        = Instalasi ini tidak menerima pendaftaran

        This is for signed-in members only.
        = Ini hanya untuk anggota yang sudah masuk.

        This is not a domain name.
        = Ini bukan nama domain.

        This is not an e-mail address.
        = Ini bukan alamat surel.

        This is the name of a field.
        = Ini adalah nama sebuah isian.

        This is the present address.
        = Ini adalah alamat saat ini.

        This method is not turned on.
        = Metode ini tidak diaktifkan.

        This password is among the first that are tried.
        = Kata sandi ini termasuk yang pertama kali ditebak orang.

        This plan is in force: {0}.
        = Paket ini berlaku: {0}.

        This plan is not wanted any more: {0}.
        = Paket ini tidak diinginkan lagi: {0}.

        This plan was approved: {0}.
        = Paket ini disetujui: {0}.

        This plan was not approved: {0}.
        = Paket ini tidak disetujui: {0}.

        This plan was requested: {0}.
        = Paket ini diminta: {0}.

        This session is good for one workspace; log in to the other one
        = Sesi ini berlaku untuk satu ruang kerja; masuklah ke ruang kerja yang lain

        This workspace is entered through its identity provider
        = Ruang kerja ini dimasuki melalui penyedia identitasnya

        To connect the two, open this link in the same browser within 10 minutes:
        = Untuk menghubungkan keduanya, buka tautan ini di peramban yang sama dalam 10 menit:

        Together the contacts have too many tags or attributes
        = Jika digabung, kontak-kontak ini memiliki terlalu banyak tag atau atribut

        Tokens they made that still work: {0}. Look at the service accounts and the Developer \
        tab, and replace what the leaver may have kept.
        = Token buatannya yang masih berlaku: {0}. Periksa akun layanan dan tab Pengembang, \
        lalu ganti apa yang mungkin masih disimpan olehnya.

        Too many failed attempts
        = Terlalu banyak percobaan gagal

        Too many items in one request
        = Terlalu banyak item dalam satu permintaan

        Too many requests
        = Terlalu banyak permintaan

        Total amount
        = Jumlah total

        Two columns are called {0}.
        = Dua kolom bernama {0}.

        Unit price
        = Harga satuan

        Unused days of {0}, {1} of {2}
        = Hari tak terpakai dari {0}, {1} dari {2}

        Upload media files
        = Unggah berkas media

        Valid credentials are needed
        = Diperlukan kredensial yang valid

        Void
        = Dibatalkan

        WhatsApp lines
        = Nomor WhatsApp

        Workspace
        = Ruang kerja

        Write a calling code such as +49.
        = Tulis kode panggilan seperti +49.

        Write a language tag such as pt-BR.
        = Tulis tag bahasa seperti pt-BR.

        Write the day as 2026-03-01.
        = Tulis tanggalnya seperti 2026-03-01.

        Write the issuer's https address.
        = Tulis alamat https penerbit.

        Write the number as text.
        = Tulis angkanya sebagai teks.

        Write the phone number with + and country code.
        = Tulis nomor telepon dengan + dan kode negara.

        Write the time as 2026-03-01T09:15:00Z.
        = Tulis waktu seperti 2026-03-01T09:15:00Z.

        Write the time of day as 22:00.
        = Tulis jamnya seperti 22:00.

        Write two letters of ISO 3166 such as DE.
        = Tulis dua huruf ISO 3166 seperti DE.

        You have a login already, and it stays as it is: the password given in the sign-up was \
        dropped. Open this link within 24 hours to create the workspace, then sign in as usual:
        = Anda sudah memiliki akses masuk, dan itu tetap seperti adanya: kata sandi yang \
        diberikan saat pendaftaran diabaikan. Buka tautan ini dalam 24 jam untuk membuat ruang \
        kerja, lalu masuk seperti biasa:

        You will hear from us when it is decided on.
        = Anda akan kami kabari setelah diputuskan.

        Your Courtyard address is about to change
        = Alamat Courtyard Anda akan segera berubah

        Your Courtyard address was changed
        = Alamat Courtyard Anda telah diubah

        Your Courtyard code
        = Kode Courtyard Anda

        Your Courtyard code: {0}. Give it to nobody.
        = Kode Courtyard Anda: {0}. Jangan berikan kepada siapa pun.

        Your Courtyard password was changed
        = Kata sandi Courtyard Anda telah diubah

        Your Courtyard phone number was changed
        = Nomor telepon Courtyard Anda telah diubah

        Your Courtyard second factors were changed
        = Faktor kedua Courtyard Anda telah diubah

        Your code for Courtyard, valid for 5 minutes:
        = Kode Anda untuk Courtyard, berlaku 5 menit:

        Your recovery codes were replaced; the old ones are void.
        = Kode pemulihan Anda telah diganti; kode lama tidak berlaku lagi.

        Your workspace has another plan
        = Ruang kerja Anda memakai paket lain

        Your workspace is on the plan FREE now
        = Ruang kerja Anda kini memakai paket FREE

        Your workspaces are entered through the sign-in of your company, so there is no password \
        to reset here. If that sign-in does not work, ask whoever runs the accounts of your \
        company.
        = Ruang kerja Anda dimasuki melalui sistem masuk perusahaan Anda, jadi tidak ada kata \
        sandi yang perlu direset di sini. Jika sistem itu tidak berfungsi, hubungi pengelola \
        akun perusahaan Anda.

        a chunk extension is too long or has control characters
        = ekstensi potongan terlalu panjang atau berisi karakter kontrol

        a chunk is too large
        = sebuah potongan terlalu besar

        a chunk size is not hexadecimal
        = ukuran potongan bukan heksadesimal

        a chunk size is too long
        = ukuran potongan terlalu panjang

        a control character inside a string
        = karakter kontrol di dalam string

        a malformed escape
        = urutan escape yang salah bentuk

        a malformed number
        = angka yang salah bentuk

        a member name that occurs twice
        = nama anggota yang muncul dua kali

        a number out of range
        = angka di luar jangkauan

        a trailer line ends without CR LF
        = baris penutup berakhir tanpa CR LF

        an unexpected character
        = karakter yang tidak terduga

        bytes that are not UTF-8
        = bita yang bukan UTF-8

        chunks are not separated by CR LF
        = potongan tidak dipisahkan oleh CR LF

        half of a surrogate pair
        = separuh dari pasangan surrogate

        If it was not you, ignore this mail: without that password nothing will be created.
        = Jika bukan Anda, abaikan email ini: tanpa kata sandi itu tidak ada yang akan dibuat.

        Open this link within 24 hours and give the password you chose to complete it:
        = Buka tautan ini dalam 24 jam dan masukkan kata sandi yang Anda pilih untuk \
        menyelesaikannya:

        something follows the value
        = ada sesuatu setelah nilai

        The password that was given in the sign-up is needed.
        = Kata sandi yang diberikan saat pendaftaran diperlukan.

        the text ends too early
        = teks berakhir terlalu cepat

        too many levels of arrays and objects
        = terlalu banyak tingkat larik dan objek

        too many values
        = terlalu banyak nilai

        {0} ({1}) is no longer a member of the workspace.
        = {0} ({1}) bukan lagi anggota ruang kerja.

        {0} at byte {1}
        = {0}, pada bita {1}

        {0} has closed the workspace “{1}”. All its sessions and tokens have ended.
        = {0} telah menutup ruang kerja “{1}”. Semua sesi dan tokennya telah berakhir.

        {0} has created the account API token of the workspace “{1}”.
        = {0} telah membuat token API akun untuk ruang kerja “{1}”.

        {0} has left and had made tokens
        = {0} telah keluar dan pernah membuat token

        {0} has replaced the account API token of the workspace “{1}”.
        = {0} telah mengganti token API akun untuk ruang kerja “{1}”.

        {0} has revoked the account API token of the workspace “{1}”.
        = {0} telah mencabut token API akun untuk ruang kerja “{1}”.

        {0} has sent you a document.
        = {0} telah mengirimi Anda sebuah dokumen.

        {0} invites you to the workspace “{1}” on Courtyard.
        = {0} mengundang Anda ke ruang kerja “{1}” di Courtyard.

        {0} is for Owners alone.
        = {0} hanya untuk Pemilik.

        {0} needs {1}.
        = {0} memerlukan {1}.
        Name each domain once.
        = Sebutkan setiap domain satu kali.

        {0} with a monthly price
        = {0} dengan harga bulanan

        {0} with an annual price
        = {0} dengan harga tahunan

        {0}, an Owner, has just signed in to the workspace “{1}” by password, although single \
        sign-on is enforced there.
        = {0}, seorang Pemilik, baru saja masuk ke ruang kerja “{1}” dengan kata sandi, padahal \
        masuk tunggal diwajibkan di sana.

        {0}: {1} of {2} are in use.
        = {0}: {1} dari {2} terpakai.
        """
}
