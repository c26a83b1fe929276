# Products
admin-product = Product
admin-products-count = { $count ->
    [one] One product
   *[other] { $count } products
}
admin-products-search = Name, brand or SKU
admin-products-none = There are no products yet.
admin-products-nothing = No product fits these filters.
admin-product-new = New product
admin-product-create = Create product
admin-product-view = See in the shop
admin-product-archive = Archive
admin-product-single = Price and shipping
admin-product-single-hint = For a product without options. With options, each variant has its own; add them after saving.
admin-product-status-draft = Draft
admin-product-status-active = Active
admin-product-status-archived = Archived
admin-product-kind-physical = Goods
admin-product-kind-digital = Download
admin-product-kind-service = Service
admin-product-kind-gift-card = Gift card
admin-stock = Stock
admin-in-stock = In stock
admin-sold-out = Sold out
admin-not-counted = not counted
admin-featured = featured
admin-hidden = hidden
admin-no-price = no price
admin-sale = Sale
admin-options = Options
admin-option-names-hint = Up to three, parted by commas. Their number stays while there are variants.
admin-option-names-hint-new = Up to three, parted by commas, such as Size, Colour.
admin-slug-hint = The last part of the address. Made from the name when empty.
admin-html-hint = HTML. What is harmful is taken out.
admin-tags-hint = Parted by commas.
admin-seo = Search engines
admin-archive-title = Archive { $title }?
admin-archive-what = It is taken off sale. Orders still name it, and you can make it active again.
admin-archive-button = Archive it
admin-images-edit = Pictures ({ $count })
admin-images-title = Pictures of { $title }
admin-images-hint = The first one stands for the product in lists. Empty an address to take the picture away.
admin-image = Picture { $number }
admin-image-upload = Add a picture
admin-image-hint = PNG, JPEG, WebP, GIF, AVIF or SVG, up to 20 MB.
admin-image-upload-button = Upload
admin-image-order = Order and descriptions
admin-image-new = Another picture
admin-variant = Variant
admin-variants = Variants
admin-variants-none = There are no variants, so nothing can be bought yet.
admin-variant-new = New variant
admin-variant-title-hint = Made from the options when empty.
admin-cost-hint = What you pay for it. Shoppers never see it.
admin-country-hint = Two letters, such as ID.
admin-tax-and-shipping = Tax and shipping
admin-tax-standard = Standard
admin-tax-intermediate = Intermediate
admin-tax-reduced = Reduced
admin-tax-super-reduced = Super reduced
admin-tax-zero = Zero
admin-level-on-hand = On hand
admin-level-reserved = Reserved
admin-level-free = For sale
admin-level-incoming = Incoming
admin-level-backorder = Back-orders
admin-level-closed = does not ship
admin-stock-none = This variant is not counted: any number can be sold. The first adjustment starts the count.
admin-stock-button = Adjust
admin-stock-reason-hint = Such as a stock-take or damaged goods.
admin-change-hint = 5 adds five, -2 takes two away.
admin-movements = What happened to the stock
admin-movement-receive = Received
admin-movement-reserve = Reserved
admin-movement-release = Released
admin-movement-sale = Sold
admin-movement-adjust = Adjusted
admin-movement-return = Returned
admin-movement-damage = Damaged
admin-movement-correction = Counted
admin-movement-transfer-out = Moved away
admin-movement-transfer-in = Moved here
admin-related-hint = The last parts of the addresses of other products, in order, parted by commas.
admin-related-unknown = There is no product “{ $slug }”.
admin-canonical-hint = Only when the same product has another page that search engines should keep.
admin-published-hint = In UTC. Until then only staff see it; empty on an active product means at once.
admin-size-guide-hint = HTML. When empty, that of its category is shown.
admin-price-history = Price history
admin-option = Option { $number }
admin-option-values = Values, one in each line
admin-matrix-open = Make all combinations
admin-matrix-title = Combinations of { $title }
admin-matrix-hint = { $count ->
    [0] Each combination becomes a variant, up to 2,000.
    [one] Combinations that are missing are made like the variant there is, up to 2,000. It stays, and gets the first value of a new option; when an option falls away, it is taken off sale.
   *[other] Combinations that are missing are made like the first of the { $count } variants, up to 2,000. Those there are stay, and get the first value of a new option; when an option falls away, they are taken off sale.
}
admin-matrix-button = Make them
admin-table-open = { $count ->
    [one] Show it in a table
   *[other] Show all { $count } in a table
}
admin-table-title = Variants of { $title }
admin-table-all-price = Price for every row of this page
admin-table-all-hint = Leave it empty to keep the prices above.
admin-table-page = Page { $page } of { $pages }, { $total } variants
admin-table-previous = Previous page
admin-table-on-sale = On sale
admin-table-on-hand-at = On hand at { $location }
admin-table-changed = Somebody changed this to “{ $value }” meanwhile. Save again to keep yours.
admin-table-changed-empty = Somebody emptied this meanwhile. Save again to keep yours.
admin-table-changed-on = Somebody put it on sale meanwhile. Save again to keep yours.
admin-table-changed-off = Somebody took it off sale meanwhile. Save again to keep yours.
