# Kupon
admin-coupon-new = Kupon baru
admin-coupons-none = Belum ada kupon.
admin-coupon-takes = Potongan
admin-coupon-used = Dipakai
admin-coupon-made = Dibuat
admin-coupon-used-times = { $count ->
    [0] Belum dipakai
   *[other] Dipakai { $count } kali
}
admin-coupon-kind-percentage = Persentase
admin-coupon-kind-fixed = Jumlah tetap
admin-coupon-kind-shipping = Ongkos kirim
admin-coupon-from = mulai { $amount }
admin-coupon-some = sebagian produk
admin-coupon-on = Berlaku
admin-coupon-off = Mati
admin-coupon-later = Belum berlaku
admin-coupon-ended = Berakhir
admin-coupon-used-up = Habis dipakai
admin-coupon-conditions = Syarat
admin-coupon-for = Untuk apa
admin-coupon-for-hint = Bila tidak ada yang dipilih, berlaku untuk seluruh pesanan.
admin-coupon-collection-gone = Koleksi yang sudah dihapus
admin-coupon-products-hint = Bagian akhir alamat tiap produk, satu per baris.
admin-percentage-hint = Untuk persentase, misalnya 10.
admin-amount-hint = Untuk jumlah tetap.
admin-minimum-hint = Harga barang bersama paling sedikit.
admin-cap-hint = Potongan terbanyak dari persentase.
admin-wrong-cap-of-percentage = Ini hanya untuk kupon dengan potongan persentase. Kosongkan, atau pilih persentase.
