# Pekerjaan latar
admin-job = Pekerjaan
admin-jobs-what = Pekerjaan yang terlalu sering gagal menunggu di sini sampai dimulai lagi. Yang sudah satu jam tiba waktunya dan tidak diambil juga ada di sini.
admin-jobs-none = Tidak ada yang menunggu. Semua baik.
admin-job-overdue = Tidak ada yang mengambilnya. Mungkin tidak ada pekerja yang berjalan, atau hanya versi lama yang tidak mengenal jenis pekerjaan ini.
admin-job-tried = Terakhir dicoba
admin-job-attempts = Percobaan
admin-job-error = Yang salah
admin-job-restart = Coba lagi
