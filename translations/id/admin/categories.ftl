# Kategori
admin-category-new = Kategori baru
admin-category-top = Paling atas
admin-category-gone = Kategori yang telah dihapus
admin-categories-none = Belum ada kategori.
admin-categories-nothing = Tidak ada kategori bernama begitu.
admin-categories-count = { $count } kategori
admin-position-hint = Angka kecil lebih dulu.
admin-collections = Koleksi
admin-category-delete-title = Hapus { $name }?
admin-category-delete-products = { $count ->
    [0] Tidak ada produk terbit di dalamnya.
   *[other] { $count } produknya tetap ada di toko.
}
admin-category-delete-children = { $count } kategori di dalamnya naik satu tingkat.
admin-size-guide-category-hint = Ditampilkan pada produk yang tidak punya panduan sendiri.
admin-category-find = Cari kategori
admin-category-look = Cari
admin-category-find-hint = Menurut awal kata pada namanya.
admin-category-found = { $count } kategori bernama begitu.
admin-category-found-many = Lebih dari { $count } kategori bernama begitu; ini { $count } yang pertama. Ketik lebih banyak dari namanya.
admin-category-found-chosen = Yang bernama begitu sudah dipilih.
admin-category-found-where = Pilih di “{ $field }” di atas.
admin-category-found-unsaved = Belum ada yang disimpan.
