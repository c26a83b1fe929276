# Stock
admin-stock-count = { $count ->
    [one] One level
   *[other] { $count } levels
}
admin-stock-search = SKU, barcode or name
admin-stock-state-low = Low
admin-stock-state-out = Sold out
admin-stock-empty = Nothing is counted yet. Open a variant to start counting it.
admin-stock-nothing = Nothing fits these filters.
admin-stock-book = Book stock
admin-stock-book-hint = Type quantities into the rows above. All of them are booked, or none.
admin-stock-book-button = Book
admin-stock-kind = What happened
admin-stock-to = Move to
admin-stock-to-hint = Only for goods that move to another location.
admin-stock-reference-hint = Such as a delivery note.
admin-stock-quantity-of = Quantity of { $title } at { $location }
admin-stock-quantity-hint = How many came in, broke or lie there. For an adjustment, 5 adds five and -2 takes two away.
admin-stock-who = By
admin-stock-ledger = All that happened to the stock
admin-movements-none = Nothing has happened yet.
admin-booking-receive = Goods came in
admin-booking-adjust = Adjust by a difference
admin-booking-damage = Broken or lost
admin-booking-count = Counted
admin-booking-transfer = Move to another location
admin-field-safety-stock = Kept back
admin-safety-stock-hint = This many are not sold.
admin-field-reorder-point = Order more at
admin-reorder-point-hint = At this many or fewer for sale you are told. Empty: nobody watches.
admin-field-reorder-quantity = How many to order
admin-reorder-quantity-hint = Shown where it is low.
admin-field-incoming = On its way
admin-incoming-hint = Becomes less when goods come in.
admin-field-backorder = Sell more than lies there
admin-stock-waiting = { $count ->
    [one] One shopper waits for it
   *[other] { $count } shoppers wait for it
}
admin-low-stock-mail = Low stock by mail
admin-low-stock-mail-on = Each morning from 7 o’clock you get a mail with what is low. When nothing is, no mail comes.
admin-low-stock-mail-off = You can get a mail each morning from 7 o’clock with what is low. When nothing is, no mail comes.
admin-low-stock-mail-start = Send it to me
admin-low-stock-mail-stop = Send it no more
admin-flash-low-stock-wanted = You get a mail each morning when something is low.
admin-flash-low-stock-refused = You get no mail of what is low any more.
