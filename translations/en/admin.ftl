# Texts of the back office.

# Navigation
admin-title = Back office
admin-nav = Back office
admin-nav-home = Home
admin-mend = These fields have to be mended:
admin-nav-menu = Menu
admin-nav-shop = To the shop
admin-nav-sign-out = Sign out
admin-nav-orders = Orders
admin-nav-parcels = Parcels
admin-nav-products = Products
admin-nav-stock = Stock
admin-nav-categories = Categories
admin-nav-collections = Collections
admin-nav-redirects = Redirects
admin-nav-coupons = Coupons
admin-nav-imports = Imports
admin-nav-mail = Mail
admin-nav-jobs = Background work
admin-nav-settings = Settings
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
admin-remove = Remove
admin-keep = Keep it as it is
admin-delete = Delete
admin-move = Order
admin-move-up = Move { $name } up
admin-move-down = Move { $name } down
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
admin-theme-mistakes = The theme has mistakes
admin-theme-mistakes-what = Shoppers see the built-in pages in the place of these until they are mended.
admin-theme-mistake = { $file }, line { $line }
admin-steps = Before the first order
admin-step-done = done
admin-step-open = to do
admin-step-owner = Have an owner who signs in
admin-step-sender = Say who your mails are from
admin-steps-put-away = Put this list away
admin-step-address = Say where your business is
admin-step-product = Add a product that can be bought
admin-step-shipping = Say where you ship to and what it costs
admin-step-tax = Say where you collect tax
admin-step-payment = Take payments
admin-step-payment-test = Take payments: test payments only, no money moves. Whoever runs this server sets up a real gateway.
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
admin-tile-low-stock = { $count ->
    [one] item is running low
   *[other] items are running low
}
admin-tile-parked = { $count ->
    [one] piece of work gave up
   *[other] pieces of work gave up
}

# What was sold
admin-figures = Sales
admin-figures-period = Period
admin-figures-today = Today
admin-figures-7-days = 7 days
admin-figures-30-days = 30 days
admin-figures-90-days = 90 days
admin-figures-sales = Sales
admin-figures-orders = Orders
admin-figures-average = Average order
admin-figures-conversion = Carts that became orders
admin-figures-carts = { $count ->
    [one] of one cart
   *[other] of { $count } carts
}
admin-figures-orders-count = { $count ->
    [one] one order
   *[other] { $count } orders
}
admin-figures-more = { $percent } % more than before
admin-figures-less = { $percent } % less than before
admin-figures-no-change = nothing before to compare with
admin-figures-refunded = { $amount } refunded
admin-figures-chart-hours = Sales by the hour
admin-figures-chart-days = Sales by the day
admin-figures-highest = Highest: { $amount }
admin-figures-table = As a table
admin-figures-when = From
admin-figures-hint = Orders placed in the period that were not cancelled, with tax and delivery, less refunds. Days end at midnight in { $zone }. Compared with the period before, as far into it.

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
admin-tag = Tag
admin-product-category = Category
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
admin-field-length-mm = Length in millimetres
admin-field-width-mm = Width in millimetres
admin-field-height-mm = Height in millimetres
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
admin-field-size-guide-html = Size guide
admin-field-canonical-url = Canonical address
admin-field-related = Goes with it
admin-field-published-at = Published from
admin-field-chosen = Chosen
admin-field-condition = Conditions
admin-field-test = How conditions compare
admin-field-value = Values of conditions
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
admin-wrong-too-many-variants = A product may have 2,000 variants at most.
admin-wrong-too-large = This number is too large.
admin-wrong-too-high = This is more than anything here can cost.
admin-wrong-wrong-currency = This must be in the store's currency.
admin-wrong-invalid-id = This is no longer here, or was never.
admin-wrong-duplicate-line = This line is there twice.
admin-wrong-unknown = This is no longer here.
admin-wrong-too-small = This must be larger.
admin-wrong-negative = This must not be below zero.
admin-wrong-invalid-text = This has characters that cannot be used.
admin-wrong-invalid-amount = Please type an amount such as 19.99.
admin-wrong-ambiguous-amount = Please type thousands without a point, as 12500, or one or two decimals, as 12.50.
admin-wrong-invalid-number = Please type a number.
admin-wrong-invalid-moment = Please type a date and time.
admin-wrong-invalid-change = Please type a whole number that is not zero.
admin-wrong-invalid-percentage = Please type more than 0 and at most 100.
admin-wrong-invalid-slug = Small letters, digits and hyphens only.
admin-wrong-invalid-sku = At most 100 printable characters.
admin-wrong-invalid-url = Please type an address that starts with https://
admin-wrong-invalid-code = At most 64 characters and no blanks.
admin-wrong-invalid-weight = Please type a whole number of grams.
admin-wrong-invalid-length = Please type a whole number of millimetres, at most 100000.
admin-wrong-rounded-number = This is what a spreadsheet shows of a longer number. Please enter all of its digits.
admin-wrong-check-digit = This is as long as a GTIN, EAN or UPC, and its last digit does not fit the others. Please compare it.
admin-wrong-invalid-hs-code = Please type 6 to 10 digits such as 6205.20.
admin-wrong-invalid-measure = Please type a number and mg, g, kg, oz, lb, ml, cl, l, m3, floz, cm, m, m2 or pc, such as 750 ml.
admin-wrong-other-unit = This unit measures something else than how much is in it.
admin-wrong-not-whole = Please type a whole number, such as 100 ml.
admin-wrong-invalid-window = The end must be after the start.
admin-wrong-invalid-tag = Each tag has 1 to 50 characters.
admin-wrong-invalid-year = Please choose a year from 1970 to 2199.
admin-wrong-before-start = The end must be after the start.
admin-wrong-above-price = The sale price must not be above the price.
admin-wrong-wrong-options = Each option needs a value, and their number stays while there are variants.
admin-wrong-repeated = One of these is there twice.
admin-wrong-wrong-test = This comparison does not fit.
admin-wrong-invalid-truth = Please type true or false.
admin-wrong-itself = A product cannot go with itself.
admin-wrong-slug-taken = This address is taken.
admin-wrong-sku-taken = Another variant has this SKU.
admin-wrong-code-taken = Another coupon has this code.
admin-wrong-options-taken = Another variant has these options.
admin-wrong-no-such-group = One of these groups was taken away in the meantime. The others are still ticked.
admin-wrong-no-such-product = One of these products was not found.
admin-wrong-no-picture = This is not a picture the shop can show.
admin-wrong-unsupported-file = This is no picture, video, model or PDF that the shop takes, whatever its name says.
admin-wrong-broken-picture = This picture is damaged or not complete.
admin-wrong-too-many-pixels = This picture has more than 50 million dots. Make it smaller first.
admin-wrong-turn-length = A 360° set has 2 to 120 pictures.
admin-wrong-too-many-attachments = A product has at most 50 videos, sets, models and files.
admin-wrong-too-many-images = A product has at most 250 pictures.
admin-wrong-unsafe-drawing = This drawing holds scripts or links, so it is not taken.
admin-wrong-gone = This was taken away in the meantime.
admin-wrong-cycle = A category cannot lie in itself.
admin-wrong-category-too-deep = The category tree has at most 32 levels. Choose a category further up.
admin-wrong-below-reserved = Less would be left than is promised to orders.
admin-wrong-below-zero = Less than nothing would lie there.
admin-wrong-limit-below-uses = It was already used more often than that.
admin-wrong-out-of-range = This number is too small or too large.
admin-wrong-name-taken = Another one has this name.
admin-wrong-last-location = One location must stay open.
admin-wrong-invalid-hours = Please type hours such as 09:00-12:00, 13:00-18:00.
admin-wrong-hours-backwards = It closes before it opens.
admin-wrong-hours-overlap = It opens again before it closed.
admin-wrong-invalid-state = This is not a state of that country.
admin-wrong-invalid-phone = This is not a telephone number.
admin-wrong-invalid-postal-code = This is not a postal code of that country.
admin-wrong-invalid-country = This is not the code of a country. Please type two letters, such as ID.
admin-wrong-nothing-typed = Please type a quantity into a row.
admin-wrong-some-rows = Some rows cannot be booked, so none was.
admin-wrong-other-location = This lies at another location than the first row.
admin-wrong-same-location = Please choose another location.
admin-wrong-too-few = There are not so many to move.
admin-wrong-oversold = More is promised to orders than lies there.
admin-wrong-twice = This is there twice.
admin-wrong-invalid-days = Please type whole days: at least 0, and the most at least the fewest.
admin-wrong-invalid-region = Please type codes such as US, US-CA or *.
admin-wrong-invalid-steps = The steps must rise, from 0 or more.
admin-wrong-invalid-method-code = Small letters, digits, - and _ only.
admin-wrong-invalid-max-weight = This must be more than the box itself weighs.
admin-wrong-restricted-already = This product has a restriction already: change that one.
admin-wrong-currency-fixed = It stays: there are prices or orders in it.
admin-wrong-first-host-kept = The first host name has to stay: mails link to it. Somebody who may do everything, such as an owner, can change it.
admin-wrong-host-taken = One of these leads to another store.
admin-wrong-invalid-host = Please type host names such as shop.example, one on each line.
admin-wrong-invalid-prefix = At most 20 letters, digits and # - _ / .
admin-wrong-unknown-time-zone = This must be a time zone such as Asia/Jakarta.
admin-wrong-prefix-digit = This must not end in a digit, because the number follows.
admin-wrong-locale-not-offered = This must be one of the languages that are offered.
admin-wrong-invalid-email = Please type an e-mail address.
admin-wrong-invalid-currency = Please type three letters such as USD.
admin-wrong-invalid-place = One of these is not a place such as US or US-CA.
admin-wrong-invalid-rate = Please type a percentage from 0 to below 100, with at most four decimals.
admin-wrong-county-alone = A county needs a city or postal codes, because addresses do not name theirs.
admin-wrong-invalid-range = This must not come before the first one.
admin-wrong-no-rates = The file has not the columns that are needed, or is not CSV.
admin-wrong-no-longer-waiting = One of these no longer waits for a parcel. Please look again.
admin-wrong-invalid-value = This is not one of the choices.
admin-wrong-choose-orders = Choose 1 to 100 orders.
admin-wrong-version-conflict = Somebody else saved this in the meantime. Compare both versions, then save yours or leave the page.

# Messages
admin-flash-steps-away = The list is put away.
admin-flash-saved = Saved.
admin-flash-shipped = Marked as shipped.
admin-flash-delivered = Marked as delivered.
admin-flash-picking = Picking has started. Here is the list.
admin-flash-parcel-waits = The parcel waits to be picked.
admin-flash-unpacked = The parcel was unpacked.
admin-flash-left-already = The parcel has left already.
admin-flash-processing = Packing has started.
admin-flash-cancelled = The order is cancelled.
admin-flash-refunded = The refund is on its way.
admin-flash-note = The note was added.
admin-flash-stock = The stock was adjusted.
admin-flash-archived = The product is archived.
admin-flash-deleted = Deleted.
admin-flash-changed = Somebody changed it in the meantime. Please look again.
admin-flash-restarted = It will be tried again.
admin-flash-not-parked = It is no longer waiting.
admin-flash-revoked = The key is revoked.
