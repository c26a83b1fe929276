# Texts of the shop.

# Header and navigation
search-label = Search products
search-placeholder = Search products
search-button = Search
search-heading = Results for “{ $query }”
search-corrected = Nothing was found for these exact words. Showing results for “{ $query }”.
suggest-label = Suggestions
suggest-words = Searches
suggest-categories = Categories
suggest-products = Products
nav-home = Home
nav-admin = Back office
nav-account = Account
nav-sign-in = Sign in
nav-sign-out = Sign out
nav-cart = Cart
nav-yours = Account and cart
nav-main = Main menu
nav-footer = More of this store
nav-breadcrumbs = You are here
save = Save
edit = Change

# Home
home-title = Good things, well made
home-lead = Everything at { $store } is chosen with care and sent within a day.
home-browse = Browse everything
home-featured = Featured
home-newest = New in
home-see-all = See all
home-collections = Collections
home-empty = There is nothing here yet.
home-categories = Departments
home-collection = Collection
home-recent = Recently viewed
home-preview = This is the draft of the home page.

# Prices and badges
price-from = from { $amount }
price-was = before
price-none = Not for sale
price-lowest = Lowest price of the 30 days before: { $amount }
product-steps = Prices by quantity
product-steps-quantity = Pieces in the cart
product-steps-price = Price each
product-steps-from = { $count ->
    [one] from 1
   *[other] from { $count }
}
price-base = { $amount } / { $base }
measure-units = { $count ->
    [1] { $unit }
   *[other] { $count } { $unit }
}
measure-pieces = { $count ->
    [1] piece
   *[other] { $count } pieces
}
price-with-tax = Price with tax
badge-sale = Sale
badge-your-price = Your price
badge-sold-out = Sold out
badge-digital = Download
stock-in-stock = In stock
stock-low = { $count ->
    [one] Only one left
   *[other] Only { $count } left
}

# Lists
list-all-products = All products
list-description = { $name } at { $store }: prices, pictures and what is in stock.
list-count = { $count ->
    [one] One product
   *[other] { $count } products
}
list-sort = Sort by
list-sort-regular = In the order of the regular prices, not of yours.
sort-relevance = Relevance
sort-chosen = Our selection
sort-newest = Newest
sort-price-asc = Price, low to high
sort-price-desc = Price, high to low
sort-title = Name
sort-best-selling = Best selling
sort-rating = Best rated
list-apply = Apply
list-filters = Filters
list-categories = Categories
list-subcategories = In this category
list-brands = Brands
list-rating = Rating
list-rating-min = { $stars ->
    [5] 5 stars
   *[other] { $stars } stars and more
}
list-chosen = Chosen filters
list-chosen-remove = remove
list-chosen-clear = Clear all
list-price = Price
list-price-min = from
list-price-max = to
list-price-regular = Goes by the regular prices, not by yours.
list-in-stock = In stock only ({ $count })
list-in-stock-only = In stock only
list-price-wrong = Please type an amount, such as 20.
list-empty = Nothing found
list-empty-search = Try other words, or look around:
list-empty-instead = What others buy
list-empty-hint = Try fewer filters or other words.

# Product
product-sku = SKU
product-option-with = with { $values }
product-description = Description
product-details = Details
product-parts = About the product
product-facts = Facts
product-arrives = Arrives { $days }
product-ready = Ready to fetch { $days }
product-sent-to = { $name } to { $country }
product-not-sent = This is not sent to { $country }.
product-yes = Yes
product-no = No
product-zoom = (enlarge)
product-zoom-close = Close
product-size-guide = Size guide
product-related = Goes with it
product-more = Videos, views and files
product-video = Video
product-turn = All around
product-turn-hint = Drag, or use the arrow keys, to turn it.
product-model = 3D model
product-file = File
product-download = { $title } ({ $kind }, { $size } kB)
wishlist-add = Add to wishlist
wishlist-on = On your wishlist
wishlist-off = Take it off
wishlist-removed = Taken off your wishlist.
wishlist-added = Added to your wishlist.
wishlist-share = Share the list
wishlist-share-what = Whoever has the link sees what is on the list, and not whose it is.
wishlist-link = Link to your list
wishlist-look = See what others see
wishlist-unshare = Stop sharing
wishlist-shared = A wishlist
wishlist-shared-what = Somebody would be glad about one of these.
wishlist-shared-empty = There is nothing on this list.
wishlist-empty = Nothing on your wishlist yet.

# Cart
cart-title = Your cart
cart-lines = Items
cart-summary = Summary
cart-add = Add to cart
cart-added = Added to your cart.
cart-quantity = Quantity
cart-each = { $amount } each
cart-update = Update
cart-remove = Remove
cart-gone = No longer available
cart-checkout = Go to checkout
cart-go-on = Continue shopping
cart-empty = Your cart is empty.
cart-before-tax = Delivery and tax are added at checkout.
cart-blocked = Something in your cart cannot be bought as it is. Please change it first.
cart-sold-out = This has just sold out.
cart-only-left = { $available ->
    [one] There is only one left, and that is what your cart can hold.
   *[other] There are only { $available } left, and that is what your cart can hold.
}
cart-not-for-sale = This cannot be bought.
cart-line-gone = This was no longer in your cart.
cart-closed = This cart has already been ordered.
cart-changed-elsewhere = Your cart was changed elsewhere in the meantime. This is how it is now; please repeat your change.
cart-held = Set aside for you. Time left:
cart-held-minutes = { $minutes } min
cart-held-over = The time for which your items were set aside is over. You can still buy them as long as there are some.
cart-quantity-wrong = Please enter a whole number between 1 and 9999.
cart-ordered = You have ordered what was in this cart, but the payment is not confirmed yet.
cart-ordered-go-on = Go on with the payment
cart-ordered-waits = Your bank still waits for you. You can also give this payment up: it is cancelled there, and your cart is open again.
cart-ordered-give-up = Give this payment up
cart-save = Save for later
cart-saved = Saved for later.
cart-full = Your cart or list is full.
cart-again = What is still sold of the order is in your cart.
cart-missed = Not everything of the order is in your cart. This is no longer sold, not in this quantity, or not in stock:
cart-missed-count = { $there } of { $wanted }
cart-note-save = Save note
cart-note-saved = Your note is saved.
cart-note-too-long = A note may have at most 2000 characters.
estimate-title = What does delivery cost?
estimate-show = Show costs
saved-title = Saved for later
saved-count = { $count } pcs
saved-move = Move to cart
saved-unavailable = This can no longer be bought.
saved-sold-out = Sold out.
saved-properties-changed = This is made in another way now. Please choose it anew on its page.
personal-required = Please fill this in.
personal-too-long = At most { $most } characters.
personal-not-a-choice = Please choose one of these.
personal-invalid-text = There are characters here that cannot be written on it.
personal-changed = What can be written on this has changed. Please fill it in anew.
quantity-step = Sold in packs of { $count }.
quantity-minimum = At least { $count }.
quantity-maximum = At most { $count } per order.
quantity-customer-maximum = At most { $count } per customer.
quantity-below-minimum = This is sold from { $limit } pieces on.
quantity-not-in-steps = This is sold in packs of { $limit } only.
quantity-above-maximum = At most { $limit } fit into one order.
quantity-above-customer-maximum = One customer can have at most { $limit } in all orders together.
notice-unavailable = This can no longer be bought and is not part of the total.
notice-only-left = Only { $available } left.
notice-price-changed = The price changed from { $from } to { $to }.
notice-cannot-ship = This cannot be sent to the address.
notice-other-fields = What can be written on this has changed. Please remove it and choose it anew.
coupon-label = Coupon code
coupon-apply = Apply
coupon-applied = Coupon applied.
coupon-remove = Remove { $code }
coupon-refused-empty = Enter a code.
coupon-refused-not-found = Invalid coupon: no coupon has this code.
coupon-refused-inactive = Invalid coupon: it is not in use.
coupon-refused-not-started = Invalid coupon: its time has not come yet.
coupon-refused-expired = Invalid coupon: it has expired.
coupon-refused-usage-limit-reached = Invalid coupon: it has been used up.
coupon-refused-customer-limit-reached = Invalid coupon: you have used it as often as possible.
coupon-refused-minimum-not-reached = Invalid coupon: your cart does not reach its minimum.
coupon-refused-no-matching-products = Invalid coupon: it is for products that are not in your cart.
coupon-refused-not-combinable = Another coupon takes off more, and the two do not add up.
totals-items = Items
totals-discount = Discount
totals-shipping = Delivery
totals-shipping-discount = Discount on delivery
totals-total = Total
totals-total-estimated = Total so far
totals-tax-included = including { $name }
totals-tax-exempt = Tax exempt: certificate { $certificate }

# Checkout
checkout-title = Checkout
checkout-contact = Contact
checkout-shipping = Delivery
checkout-billing = Billing address
checkout-payment = Payment
checkout-nothing-to-pay = There is nothing to pay.
checkout-card = Pay with
checkout-another-card = Another card
checkout-save-card = Save this card for next time
checkout-method = How should it be sent?
checkout-arrives-on = Arrives { $date }
checkout-ready = Ready from { $date }
checkout-date = Day of delivery
checkout-soonest = As soon as possible
checkout-date-gone = That day can no longer be kept. Please choose another.
checkout-refused = { $titles } cannot be sent to this address. Change the address or take it out of the cart.
checkout-cannot-ship = Something in the cart cannot be sent to this address.
checkout-free = Free
checkout-no-shipping = Nothing has to be sent: you get a mail.
checkout-book = Your addresses
checkout-another-address = Another address
checkout-use-address = Use this address
checkout-save-address = Save this address in my address book
checkout-no-options = We do not deliver to this address.
checkout-signed-in = You are signed in as { $email }.
checkout-who = Sign in, or go on without an account.
checkout-members = Sign in to buy: this store sells to customers with an account.
sign-in-to-buy = Sign in to buy here.
checkout-as-guest = Continue as guest
checkout-as-somebody-else = Order with another name and e-mail address
checkout-sign-in-instead = Sign in instead
checkout-note = Note for the shop
checkout-update = Update total
checkout-before-tax = Tax is added once the address is known.
checkout-returned = Thank you. We send a mail as soon as the payment is confirmed.
checkout-place = Place order
checkout-agree = The order is binding and the total is charged when you press the button.
checkout-card-again = Please enter the card again: its number never reaches us, so it could not be kept.
checkout-mend-fields = Please check the marked fields.
checkout-total-changed = The total is another one now, and nothing was charged. Please look at it and place the order again.
checkout-changed-items = What the items in your cart cost has changed.
checkout-changed-discount = What is taken off by a coupon has changed.
checkout-changed-shipping = The delivery costs another amount.
checkout-changed-tax = The tax is another one, such as with another address.
checkout-out-of-stock = Not everything is in stock any more. Nothing was charged. Please look at your cart.
checkout-short = Not everything is in stock any more:
checkout-coupon-used-up = A coupon has been used up in the meantime. Nothing was charged. Please look at the new total.
checkout-customer-maximum = You would have more of something than one customer can have. Nothing was charged. Please look at your cart.
checkout-declined = The payment did not go through, and nothing was charged.
checkout-cancelled = Your order was cancelled. Anything that was charged or held comes back by itself.
decline-card-declined = The card was declined. Please try another one.
decline-card-not-found = This card can no longer be used. Please choose another one.
decline-insufficient-funds = The card has insufficient funds.
decline-authentication-failed = You or your bank did not approve the payment.
decline-gateway-unavailable = The payment service cannot be reached. Please try again in a moment.
decline-invalid-request = The payment service did not understand the request.
decline-invalid-token = Please enter the card again.
decline-invalid-amount = The payment service does not take this amount.
decline-not-received = The payment service never got the payment. Please try again.
decline-abandoned = The payment was not finished in time.
decline-voided = The payment was called off.
decline-payment-failed = Please try again or use another card.
card-number = Card number
card-expiry = Expires
card-cvc = Security code
card-invalid = This is not a card of the sandbox, or the date or code is not well formed.
card-sandbox = This shop takes play money. 4242 4242 4242 4242 pays; 4000 0000 0000 0002 is declined; 4000 0025 0000 3155 asks the bank first.
card-at-bank = You enter your card on the page of the bank, which opens next.
card-until = Valid until { $date }
card-expired = Expired { $date }
bank-title = Approve payment
bank-sandbox = Sandbox bank
bank-text = Pay { $amount } for order { $number }?
bank-answered = You have answered already.
bank-approve = Approve
bank-refuse = Refuse

# After the order
success-title = Thank you for your order
success-pending-title = Your order is in
success-number = Order number:
success-mail = A confirmation is on its way to { $email }.
success-pending = The bank has not confirmed the payment yet. We send a mail as soon as it has.
success-cancelled-title = Your order was cancelled
success-cancelled = Anything that was charged or held comes back by itself.
success-status = Order status
success-keep = Keep this order in an account
success-keep-text = Choose a password and you will find this order under { $email }. We mail you a link that confirms the address.
order-title = Order { $number }
checkout-given-up = The payment is given up and nothing was taken. Your cart is open again.
checkout-not-given-up = The payment could not be given up just now. Please try again in a moment, or go on with it.
order-payment-failed = The payment did not go through, and nothing was taken.
order-go-on = Put it into the cart and pay again
order-again = Order again
order-placed = Placed on { $date }
order-refunded = { $amount } was refunded.
order-line-refunded = { $count } refunded
order-parcel = Parcel { $number }
order-shipped = Sent on { $date }
order-wanted-on = To be delivered on { $date }
order-being-packed = Not sent yet
order-parcel-picking = Being packed
order-parcel-ready-to-ship = Packed
order-parcel-label-created = Packed
order-parcel-in-transit = On its way
order-parcel-out-for-delivery = On the van
order-parcel-delivered = Delivered
order-parcel-failed = Could not be delivered
order-parcel-returned = Came back
order-tracking = Tracking number
order-track = Track it
order-ship-to = Ships to
order-step-placed = Placed
order-step-paid = Paid
order-step-shipped = Sent
order-step-delivered = Delivered
order-status-pending = Waiting for payment
order-status-confirmed = Confirmed
order-status-processing = Being packed
order-status-partially-fulfilled = Partly sent
order-status-fulfilled = Sent
order-status-delivered = Delivered
order-status-cancelled = Cancelled
order-status-refunded = Refunded

# Account
account-profile = Profile
account-addresses = Addresses
account-cards = Saved cards
account-orders = Orders
account-wishlist = Wishlist
orders-number = Order
orders-date = Date
orders-status = Status
orders-empty = You have not ordered anything yet.
profile-verified = Confirmed
profile-unverified = Not confirmed yet
profile-marketing = Send me news and offers
profile-password = Password
profile-current-password = Current password
profile-sessions = Sessions
profile-sign-out-everywhere = Sign out everywhere
profile-saved = Your profile is saved.
password-changed = Your password is changed.
signed-out = You are signed out.
addresses-saved = Your addresses are saved.
addresses-empty = No addresses yet.
addresses-default = Default
addresses-make-default = Make default
addresses-add = Add an address
addresses-change = Change the address
cards-empty = No cards are saved. At the checkout you can have one saved.
cards-note = The payment provider keeps the cards. The shop knows the last four digits only.
cards-saved = Your cards are saved.
cards-removed = The card is removed.
cards-remove = Remove the card
cards-remove-ask = Remove this card?
cards-keep = Keep it
address-name = Full name
address-company = Company
address-line1 = Street and number
address-line2 = Flat, floor, building
address-city-city = City
address-city-district = District
address-city-post-town = Town
address-city-suburb = Suburb
address-state-state = State
address-state-province = Province
address-state-island = Island
address-state-department = Department
address-state-parish = Parish
address-state-area = Area
address-state-county = County
address-state-oblast = Oblast
address-state-emirate = Emirate
address-state-prefecture = Prefecture
address-state-do-si = Do or si
address-state-district = District
address-postal-code-postal = Postal code
address-postal-code-zip = ZIP code
address-postal-code-pin = PIN code
address-postal-code-eircode = Eircode
address-choose = Choose…
address-show-fields = Show the fields of this country
address-country = Country
address-phone = Phone
login-wrong = This e-mail address and password do not belong together.
login-locked = { $minutes ->
    [one] Too many attempts. Please wait a minute.
   *[other] Too many attempts. Please wait { $minutes } minutes.
}
login-forgot = Forgot your password?
login-register = Create an account
register-title = Create an account
register-button = Create account
register-password-hint = At least 8 characters
register-have-account = I have an account already
check-mail-title = Look into your mail
check-mail-text = We sent a mail to { $email }. It says what to do next.
verify-title = Confirm your e-mail address
verify-ask = Press the button to confirm that this address is yours.
verify-sign-in = Please sign in with the password you chose when you registered, so that we know it was you.
verify-sign-in-button = Sign in and go on
verify-forgot = Was it not you, or has the password slipped your mind? A new password takes the account over and confirms the address as well.
verify-other-way = Sign in another way
verify-button = Confirm
verify-done = Your address is confirmed.
verify-invalid = This link has been used or is too old.
verify-again = Send me the mail again
verify-again-text = We can send a new link to { $email }.
verify-again-sign-in = Sign in to have a new link sent to you.
verify-sent = If your address is still to be confirmed, a mail with a link is on its way or was just sent to you.
forgot-title = Forgot your password?
forgot-text = Enter your e-mail address, and we send you a link.
forgot-button = Send link
forgot-sent = If there is an account for { $email }, a mail with a link is on its way.
reset-title = Choose a password
reset-new = New password
reset-button = Change password
reset-expired = This link has been used or is too old.

# Fields, and what can be wrong with them, by code
field-email = E-mail
field-password = Password
field-first-name = First name
field-last-name = Last name
field-required = Please fill this in.
field-invalid-email = This is not an e-mail address.
field-invalid-country = Please choose a country.
field-invalid-state = This is not a state of the chosen country.
field-invalid-phone = This is not a telephone number.
field-invalid-postal-code = This is not a postal code of the chosen country.
field-invalid-text = Please use letters, digits and ordinary signs only.
field-unknown-gateway = This way of paying is not offered. Please choose again.
field-too-long = This is too long.
field-password-short = This is too short.
field-password-common = Too many people use this password.
field-password-is-email = The password must not be your e-mail address.
field-wrong-code = This code is wrong or was used before.
field-wrong-password = This is not your password.
field-too-many-attempts = Too many attempts. Please wait a while.
field-address-book-full = Your address book is full.
field-payment-required = Please choose how to pay.
field-card-gone = This card is not saved any more. Please choose another one.
field-card-expired = This card is expired.

# Our locations
locations-title = Our locations
locations-description = Where to find { $store }, and when it is open.
locations-link = Our locations
locations-none = We have no place to visit yet.
locations-hours = Opening hours
locations-closed = closed
# Security
account-security = Security
second-factor = Second factor
second-factor-on = The second factor is on
second-factor-left = { $count ->
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
second-factor-what = Besides your password, signing in then needs a code from an app on your telephone. A stolen password alone opens nothing.
second-factor-required = This store wants a second factor of its staff. Set up an app or add a passkey to work on.
second-factor-start = Set up an app
second-factor-remove = Switch it off
second-factor-remove-hint = A code of the app or a recovery code, to switch it off.
second-factor-removed = The second factor is off.
enrol-scan = Scan this with an authenticator app, or type the secret below into it.
enrol-type = Type the code of six digits that the app shows.
enrol-qr = QR code with the secret below
enrol-secret = Secret
enrol-confirm = Switch it on
recovery-keep = Write these codes down and keep them away from your telephone. Each works once when the telephone is lost. They are not shown again.
recovery-done = I have written them down
session-unknown = Unknown program
session-current = This one
session-program = Program
session-since = since { $created }, last here { $seen }
session-end = Sign out
session-ended = That device is signed out.
login-code-title = Second step
login-code = Code
login-code-hint = Six digits from your authenticator app, or a recovery code.
login-code-wrong = This code is wrong or was used before.
login-code-again = Begin again
login-expired = This took too long. Please sign in again.

# Without a connection
offline-title = You are offline
offline-what = This page cannot be fetched right now. Your cart is kept; it is there again as soon as you are connected.
offline-again = Try again

# Pages that the merchant wrote
page-preview = This is how shoppers see it.
page-preview-draft = This is a draft: shoppers do not see it.
page-preview-back = Back to the desk

# The style guide
guide-title = Style guide
guide-what = Every token and component of the shop in its states. It follows the light or dark of your browser; a theme changes the tokens.
guide-type = Type
guide-colours = Colours
guide-space = Space
guide-buttons = Buttons
guide-messages = Surfaces and messages
guide-forms = Forms
guide-prices = Prices and stars
guide-products = Products
guide-order = Progress and tables
guide-pangram = A quick brown fox jumps over the lazy dog.
guide-link = a link
guide-strong = strong words
guide-emphasis = an emphasis
guide-item = An entry
guide-card = A card
guide-field = A field
guide-hint = What to write here.
guide-choice = A choice
guide-long = A long text
guide-step = Step { $number }
announcement = Announcement
announcement-close = Close the announcement

shop-closed-label = Closed
shop-closed = The shop is closed: only staff see it.
shop-closed-open = Open it in the settings
