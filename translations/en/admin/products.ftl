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
admin-images-edit = Pictures ({ $count }), videos and files
admin-images-title = Pictures of { $title }
admin-images-hint = The first one stands for the product in lists. Drag a picture by its name, or use the arrows, and save.
admin-image = Picture { $number }
admin-image-upload = Add files
admin-image-hint = Drop files here or choose them: pictures up to 20 MB (PNG, JPEG, WebP, GIF, AVIF, SVG), videos up to 256 MB (MP4, WebM), models (GLB, USDZ) and PDF up to 64 MB.
admin-field-files = Files
admin-field-turn = These pictures show the product all around (360° set)
admin-upload-waiting = uploading …
admin-upload-failed = This did not arrive. Try it again.
admin-upload-refused = { $name }: { $reason }
admin-upload-too-large = It is larger than { $limit } MB.
admin-picture-choose = Picture
admin-picture-upload = Upload a picture
admin-picture-hint = Drop a picture here or choose one: PNG, JPEG, WebP, GIF, AVIF or SVG, up to 20 MB.
admin-picture-taken = The picture is here. Its address stands below; save to show it.
admin-picture-alt-hint = For those who do not see it. Leave it empty when it is only decoration.
admin-image-variants = Variants
admin-image-variants-of = Variants of picture { $number }
admin-image-variants-title = Variants with this picture
admin-image-variants-which = Shown when one of these is chosen
admin-image-remove-of = Remove picture { $number }
admin-image-remove-title = Remove this picture?
admin-image-remove-what = It goes from the product and its variants. Orders keep it.
admin-attachments = Videos, 360° sets, models and files
admin-attachment-video = Video
admin-attachment-turn = 360° set
admin-attachment-model = 3D model
admin-attachment-file = File
admin-attachment-remove-of = Remove { $number }
admin-attachment-remove-title = Remove this from the product?
admin-turn-pictures = { $count } pictures
admin-kilobytes = { $size } kB
admin-image-upload-button = Upload
admin-image-order = Order and descriptions
admin-image-new = Another picture
admin-variant = Variant
admin-variants = Variants
admin-variants-none = There are no variants, so nothing can be bought yet.
admin-variant-new = New variant
admin-variant-title-hint = Made from the options when empty.
admin-cost-hint = What you pay for it. Shoppers never see it.
admin-field-measure = How much is in it
admin-measure-hint = A number and its unit, such as 750 ml, 0.5 kg or 12 pc. Shoppers then see the price of a litre, kilogram or piece as well.
admin-field-measure-base = Show its price for
admin-measure-base-hint = Such as 100 ml. Left empty it is the litre, kilogram, metre, pound or piece.
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
admin-published-hint = In { $zone }, the time zone of the store. Until then only staff see it; empty on an active product means at once.
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
admin-attributes = Attributes
admin-attribute-unset = Not said
admin-attribute-link-hint = An address that starts with https:// or /.
admin-wrong-invalid-decimal = Please type a number such as 12.5.
admin-wrong-invalid-date = Please type a day such as 2026-01-31.
admin-wrong-no-such-choice = This is no longer in the list.

admin-terms-open = Personalisation and quantities
admin-terms-title = How { $title } is sold
admin-personal = Personalisation
admin-personal-hint = What shoppers fill in before they put it into the cart, such as an engraving. It stands on the order, in its mails and on the packing slip. Empty a row to take a field away.
admin-personal-field = Field { $number }
admin-personal-label = Label
admin-personal-kind = Kind
admin-personal-kind-short-text = Short text
admin-personal-kind-long-text = Long text
admin-personal-kind-choice = Choice
admin-personal-max-length = Most characters
admin-personal-choices = Choices, one in each line
admin-personal-required = Must be filled in
admin-rule = Quantities
admin-rule-hint = They hold for each variant of the product; a variant with numbers of its own goes by these alone.
admin-rule-minimum = Fewest in a line
admin-rule-step = Pack of
admin-rule-step-hint = Only multiples of this are sold.
admin-rule-maximum = Most in an order
admin-rule-customer-maximum = Most for a customer
admin-rule-customer-maximum-hint = Over all orders from now on, by the address of the account or, for guests, of the order.
admin-rule-variants = Variants with numbers of their own
admin-rule-more = { $count } more variants are not shown and keep the numbers they have.
admin-wrong-not-in-steps = This must be a multiple of the pack.
admin-wrong-below-minimum = This must not be below the fewest.

# Many products at once
admin-bulk-title = Change the chosen products
admin-bulk-all = All on this page
admin-bulk-choose = Choose { $title }
admin-bulk-action = With the chosen ones
admin-bulk-draft = Take back to draft
admin-bulk-active = Make active
admin-bulk-archived = Archive
admin-bulk-add-tag = Add a tag
admin-bulk-remove-tag = Remove a tag
admin-bulk-prices = Change prices by per cent
admin-bulk-value = Tag or per cent
admin-bulk-value-hint = Such as spring, or -10
admin-bulk-show = Show what would change
admin-bulk-again = Show again
admin-bulk-now = Now
admin-bulk-then = Then
admin-bulk-nothing = Stays as it is
admin-bulk-confirm = { $count ->
    [one] Change this product
   *[other] Change these { $count } products
}
admin-bulk-changed = { $count ->
    [0] No product was changed.
    [one] One product is as you wanted it.
   *[other] { $count } products are as you wanted them.
}
admin-bulk-stale = { $count ->
    [one] One product had been changed by somebody else in the meantime, and was left as it is.
   *[other] { $count } products had been changed by somebody else in the meantime, and were left as they are.
}
admin-wrong-not-a-percentage = Please type a percentage, such as 5 or -10.
admin-wrong-choose-products = Please tick the products first.
