# Ekspor
admin-export = Ambil semuanya sebagai berkas:
admin-export-products-jsonl = produk (baris JSON)
admin-export-products-shopify = produk untuk Shopify (CSV)
admin-export-products-woocommerce = produk untuk WooCommerce (CSV)
admin-export-stock = stok (CSV)
admin-export-orders-csv = pesanan (CSV)
admin-export-orders-jsonl = pesanan (baris JSON)
admin-export-customers-csv = pelanggan (CSV)
admin-export-customers-jsonl = pelanggan (baris JSON)
