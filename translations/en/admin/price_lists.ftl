# Customer groups and price lists
admin-customer-groups = Customer groups
admin-customer-groups-what = Price lists are for groups of customers. Who is in which is ticked on each customer's page.
admin-customer-groups-none = There are no groups yet.
admin-customer-group-new = New group
admin-customer-group-make = Make this group
admin-customer-group-no-lists = No price list is for this group.
admin-customer-group-delete-title = Delete the group { $name }?
admin-customer-group-delete-what = { $count ->
    [0] Nobody is in it.
    [one] One customer leaves the group. The customer stays.
   *[other] { $count } customers leave the group. The customers stay.
}
admin-customer-group-in-use = These price lists are for this group. Delete them first, or let them be for other groups.
admin-customer-group = Group
admin-customer-groups-hint = Prices of their lists show wherever the customer is signed in.
admin-customer-no-groups = In no group.
admin-price-lists = Price lists
admin-price-lists-none = There are no price lists yet.
admin-price-lists-nothing = No price list is there now. Take the filter away to see all.
admin-price-lists-need-group = A price list is for a group of customers. Make one first:
admin-price-list-new = New price list
admin-price-list-for = For whom
admin-price-list-when = When
admin-price-list-asks = Prices
admin-price-list-regular = Regular price
admin-price-list-percent = { $percent } % off the rest
admin-price-list-prices-count = { $count ->
    [0] No prices yet
    [one] 1 price
   *[other] { $count } prices
}
admin-price-list-countries-hint = Codes of two letters with commas between, such as ID, SG. Empty: every country.
admin-price-list-state-on = On
admin-price-list-state-scheduled = Not yet
admin-price-list-state-ended = Ended
admin-price-list-state-off = Off
admin-price-list-delete-title = Delete the price list { $name }?
admin-price-list-delete-what = { $count ->
    [0] It has no prices. Its customers pay what everybody pays.
    [one] Its price goes with it. Its customers pay what everybody pays.
   *[other] Its { $count } prices go with it. Its customers pay what everybody pays.
}
admin-price-list-prices = Prices of { $name }
admin-price-list-add = Set a price for
admin-price-list-add-hint = SKU, barcode or name of a product
admin-price-list-add-nothing = Nothing has a SKU or a name that begins so.
admin-price-list-has = { $count ->
    [0] No variant has a price here
    [one] One variant has a price here
   *[other] { $count } variants have prices here
}
admin-price-list-empty = Find a product above to set its price, or put many at once below.
admin-price-list-nothing = Nothing that has a price here has a SKU or a name that begins so.
admin-price-list-sheet = Many at once
admin-price-list-sheet-what = One price a line: SKU, from how many pieces on, price. All are put or none. Prices that are not in the lines stay.
admin-price-list-sheet-lines = Lines
admin-price-list-sheet-file = Or a file of such lines
admin-price-list-sheet-file-hint = CSV or plain text in UTF-8, up to 10,000 lines.
admin-price-list-sheet-put = Put these prices
admin-price-list-sheet-wrong = Nothing was put, because of these lines:
admin-price-list-sheet-line = Line { $line }:
admin-price-list-sheet-more = { $count ->
    [one] One more line is wrong.
   *[other] { $count } more lines are wrong.
}
admin-price-list-from = From how many pieces
admin-price-list-break = Price { $number }
admin-price-list-breaks-hint = A row without quantity and price counts for nothing: empty it to take its price away.
admin-price-list-price-hint = A price takes the place of the list's percent off. Where it is not below what everybody pays, the group pays what everybody pays.
admin-price-list-not-below = not below the regular price
admin-field-price-list-active = Active
admin-field-percent-off = Percent off
admin-percent-off-hint = Off the regular price of everything that has no price of its own here. May stay empty.
admin-field-list-priority = Priority
admin-price-list-priority-hint = Of several lists for a customer the one with the highest number counts.
admin-field-countries = Countries
admin-variant-lists = In these price lists:
admin-variant-list-history = Prices in price lists
admin-variant-list-gone = not in it any more
admin-wrong-no-group = Please choose a group of customers.
admin-wrong-no-such-variant = No variant has this SKU.
admin-wrong-columns-missing = A line needs a SKU, a quantity and a price.
admin-wrong-too-many-breaks = A variant has at most 20 prices in a list.
admin-wrong-too-many-prices = At most 10,000 lines are put at once. Put them in parts.
admin-wrong-lines-and-file = Please choose a file or type lines, not both.
admin-wrong-sheet-unreadable = This file is no text in UTF-8. Save it as CSV in UTF-8 first.
admin-wrong-sheet-too-large = This file is too large. Put it in parts.
