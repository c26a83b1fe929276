# Penyunting teks
admin-rich = Format
admin-rich-bold = Tebal (Ctrl+B)
admin-rich-italic = Miring (Ctrl+I)
admin-rich-heading = Judul (H2)
admin-rich-subheading = Judul kecil (H3)
admin-rich-bullets = Daftar
admin-rich-numbers = Daftar bernomor (1.)
admin-rich-link = Tautan
admin-rich-plain = Hapus format
admin-rich-undo = Urungkan (Ctrl+Z)
admin-rich-redo = Ulangi (Ctrl+Shift+Z)
admin-rich-source = Sunting sebagai HTML
admin-rich-link-address = Alamat
admin-rich-link-hint = https://…, mailto:…, tel:… atau jalur toko ini seperti /pages/care. Kosongkan untuk menghapus tautan.
admin-rich-link-set = Pasang tautan
