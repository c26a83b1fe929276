# Teks bagian yang dipakai semua halaman.
shared-skip-to-content = Langsung ke isi
shared-optional = (opsional)
shared-pages = Halaman
shared-next-page = Halaman berikutnya
shared-language = Bahasa
shared-error-title = { $status ->
    [403] Tidak diizinkan
    [404] Halaman tidak ditemukan
    [405] Tidak dapat dilakukan di sini
    [412] Sudah berubah
    [413] Terlalu besar
    [422] Periksa kembali isian Anda
    [429] Terlalu banyak permintaan
    [503] Kembali sebentar lagi
   *[other] Terjadi kesalahan
}
shared-error-home = Kembali ke awal
shared-error-again = Coba lagi
shared-error-reference = Referensi: { $id }
shared-card = { $brand ->
    [visa] Visa
    [mastercard] Mastercard
    [american_express] American Express
    [jcb] JCB
    [unionpay] UnionPay
    [discover] Discover
    [diners] Diners Club
   *[other] Kartu
} berakhiran { $digits }

# Days of the week
shared-day-1 = Senin
shared-day-2 = Selasa
shared-day-3 = Rabu
shared-day-4 = Kamis
shared-day-5 = Jumat
shared-day-6 = Sabtu
shared-day-7 = Minggu
