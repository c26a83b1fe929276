# Kalimat masalah pada halaman, menurut kode.
problem-not-found = Tidak ada apa pun di alamat ini.
problem-no-store = Tidak ada toko di alamat ini.
problem-forbidden = Anda tidak diizinkan melihat atau melakukan ini.
problem-unauthorized = Silakan masuk terlebih dahulu.
problem-internal = Terjadi kesalahan di pihak kami. Kesalahan ini dicatat dengan referensi di bawah.
problem-unavailable = Toko tidak dapat dihubungi saat ini. Silakan coba lagi nanti.
problem-overloaded = Sedang banyak pengunjung. Silakan coba lagi sebentar lagi.
problem-timeout = Permintaan terlalu lama dan dihentikan. Silakan coba lagi.
problem-too-many-requests = Terlalu sering. Tunggu sebentar lalu coba lagi.
problem-cross-site-request = Permintaan datang dari situs lain, jadi tidak ada yang diubah.
problem-method-not-allowed = Halaman ini tidak dapat melakukan itu.
problem-body-too-large = Yang Anda kirim lebih besar dari yang diterima halaman ini.
problem-invalid = Beberapa isian tidak valid.
problem-version-conflict = Seseorang sudah mengubahnya. Muat ulang halaman lalu ulangi perubahan Anda.
problem-idempotency-key-reused = Formulir ini sudah dikirim dengan isian lain, dan itulah yang berlaku. Muat ulang halaman lalu kirim kembali.
problem-idempotency-key-in-flight = Formulir ini sedang diproses. Tunggu sebentar lalu muat ulang halaman.
problem-maintenance = Kami sedang membenahi toko. Silakan datang lagi beberapa menit lagi.
