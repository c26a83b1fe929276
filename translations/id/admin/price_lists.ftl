# Grup pelanggan dan daftar harga
admin-customer-groups = Grup pelanggan
admin-customer-groups-what = Daftar harga berlaku untuk grup pelanggan. Siapa masuk grup mana dicentang di halaman tiap pelanggan.
admin-customer-groups-none = Belum ada grup.
admin-customer-group-new = Grup baru
admin-customer-group-make = Buat grup ini
admin-customer-group-no-lists = Tidak ada daftar harga untuk grup ini.
admin-customer-group-delete-title = Hapus grup { $name }?
admin-customer-group-delete-what = { $count ->
    [0] Tidak ada pelanggan di dalamnya.
   *[other] { $count } pelanggan keluar dari grup. Pelanggannya tetap ada.
}
admin-customer-group-in-use = Daftar harga ini berlaku untuk grup ini. Hapus dahulu, atau pilih grup lain untuknya.
admin-customer-group = Grup
admin-customer-groups-hint = Harga dari daftarnya tampil di mana pun pelanggan masuk.
admin-customer-no-groups = Tidak dalam grup.
admin-price-lists = Daftar harga
admin-price-lists-none = Belum ada daftar harga.
admin-price-lists-nothing = Tidak ada daftar harga seperti itu. Hapus saringan untuk melihat semua.
admin-price-lists-need-group = Daftar harga berlaku untuk grup pelanggan. Buat satu dahulu:
admin-price-list-new = Daftar harga baru
admin-price-list-for = Untuk siapa
admin-price-list-when = Kapan
admin-price-list-asks = Harga
admin-price-list-regular = Harga biasa
admin-price-list-percent = { $percent } % lebih murah untuk lainnya
admin-price-list-prices-count = { $count ->
    [0] Belum ada harga
   *[other] { $count } harga
}
admin-price-list-countries-hint = Kode dua huruf dipisah koma, misalnya ID, SG. Kosong: semua negara.
admin-price-list-state-on = Berlaku
admin-price-list-state-scheduled = Belum
admin-price-list-state-ended = Berakhir
admin-price-list-state-off = Mati
admin-price-list-delete-title = Hapus daftar harga { $name }?
admin-price-list-delete-what = { $count ->
    [0] Daftar ini tanpa harga. Pelanggannya membayar seperti semua orang.
   *[other] { $count } harga ikut terhapus. Pelanggannya membayar seperti semua orang.
}
admin-price-list-prices = Harga dari { $name }
admin-price-list-add = Tetapkan harga untuk
admin-price-list-add-hint = SKU, kode batang, atau nama produk
admin-price-list-add-nothing = Tidak ada SKU atau nama yang berawal seperti itu.
admin-price-list-has = { $count ->
    [0] Belum ada varian dengan harga di sini
   *[other] { $count } varian punya harga di sini
}
admin-price-list-empty = Cari produk di atas untuk menetapkan harganya, atau simpan banyak sekaligus di bawah.
admin-price-list-nothing = Yang punya harga di sini tidak ada yang SKU atau namanya berawal seperti itu.
admin-price-list-sheet = Banyak sekaligus
admin-price-list-sheet-what = Satu harga per baris: SKU, mulai berapa buah, harga. Semua disimpan atau tidak satu pun. Harga yang tidak ada di baris tetap.
admin-price-list-sheet-lines = Baris
admin-price-list-sheet-file = Atau berkas berisi baris seperti itu
admin-price-list-sheet-file-hint = CSV atau teks biasa dalam UTF-8, paling banyak 10.000 baris.
admin-price-list-sheet-put = Simpan harga ini
admin-price-list-sheet-wrong = Tidak ada yang disimpan, karena baris ini:
admin-price-list-sheet-line = Baris { $line }:
admin-price-list-sheet-more = { $count } baris lagi salah.
admin-price-list-from = Mulai berapa buah
admin-price-list-break = Harga { $number }
admin-price-list-breaks-hint = Baris tanpa jumlah dan harga tidak dihitung: kosongkan untuk menghapus harganya.
admin-price-list-price-hint = Harga menggantikan persen potongan daftar. Bila tidak di bawah yang dibayar semua orang, grup membayar seperti semua orang.
admin-price-list-not-below = tidak di bawah harga biasa
admin-field-price-list-active = Aktif
admin-field-percent-off = Persen potongan
admin-percent-off-hint = Dari harga biasa untuk semua yang tidak punya harga sendiri di sini. Boleh kosong.
admin-field-list-priority = Prioritas
admin-price-list-priority-hint = Dari beberapa daftar untuk satu pelanggan, yang angkanya tertinggi berlaku.
admin-field-countries = Negara
admin-variant-lists = Ada di daftar harga ini:
admin-variant-list-history = Harga di daftar harga
admin-variant-list-gone = tidak ada lagi di dalamnya
admin-wrong-no-group = Pilih grup pelanggan.
admin-wrong-no-such-variant = Tidak ada varian dengan SKU ini.
admin-wrong-columns-missing = Satu baris butuh SKU, jumlah, dan harga.
admin-wrong-too-many-breaks = Satu varian paling banyak punya 20 harga dalam satu daftar.
admin-wrong-too-many-prices = Paling banyak 10.000 baris sekaligus. Simpan sebagian demi sebagian.
admin-wrong-lines-and-file = Pilih berkas atau ketik baris, jangan keduanya.
admin-wrong-sheet-unreadable = Berkas ini bukan teks UTF-8. Simpan dahulu sebagai CSV UTF-8.
admin-wrong-sheet-too-large = Berkas ini terlalu besar. Simpan sebagian demi sebagian.
