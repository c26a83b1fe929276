# Penyunting teks
admin-rich = Format
admin-rich-bold = Tebal (Ctrl+B)
admin-rich-italic = Miring (Ctrl+I)
admin-rich-heading = H2 judul
admin-rich-subheading = H3 judul kecil
admin-rich-bullets = Daftar
admin-rich-numbers = 1. Daftar bernomor
admin-rich-link = Tautan
admin-rich-plain = Hapus format
admin-rich-undo = Urungkan (Ctrl+Z)
admin-rich-redo = Ulangi (Ctrl+Shift+Z)
admin-rich-source = Sunting sebagai HTML
admin-rich-link-address = Alamat
admin-rich-link-hint = https://…, mailto:…, tel:… atau jalur toko ini seperti /pages/care. Kosongkan untuk menghapus tautan.
admin-rich-link-set = Pasang tautan
