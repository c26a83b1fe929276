# Kategori
admin-category-new = Kategori baru
admin-category-top = Paling atas
admin-categories-none = Belum ada kategori.
admin-position-hint = Angka kecil lebih dulu.
admin-collections = Koleksi
