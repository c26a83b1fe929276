# Ulasan
admin-nav-reviews = Ulasan
admin-settings-reviews = Ulasan produk
admin-settings-reviews-what = Siapa yang boleh mengulas produk, dan kapan ulasan diperiksa.
admin-review-queue-waiting = menunggu
admin-review-queue-published = terbit
admin-review-queue-rejected = ditolak
admin-review-queue-reported = dilaporkan
admin-review-sort = Urutan
admin-review-sort-newest = terbaru
admin-review-sort-oldest = terlama
admin-review-sort-lowest = bintang paling sedikit
admin-review-sort-reports = paling banyak dilaporkan
admin-review-stars = { $count ->
   *[other] { $count } bintang
}
admin-review-rating = Bintang
admin-review-state-waiting = Menunggu
admin-review-state-published = Terbit
admin-review-state-rejected = Ditolak
admin-review-reports = { $count ->
   *[other] dilaporkan { $count } kali
}
admin-review-photos = { $count ->
   *[other] { $count } foto
}
admin-review-choose = Pilih ulasan { $product } dari { $author }
admin-review-verified = pembelian terverifikasi
admin-review-unverified = pembelian tidak diketahui
admin-review-suspicious = Mengapa tidak langsung terbit
admin-review-suspicion-links = Tautan
admin-review-suspicion-links-what = mengarah ke tempat lain lewat alamat web atau surat.
admin-review-suspicion-repeated = Teks berulang
admin-review-suspicion-repeated-what = satu huruf berulang lebih dari delapan kali, atau teks yang panjang hanya memuat sedikit kata yang berbeda.
admin-review-suspicion-bad-words = Kata dalam daftar Anda
admin-review-suspicion-bad-words-what = memuat salah satu kata di atas.
admin-review-suspicion-too-fast = Terlalu banyak sekaligus
admin-review-suspicion-too-fast-what = penulisnya memulai lebih dari lima ulasan lain dalam sepuluh menit.
admin-review-suspicion-same-text = Teks yang sama
admin-review-suspicion-same-text-what = sedikitnya dua orang lain menulis hal yang sama, dalam delapan kata atau lebih.
admin-reviews-count = { $count ->
   *[other] { $count } ulasan
}
admin-reviews-none = Tidak ada ulasan seperti itu.
admin-reviews-all-done = Tidak ada yang menunggu. Semua ulasan sudah diperiksa.
admin-reviews-chosen = Ulasan yang dipilih
admin-reviews-approve = Terbitkan yang dipilih
admin-reviews-reject = Tolak yang dipilih
admin-reviews-decided = { $count ->
   *[other] Sudah dilakukan untuk { $count } ulasan.
}
admin-reviews-stale = { $count ->
   *[other] { $count } ulasan sementara itu sudah diubah orang lain dan dibiarkan seperti adanya. Silakan periksa lagi.
}
admin-review-undo = Urungkan
admin-review-undo-to = Urungkan: kembali ke { $state }
admin-review-of = Ulasan { $product }
admin-review-no-text = Hanya memuat bintang.
admin-review-photo = Foto { $number }
admin-review-photo-remove = Hapus
admin-review-photo-remove-one = Hapus foto { $number }
admin-review-reply = Jawaban
admin-review-reply-text = Jawaban Anda
admin-review-reply-hint = Semua orang melihatnya di bawah ulasan. Kosongkan untuk menghapusnya.
admin-review-reply-save = Simpan jawaban
admin-review-replied = Dijawab pada { $date }.
admin-review-decide = Putuskan
admin-review-approve = Terbitkan
admin-review-keep = Biarkan terbit
admin-review-reject = Tolak
admin-review-reason = Alasan
admin-review-reason-hint = Diperlukan untuk penolakan. Penulisnya membacanya.
admin-review-about = Keterangan
admin-review-product = Produk
admin-review-author = Nama yang ditampilkan
admin-review-email = E-mail
admin-review-order = pesanan yang dipakai waktu menulis
admin-review-bought = Pembelian
admin-review-changed = diubah pada { $date }
admin-review-helpful = Dianggap membantu
admin-review-reported = Dilaporkan
admin-flash-review-approved = Ulasan sudah terbit.
admin-flash-review-rejected = Ulasan ditolak.
admin-flash-review-undone = Keputusan itu sudah diurungkan.
admin-wrong-choose-reviews = Silakan centang ulasannya dulu.
admin-wrong-review-changed = Seseorang mengubah ulasan ini selagi Anda memeriksanya. Inilah keadaannya sekarang; yang Anda ketik masih ada di kolomnya.
admin-wrong-too-many-words = Paling banyak 1.000 kata dengan 50 huruf.
admin-reviews-who = Siapa yang boleh mengulas produk
admin-reviews-who-buyers = Yang membelinya, setelah barang dikirim
admin-reviews-who-accounts = Semua yang punya akun, dan semua yang pernah membeli
admin-reviews-who-nobody = Tidak seorang pun. Yang sudah ditulis tetap ada
admin-reviews-look = Kapan toko memeriksa ulasan
admin-reviews-look-before = Sebelum orang lain melihatnya
admin-reviews-look-after = Setelah terbit, kecuali jika mencurigakan
admin-reviews-words = Kata yang membuat ulasan mencurigakan
admin-reviews-words-hint = Dipisah koma atau baris. Huruf besar dan kecil sama saja.
admin-reviews-check = Apa yang membuat ulasan mencurigakan
admin-reviews-check-what = Ulasan yang mencurigakan tidak pernah langsung terbit. Ia menunggu di sini dengan alasannya sampai ada yang memutuskan.
admin-export-reviews = ulasan (CSV)
admin-export-reviews-jsonl = ulasan (JSON)
