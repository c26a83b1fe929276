# Teks surel. `store` adalah nama toko; angka, jumlah uang dan tanggal sudah ditulis dalam bahasa surel.

email-footer = Anda menerima surel ini karena sebuah akun atau pesanan di { $store }.
email-questions = Ada pertanyaan? Tulis ke { $email }.
email-stop = Jangan kirim surel seperti ini lagi
email-link-hint = Jika tombol tidak berfungsi, buka alamat ini:

email-verify-subject = Konfirmasi alamat surel Anda untuk { $store }
email-verify-title = Konfirmasi alamat surel Anda
email-verify-text = Terima kasih telah mendaftar di { $store }. Mohon konfirmasi bahwa alamat ini milik Anda.
email-verify-button = Konfirmasi alamat
email-verify-valid = Tautan berlaku sekali saja, selama { $days } hari.
email-verify-not-you = Jika Anda tidak mendaftar, abaikan surel ini: tidak akan terjadi apa-apa.

email-already-subject = Anda sudah memiliki akun di { $store }
email-already-title = Anda sudah memiliki akun
email-already-text = Seseorang mencoba mendaftar di { $store } dengan alamat ini, yang sudah memiliki akun. Jika itu Anda, silakan langsung masuk.
email-already-button = Masuk
email-already-forgot = Lupa kata sandi? Pilih yang baru:
email-already-not-you = Jika itu bukan Anda, abaikan surel ini: akun Anda tidak berubah.

email-reset-subject = Pilih kata sandi baru untuk { $store }
email-reset-title = Pilih kata sandi baru
email-reset-text = Seseorang meminta kata sandi baru untuk akun Anda di { $store }.
email-reset-button = Pilih kata sandi
email-reset-valid = Tautan berlaku sekali saja, selama { $minutes } menit.
email-reset-not-you = Jika itu bukan Anda, abaikan surel ini: kata sandi Anda tetap sama.

email-changed-subject = Kata sandi Anda untuk { $store } telah diubah
email-changed-title = Kata sandi Anda telah diubah
email-changed-text = Kata sandi akun Anda di { $store } telah diubah, dan perangkat lain telah dikeluarkan.
email-changed-not-you = Jika itu bukan Anda, segera pilih kata sandi baru:
email-changed-button = Pilih kata sandi baru

email-erased-subject = Data Anda di { $store } telah dihapus
email-erased-title = Data Anda telah dihapus
email-erased-text = Akun Anda di { $store } dan semua yang disimpan dengan nama, alamat, dan nomor telepon Anda telah dihapus.
email-erased-stays = Faktur tetap seperti saat ditulis selama hukum mewajibkannya disimpan. Selain itu, tidak ada lagi yang mengarah kepada Anda.
email-erased-last = Ini surel terakhir tentang hal ini. Kami melupakan alamat Anda begitu surel ini terkirim.

email-order-number = Pesanan { $number }
email-order-placed-on = Dipesan pada { $date }
email-order-status-button = Lihat pesanan Anda
email-order-quantity = Jumlah { $quantity }
email-order-items-total = Barang
email-order-discount = Potongan
email-order-shipping = Pengiriman
email-order-shipping-by = Pengiriman ({ $name })
email-order-tax-included = termasuk { $name }
email-order-total = Total
email-order-shipping-address = Dikirim ke
email-order-billing-address = Ditagihkan kepada
email-order-reason = Alasan: { $reason }

email-confirmation-subject = Pesanan Anda { $number } di { $store }
email-confirmation-title = Terima kasih atas pesanan Anda
email-confirmation-text = Kami telah menerima pesanan dan pembayaran Anda. Anda akan menerima surel lagi saat pesanan dikirim.

email-payment-failed-subject = Pembayaran pesanan { $number } tidak berhasil
email-payment-failed-title = Pembayaran Anda tidak berhasil
email-payment-failed-text = Pembayaran pesanan { $number } tidak diselesaikan, jadi pesanan dibatalkan. Tidak ada uang Anda yang diambil.
email-payment-failed-go-on = Jika Anda masih menginginkan barangnya, masukkan lagi ke keranjang di halaman pesanan, lalu bayar lagi atau dengan cara lain.
email-payment-failed-button = Lanjutkan dari pesanan
email-payment-failed-hold = Jika bank Anda menampilkan jumlahnya sebagai dana tertahan, dana itu bebas lagi dengan sendirinya, biasanya dalam beberapa hari.

email-shipped-subject = Pesanan Anda { $number } sedang dikirim
email-shipped-title = Pesanan Anda sedang dikirim
email-shipped-text = Kami telah menyerahkan paket dengan barang-barang berikut:
email-shipped-carrier = Kurir: { $carrier }
email-shipped-tracking-number = Nomor resi: { $number }
email-shipped-track-button = Lacak paket
email-parcel-out-for-delivery-subject = Pesanan Anda { $number } tiba hari ini
email-parcel-out-for-delivery-title = Paket Anda tiba hari ini
email-parcel-out-for-delivery-text = Kurir sedang menuju Anda dengan barang-barang berikut:
email-parcel-delivered-subject = Pesanan Anda { $number } telah tiba
email-parcel-delivered-title = Paket Anda telah tiba
email-parcel-delivered-text = Kurir telah mengantarkan barang-barang berikut:
email-review-text = Bagaimana menurut Anda? Pembeli lain akan senang membaca pendapat Anda.
email-review-button = Tulis ulasan
email-parcel-failed-subject = Pesanan Anda { $number } gagal diantar
email-parcel-failed-title = Paket Anda gagal diantar
email-parcel-failed-text = Kurir tidak dapat mengantarkan barang-barang berikut. Mohon lihat pelacakan, atau balas surel ini.

email-refunded-subject = Pengembalian dana { $amount } untuk pesanan { $number }
email-refunded-title = Pengembalian dana Anda
email-refunded-text = Kami mengembalikan { $amount } ke alat pembayaran yang Anda gunakan. Mungkin perlu beberapa hari sampai dana terlihat di sana.
email-refunded-lines = Pengembalian dana untuk:
email-sorry-subject = Mohon maaf: pesanan { $number } tidak dapat dilanjutkan
email-sorry-title = Mohon maaf
email-sorry-out-of-stock = Ada barang dalam pesanan Anda { $number } yang terjual kepada orang lain sebelum pembayaran Anda dikonfirmasi. Itu seharusnya tidak terjadi, dan kami mohon maaf: pesanan dibatalkan, dan seluruh uang Anda kembali dengan sendirinya.
email-sorry-too-late = Pembayaran untuk pesanan { $number } dikonfirmasi setelah pesanan itu dilepaskan. Kami mohon maaf atas kerepotan ini: seluruh uang Anda kembali dengan sendirinya. Jika Anda masih menginginkan barangnya, silakan pesan kembali.

email-cancelled-subject = Pesanan Anda { $number } telah dibatalkan
email-cancelled-title = Pesanan Anda telah dibatalkan
email-cancelled-text = Pesanan { $number } telah dibatalkan dan tidak akan dikirim. Jika Anda sudah membayar, uang Anda dikembalikan, dan Anda menerima surel tentangnya.

email-invitation-subject = Bekerja bersama kami di { $store }
email-invitation-title = Bergabung dengan staf { $store }
email-invitation-text = Halo { $name }, Anda diundang untuk bekerja di kantor belakang { $store }.
email-invitation-button = Terima
email-invitation-valid = { $days ->
   *[other] Tautan ini berlaku sekali, selama { $days } hari.
}
email-invitation-not-you = Jika Anda tidak tahu maksudnya, abaikan surel ini: tidak akan terjadi apa-apa.
email-cancelled-out-of-stock = Ada barang di dalamnya yang terjual kepada orang lain sebelum pembayaran Anda dikonfirmasi. Kami mohon maaf.

email-alert-subject = Perlu kami kabari bila “{ $product }” tersedia lagi?
email-alert-title = Perlu kami kabari bila tersedia lagi?
email-alert-text = Seseorang memasukkan alamat ini untuk tahu bila “{ $product }” tersedia lagi. Jika itu Anda, silakan konfirmasi.
email-alert-button = Ya, kabari saya
email-alert-valid = Tautan berlaku selama { $days } hari.
email-alert-not-you = Jika bukan Anda, abaikan surel ini: tidak ada yang akan dikirim.

email-back-subject = “{ $product }” tersedia lagi
email-back-title = Sudah tersedia lagi
email-back-text = Anda meminta dikabari: “{ $product }” bisa dibeli lagi.
email-back-button = Lihat
email-back-few = Orang lain juga menunggu, jadi bisa cepat habis. Kabar ini dikirim sekali; mintalah lagi bila Anda terlewat.

email-cart-subject = Ada yang tertinggal di keranjang Anda
email-cart-title = Masih berminat?
email-cart-text = Ini masih ada di keranjang Anda di { $store }:
email-cart-button = Lanjutkan keranjang Anda
email-cart-note = Tidak ada yang disisihkan untuk Anda, dan harga bisa berubah. Surel ini dikirim sekali untuk keranjang ini.

email-low-subject = { $count } barang stoknya menipis
email-low-title = Stok menipis
email-low-text = Pada { $day } ada { $count } barang yang mencapai batas pemesanan ulang.
email-low-left = { $quantity ->
    [0] habis
   *[other] sisa { $quantity }
}
email-low-point = pesan pada { $quantity }
email-low-order = Pesan { $quantity }
email-low-incoming = Dalam perjalanan: { $quantity }
email-low-more = { $count } lagi ada di daftar.
email-low-button = Lihat yang menipis
email-low-why = Anda meminta surel ini. Surel datang sekali sehari, bila ada yang menipis.
email-low-stop = Hentikan di meja kerja
