# Which mails somebody takes.
account-messages = Pesan
messages-saved = Pilihan Anda tersimpan.
messages-which = Hal yang boleh kami kirimkan kepada Anda
messages-to = Surel dikirim ke { $email }.
messages-history = Apa yang Anda pilih, dan kapan
messages-no-history = Anda belum mengubah apa pun.
messages-said-yes = Anda menginginkan surel tentang: { $what }
messages-said-no = Anda tidak menginginkan surel tentang: { $what }
messages-by-mail = dengan tautan di sebuah surel
messages-by-account = di sini
messages-from = dari alamat internet { $client }
messages-unverified = Pastikan dulu bahwa { $email } milik Anda, dengan tautan yang kami kirim ke sana. Setelah itu Anda dapat memilih di sini apa yang boleh kami kirimkan.
message-topic-reviews = Permintaan ulasan
message-topic-reviews-what = Saat paket tiba, kami bertanya apakah Anda menyukai isinya.

# The link in a mail with which it is the last of its kind.
stop-title = Jangan kirim surel seperti ini lagi
stop-ask = Hentikan surel jenis “{ $what }” ke { $email }?
stop-button = Jangan kirim lagi
stop-done = { $email } tidak akan menerima surel jenis “{ $what }” lagi.
stop-already = { $email } tidak menerima surel jenis “{ $what }”.
stop-again = Kirim lagi
stop-taken-again = { $email } menerima surel jenis “{ $what }” lagi.
stop-still = Surel tentang pesanan dan akun Anda selalu dikirim.
message-topic-back-in-stock = Tersedia lagi
message-topic-back-in-stock-what = Bila barang yang Anda tunggu bisa dibeli lagi. Menolak ini juga mengakhiri apa yang Anda tunggu.

# Telling somebody when something is back.
stock-alert-title = Kabari saya bila tersedia lagi
stock-alert-hint = Anda menerima satu surel untuk konfirmasi alamat, dan satu lagi bila barangnya tersedia.
stock-alert-button = Kabari saya
stock-alert-sent = Kami telah mengirim surel. Ikuti tautannya, dan kami kabari bila barang ini tersedia lagi.
stock-alert-waits = Kami kabari lewat surel bila barang ini tersedia lagi.
stock-alert-in-stock = Kabar baik: barang ini bisa dibeli sekarang.
stock-alert-ask = Perlu kami menulis ke { $email } bila barang ini bisa dibeli lagi?
stock-alert-confirm = Ya, kabari saya
stock-alert-waits-for = Kami menulis ke { $email } sekali bila barang ini bisa dibeli lagi.
stock-alert-back = Kembali ke produk

# Pesan ke telepon.
texts-title = SMS
texts-account = Kabari saya lewat SMS tentang pesanan saya
texts-checkout = Kabari saya lewat SMS tentang pesanan ini
texts-hint = Beberapa pesan untuk setiap pesanan, misalnya saat paket berangkat dan tiba. Operator Anda mungkin mengenakan biaya. Balas STOP untuk mengakhirinya.
texts-stopped = { $phone } membalas STOP, jadi tidak ada yang dikirim ke sana. Balas START ke salah satu SMS kami untuk menerimanya lagi.
texts-said-yes = SMS tentang pesanan Anda dikirim ke { $phone }.
texts-said-no = Tidak ada lagi SMS ke { $phone }.
texts-said-none = Tidak ada SMS tentang pesanan Anda.
texts-phone = Nomor untuk SMS
texts-phone-hint = Kosongkan untuk memakai nomor di atas.
field-number-abroad = Kami hanya mengirim SMS ke nomor dari negara tujuan pengiriman kami.
field-invalid-text-number = Nomor ini tidak dapat kami kirimi SMS. Untuk nomor negara lain, awali dengan + dan kode negaranya.

# Notifikasi ke peramban.
pushes-title = Notifikasi
pushes-ask = Beri tahu saya di peramban ini
pushes-stop = Hentikan
pushes-order = Langsung tahu saat pesanan ini berlanjut, juga saat toko tidak terbuka di sini.
pushes-orders = Langsung tahu saat pesanan Anda berlanjut, juga saat toko tidak terbuka di sini. Berakhir saat Anda keluar.
pushes-on = Peramban ini diberi tahu.
pushes-blocked = Notifikasi toko ini diblokir di peramban ini. Izinkan di setelan peramban untuk situs ini, lalu buka lagi halaman ini.
pushes-failed = Tidak berhasil. Silakan coba lagi nanti.
pushes-browsers = Peramban yang diberi tahu
pushes-here = Yang ini
pushes-since = diminta { $date }
pushes-used = terakhir diberi tahu atau diminta { $date }
pushes-stop-all = Hentikan di semua peramban

# Tautan dalam surel tentang keranjang yang ditinggalkan.
cart-left-title = Keranjang Anda
cart-left-text = Ini yang Anda tinggalkan di keranjang:
cart-left-button = Lanjutkan keranjang ini
cart-left-ordered = Keranjang ini sudah dipesan. Terima kasih!
cart-left-gone = Isi keranjang ini sudah diubah, tidak dijual lagi, atau sudah pindah ke keranjang Anda yang lain.
cart-left-look = Lihat-lihat
cart-left-taken = Yang Anda tinggalkan sudah ada di keranjang, sejauh masih dijual.
message-topic-carts = Keranjang yang ditinggalkan
message-topic-carts-what = Sekali, bila Anda meninggalkan sesuatu di keranjang tanpa memesannya.
