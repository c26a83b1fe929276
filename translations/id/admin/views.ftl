# Daftar yang disimpan seseorang
admin-views = Tampilan
admin-view-whole = Semua
admin-view-keep = Simpan tampilan ini
admin-view-change = Ubah tampilan ini
admin-view-name-hint = Yang tertulis pada tab di atas daftar.
admin-field-shared = Semua yang boleh melihat daftar melihat tampilan ini
admin-view-delete = Hapus tampilan ini
admin-view-deleted = Tampilan dihapus.
admin-view-restore = Kembalikan
admin-view-restored = Tampilan kembali.
admin-view-changed-meanwhile = Seseorang mengubah tampilan ini sementara Anda mengubahnya. Lihat keduanya, lalu simpan lagi untuk memakai milik Anda.
admin-wrong-name-too-long = Paling banyak 40 karakter yang dapat dicetak.
admin-wrong-too-many-views = Sudah ada 50 tampilan untuk daftar ini. Hapus satu dahulu.
