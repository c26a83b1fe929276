# Pengaturan
admin-settings-shipping = Pengiriman
admin-settings-shipping-what = Ke mana Anda mengirim dan berapa biayanya.
admin-shipping-none = Belum ada zona, jadi belum ada yang dapat dikirim.
admin-shipping-no-methods = Tidak ada metode pengiriman ke sini.
admin-shipping-method = Metode
admin-shipping-days = Hari
admin-shipping-flat = Tetap
admin-shipping-by-weight = Menurut berat, mulai
admin-shipping-by-price = Menurut harga, mulai
admin-shipping-free-from = gratis mulai { $amount }
admin-shipping-on = Aktif
admin-shipping-off = Nonaktif
admin-shipping-switch-on = Aktifkan
admin-shipping-switch-off = Nonaktifkan
