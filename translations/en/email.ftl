# Texts of mails. `store` is the store's name; numbers, amounts and dates come written in the mail's language.

email-footer = You get this mail because of an account or an order at { $store }.
email-questions = Questions? Write to { $email }.
email-stop = No more such mails
email-link-hint = If the button does not work, open this address:

email-verify-subject = Confirm your e-mail address for { $store }
email-verify-title = Confirm your e-mail address
email-verify-text = Thank you for signing up at { $store }. Please confirm that this address is yours.
email-verify-button = Confirm address
email-verify-valid = { $days ->
    [one] The link works once, for one day.
   *[other] The link works once, for { $days } days.
}
email-verify-not-you = If you did not sign up, ignore this mail: nothing will happen.

email-already-subject = You already have an account at { $store }
email-already-title = You already have an account
email-already-text = Somebody tried to sign up at { $store } with this address, which has an account already. If it was you, simply sign in.
email-already-button = Sign in
email-already-forgot = Forgot the password? Choose a new one:
email-already-not-you = If it was not you, ignore this mail: your account is unchanged.

email-reset-subject = Choose a new password for { $store }
email-reset-title = Choose a new password
email-reset-text = Somebody asked for a new password for your account at { $store }.
email-reset-button = Choose a password
email-reset-valid = { $minutes ->
    [one] The link works once, for one minute.
   *[other] The link works once, for { $minutes } minutes.
}
email-reset-not-you = If it was not you, ignore this mail: your password stays as it is.

email-changed-subject = Your password for { $store } was changed
email-changed-title = Your password was changed
email-changed-text = The password of your account at { $store } was changed, and other devices were signed out.
email-changed-not-you = If it was not you, choose a new password at once:
email-changed-button = Choose a new password

email-erased-subject = Your data at { $store } was deleted
email-erased-title = Your data was deleted
email-erased-text = Your account at { $store } and everything that was kept with your name, addresses and telephone numbers was deleted.
email-erased-stays = Invoices stay as they were written for as long as the law wants them kept. Nothing else leads to you any more.
email-erased-last = This is the last mail about it. We forget your address as soon as it is sent.

email-order-number = Order { $number }
email-order-placed-on = Placed on { $date }
email-order-status-button = See your order
email-order-quantity = Quantity { $quantity }
email-order-items-total = Items
email-order-discount = Discount
email-order-shipping = Shipping
email-order-shipping-by = Shipping ({ $name })
email-order-tax-included = of which { $name }
email-order-total = Total
email-order-shipping-address = Ships to
email-order-billing-address = Billed to
email-order-reason = Reason: { $reason }

email-confirmation-subject = Your order { $number } at { $store }
email-confirmation-title = Thank you for your order
email-confirmation-text = We have received your order and your payment. You get another mail when it is on its way.

email-payment-failed-subject = Your payment for order { $number } did not go through
email-payment-failed-title = Your payment did not go through
email-payment-failed-text = The payment for order { $number } was not completed, so the order is cancelled. Nothing was taken from you.
email-payment-failed-go-on = If you still want the items, put them back into the cart on the page of the order, and pay again or in another way.
email-payment-failed-button = Go on from the order
email-payment-failed-hold = If your bank shows the amount as reserved, it becomes free again by itself, usually within a few days.

email-shipped-subject = Your order { $number } is on its way
email-shipped-title = Your order is on its way
email-shipped-text = We have handed over a parcel with these items:
email-shipped-carrier = Carrier: { $carrier }
email-shipped-tracking-number = Tracking number: { $number }
email-shipped-track-button = Track the parcel
email-parcel-out-for-delivery-subject = Your order { $number } comes today
email-parcel-out-for-delivery-title = Your parcel comes today
email-parcel-out-for-delivery-text = The carrier is on the way to you with these items:
email-parcel-delivered-subject = Your order { $number } has arrived
email-parcel-delivered-title = Your parcel has arrived
email-parcel-delivered-text = The carrier has delivered these items:
email-review-text = How do you like it? Others would be glad to read what you think.
email-review-button = Write a review
email-parcel-failed-subject = Your order { $number } could not be delivered
email-parcel-failed-title = Your parcel could not be delivered
email-parcel-failed-text = The carrier could not deliver these items. Please look at the tracking, or answer this mail.

email-refunded-subject = Your refund of { $amount } for order { $number }
email-refunded-title = Your refund
email-refunded-text = We are giving { $amount } back to the means of payment you used. It can take a few days until you see it there.
email-refunded-lines = The refund is for:
email-sorry-subject = We are sorry: order { $number } could not stand
email-sorry-title = We are sorry
email-sorry-out-of-stock = Something in your order { $number } was sold to somebody else before your payment was confirmed. That should not happen, and we apologise: the order is cancelled, and all of your money goes back by itself.
email-sorry-too-late = Your payment for order { $number } was confirmed after the order had been given up. We apologise for the trouble: all of your money goes back by itself. If you still want the items, please order them again.

email-cancelled-subject = Your order { $number } was cancelled
email-cancelled-title = Your order was cancelled
email-cancelled-text = Order { $number } was cancelled and will not be shipped. If you have paid, you get the money back, and a mail about it.

email-invitation-subject = Work with us at { $store }
email-invitation-title = Join the staff of { $store }
email-invitation-text = Hello { $name }, you are invited to work in the back office of { $store }.
email-invitation-button = Accept
email-invitation-valid = { $days ->
    [one] The link works once, for one day.
   *[other] The link works once, for { $days } days.
}
email-invitation-not-you = If you do not know what this is about, ignore this mail: nothing will happen.
email-cancelled-out-of-stock = Something in it was sold to somebody else before your payment was confirmed. We are sorry.

email-alert-subject = Shall we tell you when “{ $product }” is back?
email-alert-title = Shall we tell you when it is back?
email-alert-text = Somebody entered this address to hear when “{ $product }” is in stock again. If it was you, please confirm it.
email-alert-button = Yes, tell me
email-alert-valid = { $days ->
    [one] The link works for one day.
   *[other] The link works for { $days } days.
}
email-alert-not-you = If it was not you, ignore this mail: nothing will be sent.

email-back-subject = “{ $product }” is back
email-back-title = It is back
email-back-text = You asked to be told: “{ $product }” can be bought again.
email-back-button = Have a look
email-back-few = Others were waiting too, so it may be gone soon. You are told once; ask again if you miss it.

email-cart-subject = You left something in your cart
email-cart-title = Still interested?
email-cart-text = This is still in your cart at { $store }:
email-cart-button = Go on with your cart
email-cart-note = Nothing is set aside for you, and prices may change. You get this mail once about this cart.

email-low-subject = { $count ->
    [one] One thing is low in stock
   *[other] { $count } things are low in stock
}
email-low-title = Low in stock
email-low-text = { $count ->
    [one] On { $day } one thing is at or below the point at which more should be ordered.
   *[other] On { $day } { $count } things are at or below the point at which more should be ordered.
}
email-low-left = { $quantity ->
    [0] sold out
   *[other] { $quantity } left
}
email-low-point = order at { $quantity }
email-low-order = Order { $quantity }
email-low-incoming = On its way: { $quantity }
email-low-more = { $count ->
    [one] One more is on the list.
   *[other] { $count } more are on the list.
}
email-low-button = See what is low
email-low-why = You asked for this mail. It comes once a day, when something is low.
email-low-stop = Stop it at the desk
