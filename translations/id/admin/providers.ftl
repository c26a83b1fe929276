# Penyedia untuk masuk
admin-settings-providers = Penyedia masuk
admin-settings-providers-what = Siapa yang menjamin pelanggan dan staf selain kata sandi: Google, Microsoft, perusahaan Anda, penyedia OpenID Connect apa pun.
admin-providers-none = Belum ada penyedia: semua orang masuk dengan kata sandi atau kunci sandi.
admin-provider-new = Penyedia baru
admin-provider-issuer = Penerbit
admin-provider-issuer-hint = Alamat yang dipakai penyedia untuk menyebut dirinya, misalnya https://accounts.google.com. Tidak dapat diubah.
admin-provider-for = Untuk
admin-provider-customers = Pelanggan
admin-provider-staff = Staf
admin-provider-name-hint = Tulisan pada tombol halaman masuk setelah “Lanjutkan dengan”.
admin-provider-client-id = ID klien
admin-provider-client-secret = Rahasia klien
admin-provider-secret-hint = Penyedia memberikan keduanya saat toko didaftarkan di sana. Rahasianya disimpan terenkripsi.
admin-provider-secret-kept = Kosongkan untuk mempertahankan rahasia yang ada.
admin-provider-scopes = Cakupan
admin-provider-scopes-hint = Yang diminta, dipisahkan spasi. Tanpa “email” orang baru tidak dapat dikenali.
admin-provider-for-customers = Pelanggan masuk dengannya; yang baru mendapat akun
admin-provider-for-staff = Staf masuk dengannya
admin-provider-staff-what = Staf tidak pernah dibuat oleh penyedia: orang yang sudah bekerja di sini dikenali dari alamat yang dipastikan. Hanya pemilik yang dapat menyiapkan penyedia untuk staf.
admin-provider-enabled = Dipakai
admin-provider-callback = Daftarkan alamat pengalihan ini di penyedia:
admin-provider-linked = { $count ->
    [0] Tidak ada akun yang tertaut.
   *[other] { $count } akun tertaut.
}
admin-provider-unreachable = Penyedia tidak dapat dihubungi: { $reason }
admin-provider-unusable = Ini bukan penyedia yang dapat dipakai: { $reason }
admin-flash-provider-added = Penyedia menjawab dan ditambahkan. Daftarkan alamat di bawah ini di sana.
admin-remove-provider = Tidak ada lagi yang masuk dengannya, dan semua tautan dengannya berakhir. Akun tetap ada: orang masuk dengan cara lain atau meminta kata sandi baru.
