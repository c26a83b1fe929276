# Texts of the back office.

# Navigation
admin-title = Back office
admin-nav = Back office
admin-nav-home = Home
admin-nav-shop = To the shop
admin-nav-sign-out = Sign out
admin-nav-orders = Orders
admin-nav-products = Products
admin-nav-categories = Categories
admin-nav-coupons = Coupons
admin-nav-imports = Imports
admin-nav-mail = Mail
admin-nav-jobs = Background work
admin-nav-keys = API keys

# Words of many pages
admin-search = Search
admin-show = Show
admin-clear = Clear filters
admin-any = Any
admin-first-page = First page
admin-see-all = See all
admin-save = Save
admin-save-anyway = Save mine all the same
admin-back = Back
admin-keep = Keep it as it is
admin-yes = yes
admin-reload = Look again
admin-date = Date
admin-status = Status
admin-changed = Changed
admin-customer = Customer
admin-payment = Payment
admin-fulfilment = Shipping
admin-pieces = Pieces
admin-price = Price
admin-quantity = Quantity
admin-tax = Tax
admin-total = Total
admin-amount = Amount
admin-reference = Reference
admin-for = For
admin-of = of { $count }
admin-utc = Date and time in UTC
admin-conflict-field = Field
admin-conflict-saved = Saved by somebody else
admin-conflict-typed = Typed by you

# Who did something
admin-actor-system = Souk
admin-actor-guest = guest
admin-actor-customer = customer
admin-actor-staff = staff
admin-actor-api = API key

# Home
admin-hello = Hello, { $name }
admin-todo = To do
admin-latest-orders = Latest orders
admin-tile-to-ship = { $count ->
    [one] order to ship
   *[other] orders to ship
}
admin-tile-processing = { $count ->
    [one] order being packed
   *[other] orders being packed
}
admin-tile-partly-shipped = { $count ->
    [one] order shipped in part
   *[other] orders shipped in part
}
admin-tile-failed-payments = { $count ->
    [one] failed payment
   *[other] failed payments
}
admin-tile-sold-out = { $count ->
    [one] product sold out
   *[other] products sold out
}
admin-tile-parked = { $count ->
    [one] piece of work gave up
   *[other] pieces of work gave up
}

# Orders
admin-order = Order
admin-orders-count = { $count ->
    [one] One order
   *[other] { $count } orders
}
admin-orders-search = Number, e-mail or name
admin-orders-none = No order has been placed yet.
admin-orders-nothing = No order fits these filters.
admin-order-status-pending = Waiting for payment
admin-order-status-confirmed = Confirmed
admin-order-status-processing = Being packed
admin-order-status-partially-fulfilled = Shipped in part
admin-order-status-fulfilled = Shipped
admin-order-status-delivered = Delivered
admin-order-status-cancelled = Cancelled
admin-order-status-refunded = Refunded
admin-payment-status-pending = Not paid
admin-payment-status-authorized = Authorized
admin-payment-status-paid = Paid
admin-payment-status-partially-paid = Paid in part
admin-payment-status-partially-refunded = Refunded in part
admin-payment-status-refunded = Refunded
admin-payment-status-failed = Failed
admin-payment-status-voided = Voided
admin-fulfilment-status-unfulfilled = Not shipped
admin-fulfilment-status-partial = In part
admin-fulfilment-status-fulfilled = Shipped
admin-fulfilment-status-returned = Returned
admin-source-web = from the shop
admin-source-mobile = from an app
admin-source-pos = from a till
admin-source-api = through the API
admin-source-phone = by telephone
admin-source-agent = through an agent
admin-order-process = Start packing
admin-order-deliver = Mark delivered
admin-order-refund = Refund
admin-order-cancel = Cancel order
admin-order-wrong-state = The order is not in a state where this can be done.
admin-order-no-line = The order has no such line.
admin-order-quantity = The quantity of a line must be between 1 and { $left }.
admin-order-nothing-to-ship = Nothing was chosen to ship.
admin-order-changed = Somebody changed the order in the meantime. Please look again.
admin-order-payment-under-way = A payment of this order is under way. Please wait until its outcome is known.
admin-ship = Ship
admin-ship-now = Ship now
admin-ship-button = Mark as shipped
admin-ship-mail = The customer gets a mail with the tracking number.
admin-ship-to = Ships to
admin-bill-to = Bill to
admin-line = Line
admin-lines = Lines
admin-line-shipped = { $count } shipped
admin-line-refunded = { $count } refunded
admin-items = Items
admin-discount = Discount
admin-shipping = Shipping
admin-shipping-discount = Shipping discount
admin-tax-included = included
admin-paid = Paid
admin-given-back = Given back
admin-kept = Left
admin-parcel = Parcel { $number }
admin-parcel-picking = Being collected
admin-parcel-ready-to-ship = Packed
admin-parcel-label-created = Labelled
admin-parcel-in-transit = On its way
admin-parcel-out-for-delivery = On the van
admin-parcel-delivered = Delivered
admin-parcel-failed = Not delivered
admin-parcel-returned = Came back
admin-payments-none = No payment was tried.
admin-attempt-pending = Not known yet
admin-attempt-requires-action = Waiting for the shopper
admin-attempt-authorized = Authorized
admin-attempt-captured = Taken
admin-attempt-failed = Failed
admin-attempt-voided = Voided
admin-refund = Refund
admin-refund-pending = On its way
admin-refund-succeeded = Given back
admin-refund-failed = Failed
admin-restocked = back on the shelf
admin-customer-note = Note of the customer
admin-notes = Notes
admin-note-button = Add note
admin-timeline = Timeline
admin-timeline-placed = Placed
admin-timeline-payment-authorized = Payment authorized
admin-timeline-payment-captured = Payment taken
admin-timeline-payment-failed = Payment failed
admin-timeline-processing = Packing started
admin-timeline-shipped = Shipped
admin-timeline-delivered = Delivered
admin-timeline-cancelled = Cancelled
admin-timeline-refund-opened = Refund begun
admin-timeline-refunded = Money given back
admin-timeline-refund-failed = Refund failed
admin-timeline-note = Note
admin-timeline-tagged = Tags changed
admin-timeline-attached = Linked to an account
admin-cancel-title = Cancel { $number }?
admin-cancel-what = Nothing more will be shipped, the stock is free again, and the customer gets a mail. This cannot be undone.
admin-cancel-refund = What was paid goes back:
admin-cancel-reason-hint = The customer reads it in the mail.
admin-cancel-button = Cancel the order
admin-refund-title = Refund { $number }
admin-refund-what = Choose how many pieces of each line to refund.
admin-refund-everything = Everything that is left
admin-refund-pieces = Refund
admin-refund-no-lines = Every piece was refunded.
admin-refund-shipping = The shipping too: { $amount }
admin-refund-restock = The pieces go back on the shelf
admin-refund-restock-yes = The pieces go back on the shelf.
admin-refund-restock-no = The stock stays as it is.
admin-refund-reason-hint = For your records.
admin-refund-preview = Show the amount
admin-refund-sure = Give this back?
admin-refund-tax = incl. { $amount } tax
admin-refund-amount = Goes back
admin-refund-button = Give back { $amount }
admin-refund-again = Choose again
admin-refund-changed = The order changed in the meantime. Please check the new amount.
admin-refund-nothing = Nothing was chosen, or nothing is left to refund.
admin-refund-too-much = Only { $left } is left to refund.

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

# Categories
admin-category-new = New category
admin-category-top = At the top
admin-categories-none = There are no categories yet.
admin-position-hint = Lower numbers come first.
admin-collections = Collections

# Coupons
admin-coupon-new = New coupon
admin-coupons-none = There are no coupons yet.
admin-coupon-takes = Takes off
admin-coupon-used = Used
admin-coupon-used-times = { $count ->
    [0] Not used yet
    [one] Used once
   *[other] Used { $count } times
}
admin-coupon-kind-percentage = A percentage
admin-coupon-kind-fixed = A fixed amount
admin-coupon-kind-shipping = The shipping
admin-coupon-from = from { $amount }
admin-coupon-some = some products
admin-coupon-on = On
admin-coupon-off = Off
admin-coupon-later = Not yet
admin-coupon-ended = Ended
admin-coupon-used-up = Used up
admin-coupon-conditions = Conditions
admin-coupon-for = What it is for
admin-coupon-for-hint = With nothing chosen here it is for the whole order.
admin-coupon-products-hint = The last part of each product’s address, one a line.
admin-percentage-hint = For a percentage, such as 10.
admin-amount-hint = For a fixed amount.
admin-minimum-hint = What the items must cost together.
admin-cap-hint = The most it takes off.

# Imports
admin-import-new = Import products
admin-import-what = Products are found again by handle or SKU, so the same file can be imported twice. Prices are in { $currency }.
admin-import-button = Upload and start
admin-file-hint = Up to 2 GB. Keep this page open until the upload is through.
admin-import-runs = Runs
admin-imports-none = Nothing was imported yet.
admin-import-format-shopify = Shopify product CSV
admin-import-format-woocommerce = WooCommerce product CSV
admin-import-format-jsonl = JSON lines
admin-import-dry = trial run
admin-import-dry-done = This was a trial: nothing was written.
admin-import-still = The import is still at work, or its program was stopped.
admin-import-running = At work
admin-import-finished = Finished
admin-import-refused = Refused
admin-import-rows = Rows
admin-import-created = New products
admin-import-updated = Changed products
admin-import-failed = Left out
admin-import-problems = Problems
admin-import-no-problems = No problems were found.
admin-import-first-problems = The first 100 problems are shown.
admin-import-line = Line
admin-import-column = Column
admin-import-problem = What is wrong
admin-import-error = left out
admin-import-warning = changed

# Mail
admin-mail-what = Every mail the shop sent or will send. Links in it work: treat them as secrets.
admin-mail-none = No mail was written yet.
admin-mail-subject = Subject
admin-mail-to = To
admin-mail-queued = Waiting
admin-mail-sent = Sent
admin-mail-failed = Failed
admin-mail-attempts = after { $count } attempts
admin-mail-html = See it as the customer does

# Background work
admin-job = Work
admin-jobs-what = Work that failed too often waits here until somebody starts it again.
admin-jobs-none = Nothing is waiting. All is well.
admin-job-tried = Last tried
admin-job-attempts = Attempts
admin-job-error = What went wrong
admin-job-restart = Try again

# API keys
admin-keys-what = Keys let other programs use the API.
admin-keys-docs = Read the documentation
admin-keys-none = There are no keys yet.
admin-key-new = New key
admin-key-name-hint = Whom or what it is for.
admin-key-may = May
admin-key-made = Made
admin-key-used = Last used
admin-key-never = never
admin-key-revoked = Revoked { $date }
admin-key-revoke = Revoke
admin-key-create = Create key
admin-key-ready = The key for { $name }
admin-key-once = Note it down now: it is shown this once and never again.
admin-key-how = Send it with every request:
admin-key-noted = I have noted it down
admin-revoke-title = Revoke the key for { $name }?
admin-revoke-what = Programs that use it are shut out at once. This cannot be undone.
admin-permission-catalog-read = See all products and stock
admin-permission-catalog-write = Change products and categories
admin-permission-stock-write = Change stock
admin-permission-orders-read = See orders and customers
admin-permission-orders-fulfil = Ship orders
admin-permission-orders-cancel = Cancel orders
admin-permission-orders-refund = Give money back
admin-permission-coupons-write = See and change coupons
admin-permission-imports-run = Import products
admin-permission-messages-read = Read mails
admin-permission-jobs-manage = Restart background work
admin-permission-settings-manage = Manage settings and keys

# Fields
admin-field-title = Name
admin-field-name = Name
admin-field-slug = Address
admin-field-short-description = Short description
admin-field-description-html = Description
admin-field-kind = Kind
admin-field-status = Status
admin-field-featured = Show on the home page
admin-field-brand = Brand
admin-field-vendor = Supplier
admin-field-product-type = Product type
admin-field-tags = Tags
admin-field-option-names = Names of the options
admin-field-option-value = Options
admin-field-seo-title = Title for search engines
admin-field-seo-description = Description for search engines
admin-field-variant-title = Name
admin-field-sku = SKU
admin-field-barcode = Barcode
admin-field-price = Price
admin-field-price-in = Price in { $currency }
admin-field-compare-at = Compare-at price
admin-field-cost = Cost
admin-field-sale-price = Sale price
admin-field-sale-starts-at = Sale starts
admin-field-sale-ends-at = Sale ends
admin-field-weight-grams = Weight in grams
admin-field-tax-category = Tax rate
admin-field-taxable = Charge tax
admin-field-requires-shipping = Goes into a parcel
admin-field-active = Shoppers can choose it
admin-field-hs-code = Customs tariff number
admin-field-origin-country = Country of origin
admin-field-image-url = Address of the picture
admin-field-image-alt = What it shows
admin-field-location = Location
admin-field-change = Change
admin-field-reason = Reason
admin-field-parent = Lies in
admin-field-position = Place
admin-field-code = Code
admin-field-percentage = Percentage
admin-field-amount = Amount
admin-field-amount-in = Amount in { $currency }
admin-field-coupon-active = It can be used
admin-field-minimum = From an order of
admin-field-cap = At most
admin-field-starts-at = Starts
admin-field-ends-at = Ends
admin-field-total-limit = Uses in all
admin-field-customer-limit = Uses for each customer
admin-field-products = Products
admin-field-format = Format
admin-field-dry-run = Trial run: write nothing, only report
admin-field-file = File
admin-field-carrier = Carrier
admin-field-tracking-number = Tracking number
admin-field-tracking-url = Tracking address
admin-field-note = Note, only for staff

# What is wrong with a field
admin-wrong-required = Please fill this in.
admin-wrong-required-format = Please choose a format.
admin-wrong-too-long = This is too long.
admin-wrong-too-many = These are too many.
admin-wrong-too-large = This number is too large.
admin-wrong-too-small = This must be larger.
admin-wrong-negative = This must not be below zero.
admin-wrong-invalid-text = This has characters that cannot be used.
admin-wrong-invalid-amount = Please type an amount such as 19.99.
admin-wrong-invalid-number = Please type a number.
admin-wrong-invalid-moment = Please type a date and time.
admin-wrong-invalid-change = Please type a whole number that is not zero.
admin-wrong-invalid-percentage = Please type more than 0 and at most 100.
admin-wrong-invalid-slug = Small letters, digits and hyphens only.
admin-wrong-invalid-sku = At most 100 printable characters.
admin-wrong-invalid-url = Please type an address that starts with https://
admin-wrong-invalid-code = At most 64 characters and no blanks.
admin-wrong-invalid-weight = Please type a whole number of grams.
admin-wrong-invalid-window = The end must be after the start.
admin-wrong-invalid-tag = Each tag has 1 to 50 characters.
admin-wrong-before-start = The end must be after the start.
admin-wrong-above-price = The sale price must not be above the price.
admin-wrong-wrong-options = Each option needs a value, and their number stays while there are variants.
admin-wrong-repeated = One of these is there twice.
admin-wrong-slug-taken = This address is taken.
admin-wrong-sku-taken = Another variant has this SKU.
admin-wrong-code-taken = Another coupon has this code.
admin-wrong-options-taken = Another variant has these options.
admin-wrong-no-such-product = One of these products was not found.
admin-wrong-no-picture = This is not a picture the shop can show.
admin-wrong-picture-too-large = This picture is larger than 20 MB.
admin-wrong-unsafe-drawing = This drawing holds scripts or links, so it is not taken.
admin-wrong-gone = This was taken away in the meantime.
admin-wrong-cycle = A category cannot lie in itself.
admin-wrong-below-reserved = Less would be left than is promised to orders.
admin-wrong-limit-below-uses = It was already used more often than that.
admin-wrong-version-conflict = Somebody else saved this in the meantime. Compare both versions, then save yours or leave the page.

# Messages
admin-flash-saved = Saved.
admin-flash-shipped = Marked as shipped.
admin-flash-delivered = Marked as delivered.
admin-flash-processing = Packing has started.
admin-flash-cancelled = The order is cancelled.
admin-flash-refunded = The refund is on its way.
admin-flash-note = The note was added.
admin-flash-stock = The stock was adjusted.
admin-flash-archived = The product is archived.
admin-flash-changed = Somebody changed it in the meantime. Please look again.
admin-flash-restarted = It will be tried again.
admin-flash-not-parked = It is no longer waiting.
admin-flash-revoked = The key is revoked.
