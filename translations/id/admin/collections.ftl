# Koleksi
admin-collection-new = Koleksi baru
admin-collections-none = Belum ada koleksi.
admin-collection-ruled = menurut aturan
admin-collection-chosen-hand = Dipilih sendiri
admin-collection-chosen-all = Yang memenuhi semua syarat
admin-collection-chosen-any = Yang memenuhi salah satu syarat
admin-collection-chosen-hint = Dengan aturan, koleksi mengikuti setiap perubahan produk dengan sendirinya.
admin-collection-products = Pilih produk
admin-collection-products-title = Produk dalam { $title }
admin-collection-find = Cari produk
admin-collection-add = Tambah
admin-collection-add-name = Tambah { $title }
admin-collection-remove = Keluarkan
admin-collection-remove-name = Keluarkan { $title }
admin-collection-empty = Belum ada produk di dalamnya.
admin-collection-delete-title = Hapus { $title }?
admin-collection-delete-what = Halamannya hilang, dan kupon yang hanya untuknya tidak berlaku untuk apa pun. { $count } produknya tetap ada di toko.
admin-condition-number = Syarat { $number }
admin-condition-field = Apa
admin-condition-test = Bagaimana
admin-condition-value = Nilai
admin-condition-name = Nama atribut
admin-conditions-hint = Syarat tanpa nilai dilewati; simpan untuk mendapat baris lagi. Judul memuat atau tidak memuat teks, harga terendah yang kini dibayar, termasuk obral, paling sedikit atau paling banyak suatu jumlah, dan stok true atau false.
admin-condition-tag = Tag
admin-condition-title = Judul
admin-condition-brand = Merek
admin-condition-vendor = Pemasok
admin-condition-product-type = Jenis
admin-condition-price = Harga
admin-condition-stock = Ada stok
admin-condition-attribute = Atribut
admin-test-is = adalah
admin-test-is-not = bukan
admin-test-contains = memuat
admin-test-lacks = tidak memuat
admin-test-at-least = paling sedikit
admin-test-at-most = paling banyak
admin-preview = Pratinjau
admin-preview-total = { $count ->
    [0] Tidak ada produk yang cocok
   *[other] { $count } produk cocok
}
