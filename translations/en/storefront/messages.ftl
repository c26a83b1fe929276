# Which mails somebody takes.
account-messages = Messages
messages-saved = Your choice is saved.
messages-which = What we may write to you about
messages-to = Mails go to { $email }.
messages-history = What you said, and when
messages-no-history = You have changed nothing so far.
messages-said-yes = You want mails about: { $what }
messages-said-no = You want no mails about: { $what }
messages-by-mail = with the link in a mail
messages-by-account = here
messages-from = from the internet address { $client }
messages-unverified = Please confirm first that { $email } is yours, with the link we sent there. Then you can choose here what we may write to you about.
message-topic-reviews = Review requests
message-topic-reviews-what = When a parcel arrived, we ask how you like what was in it.

# The link in a mail with which it is the last of its kind.
stop-title = No more such mails
stop-ask = Should { $email } get no more mails of the kind “{ $what }”?
stop-button = Send no more
stop-done = { $email } gets no more mails of the kind “{ $what }”.
stop-already = { $email } gets no mails of the kind “{ $what }”.
stop-again = Send them again
stop-taken-again = { $email } gets mails of the kind “{ $what }” again.
stop-still = Mails about your orders and your account are always sent.
message-topic-back-in-stock = Back in stock
message-topic-back-in-stock-what = When something you wait for can be bought again. Refusing this also ends what you wait for.

# Telling somebody when something is back.
stock-alert-title = Tell me when it is back
stock-alert-hint = You get one mail to confirm your address, and one when it is back.
stock-alert-button = Tell me
stock-alert-sent = We have sent you a mail. Follow its link, and we tell you when this is back.
stock-alert-waits = We tell you by mail when this is back.
stock-alert-in-stock = Good news: this can be bought right now.
stock-alert-ask = Shall we write to { $email } when it can be bought again?
stock-alert-confirm = Yes, tell me
stock-alert-waits-for = We write to { $email } once when it can be bought again.
stock-alert-back = Back to the product

# Texts to the telephone.
texts-title = Texts
texts-account = Text me how my orders go on
texts-checkout = Text me how this order goes on
texts-hint = A few messages for each order, such as when a parcel leaves and comes. Your network may charge for them. Answer STOP to end them.
texts-stopped = { $phone } answered STOP, so nothing is sent there. Answer START to one of our texts to get them again.
texts-said-yes = Texts about your orders go to { $phone }.
texts-said-no = No more texts to { $phone }.
texts-said-none = No texts about your orders.
texts-phone = Number for texts
texts-phone-hint = Leave this empty for the number above.
field-number-abroad = We only text numbers of countries that we ship to.
field-invalid-text-number = This is no telephone number we can text. Put + and the country’s code before one of another country.

# Pushes to the browser.
pushes-title = Notifications
pushes-ask = Notify me in this browser
pushes-stop = Stop
pushes-order = Hear at once when this order goes on, also while the shop is closed here.
pushes-orders = Hear at once when an order of yours goes on, also while the shop is closed here. It ends when you sign out.
pushes-on = This browser is notified.
pushes-blocked = Notifications of this shop are blocked in this browser. Allow them in the browser’s settings for this site, then open this page again.
pushes-failed = That did not work. Please try again later.
pushes-browsers = Browsers that are notified
pushes-here = This one
pushes-since = asked { $date }
pushes-used = notified or asked last { $date }
pushes-stop-all = Stop in every browser

# The link in the mail about a cart that was left behind.
cart-left-title = Your cart
cart-left-text = This is what you left in your cart:
cart-left-button = Go on with this cart
cart-left-ordered = This cart was ordered already. Thank you!
cart-left-gone = What was in this cart was changed, is not sold any more, or has moved to another cart of yours.
cart-left-look = Look around
cart-left-taken = What you left is in your cart, as far as it is sold.
message-topic-carts = Cart left behind
message-topic-carts-what = Once, when you left something in your cart without ordering it.
