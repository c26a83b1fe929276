# Ruang tunggu.
queue-title = Ruang tunggu
queue-waiting = Saat ini banyak orang ingin membeli. Anda ada dalam antrean, dan halaman ini berlanjut sendiri bila giliran Anda tiba.
queue-position = Nomor antrean Anda: { $position }
queue-wait = { $minutes ->
   *[other] Kira-kira { $minutes } menit lagi.
}
queue-keeps = { $minutes ->
   *[other] Anda boleh menutup halaman ini: tempat Anda tetap disimpan. Setelah giliran tiba, Anda punya { $minutes } menit untuk membeli.
}
queue-look = Lihat lagi
queue-why = Saat ini banyak orang ingin membeli, jadi semua masuk bergiliran. Anda belum punya tempat dalam antrean, atau waktu membeli Anda sudah habis.
queue-join = Masuk antrean
queue-admitted = Sekarang giliran Anda: silakan membeli.
