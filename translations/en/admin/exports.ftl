# Exports
admin-export = Take everything away as a file:
admin-export-products-jsonl = products (JSON lines)
admin-export-products-shopify = products for Shopify (CSV)
admin-export-products-woocommerce = products for WooCommerce (CSV)
admin-export-stock = stock (CSV)
admin-export-orders-csv = orders (CSV)
admin-export-orders-jsonl = orders (JSON lines)
admin-export-customers-csv = customers (CSV)
admin-export-customers-jsonl = customers (JSON lines)
