# Ruang tunggu, seperti yang diatur.
admin-settings-queue = Ruang tunggu
admin-settings-queue-what = Antrean yang adil untuk saat pengunjung lebih banyak daripada yang dapat dilayani dengan baik.
admin-queue-waiting = { $count ->
    [0] Saat ini tidak ada yang menunggu.
   *[other] Saat ini { $count } pembeli menunggu.
}
admin-queue-before = Di mana pembeli menunggu
admin-queue-before-nothing = Tidak di mana pun: tidak ada ruang tunggu
admin-queue-before-products = Sebelum membeli salah satu produk di bawah
admin-queue-before-checkout = Sebelum checkout, apa pun yang dibeli
admin-queue-products = Produk
admin-queue-products-hint = Alamat halamannya, satu di setiap baris.
admin-queue-per-minute = Pembeli yang masuk setiap menit
admin-queue-per-minute-hint = Mulailah dengan jumlah yang terbukti dapat dilayani toko dengan baik dalam satu menit.
admin-queue-admission-minutes = Lama giliran dalam menit
admin-queue-admission-minutes-hint = Dalam waktu ini pembeli mengisi checkout dan membayar.
admin-queue-message = Yang dibaca oleh mereka yang menunggu
admin-queue-message-hint = Misalnya kapan obral berakhir, atau bahwa stok cukup untuk semua.
admin-queue-how = Cara kerja antrean
admin-queue-how-queue = Pembeli masuk sesuai urutan kedatangan. Halaman mereka menunjukkan nomor antrean dan perkiraan waktunya, juga tanpa JavaScript, dan tempat mereka disimpan bila halaman ditutup. Mengantre lagi berarti mulai dari belakang.
admin-queue-how-admission = Satu giliran berlaku untuk satu keranjang. Siapa yang tidak memesan dalam waktunya harus mengantre lagi.
admin-queue-how-change = Bila Anda mengubah jumlah pembeli, semua tetap di tempatnya dan antrean berjalan dengan kecepatan baru. Bila ruang ditutup, semua boleh langsung membeli; bila dibuka lagi, antrean mulai kosong.
admin-queue-changed = Seseorang mengubah ruang tunggu ketika Anda melihatnya. Yang Anda ketik masih ada di sini; simpan lagi untuk mengganti yang mereka simpan.
admin-queue-wrong-product-ids = Salah satunya bukan produk toko ini.
admin-queue-wrong-per-minute = Masukkan angka dari 1 sampai 100.000.
admin-queue-wrong-admission-minutes = Masukkan angka dari 1 sampai 240.
