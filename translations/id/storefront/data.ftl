# Yang dapat diambil pelanggan
account-data = Data Anda
data-what = Unduh semua yang disimpan toko ini tentang Anda: profil dan alamat, pesanan dengan fakturnya, keranjang, daftar keinginan, ulasan, surat dan pilihan Anda tentangnya, pemberitahuan stok, label kartu tersimpan, dan tempat Anda masuk. Berkasnya JSON, dibuat saat Anda memintanya dan tidak disimpan.
data-secrets = Kata sandi dan rahasia lain tidak ada di dalamnya: toko hanya menyimpan sidik jarinya.
data-unverified = Alamat surel Anda belum dikonfirmasi, jadi surat, persetujuan, dan pemberitahuan stok milik alamat itu tidak disertakan.
data-download = Unduh data Anda
