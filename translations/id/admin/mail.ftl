# Surel
admin-mail-what = Semua surel yang dikirim atau akan dikirim toko. Tautan di dalamnya berlaku: jaga kerahasiaannya.
admin-mail-none = Belum ada surel.
admin-mail-subject = Perihal
admin-mail-to = Kepada
admin-mail-queued = Menunggu
admin-mail-sent = Terkirim
admin-mail-failed = Gagal
admin-mail-attempts = setelah { $count } percobaan
admin-mail-template-failed = Kata-kata Anda untuk surel ini gagal disusun, jadi isinya mengikuti tema. { $mistake }
admin-mail-html = Lihat seperti pelanggan
