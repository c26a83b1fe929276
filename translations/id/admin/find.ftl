# Melompat, dan tombol-tombol
admin-find = Lompat ke
admin-find-title = Lompat ke ruang, pesanan, produk, atau pelanggan
admin-find-hint = Ruang, nomor pesanan, produk, SKU, nama, atau alamat surel
admin-find-nothing = Tidak ada yang berawalan seperti itu.
admin-find-rooms = Ruang
admin-find-actions = Lakukan
admin-find-pick-list = Daftar ambil
admin-find-invite = Undang seseorang menjadi staf
admin-find-count = { $count ->
    [0] Tidak ada yang ditemukan
   *[other] { $count } entri
}
admin-keys-title = Tombol
admin-keys-open = Tampilkan tombol
admin-keys-close = Tutup
admin-keys-key = Tombol
admin-keys-does = Kegunaan
admin-keys-or = atau
admin-keys-then = lalu
admin-keys-find = Lompat ke …
admin-keys-help = Tampilkan tombol ini
admin-keys-next = Baris berikutnya dalam daftar
admin-keys-previous = Baris sebelumnya
admin-keys-enter = Buka baris
admin-keys-single = Tombol tanpa Ctrl
admin-keys-single-hint = Matikan bila mengganggu masukan suara. Ctrl+K selalu berfungsi.
