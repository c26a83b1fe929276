# Pekerjaan latar
admin-job = Pekerjaan
admin-jobs-what = Pekerjaan yang terlalu sering gagal menunggu di sini sampai dimulai lagi.
admin-jobs-none = Tidak ada yang menunggu. Semua baik.
admin-job-tried = Terakhir dicoba
admin-job-attempts = Percobaan
admin-job-error = Yang salah
admin-job-restart = Coba lagi
