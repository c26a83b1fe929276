# Jumping, and the keys
admin-find = Jump to
admin-find-title = Jump to a room, an order, a product or a customer
admin-find-hint = A room, an order's number, a product, a SKU, a name or an e-mail address
admin-find-nothing = Nothing begins like that.
admin-find-rooms = Rooms
admin-find-actions = Do
admin-find-pick-list = Pick list
admin-find-invite = Invite somebody to the staff
admin-find-count = { $count ->
    [0] Nothing found
    [one] One entry
   *[other] { $count } entries
}
admin-keys-title = Keys
admin-keys-open = Show the keys
admin-keys-close = Close
admin-keys-key = Key
admin-keys-does = What it does
admin-keys-or = or
admin-keys-then = then
admin-keys-find = Jump to …
admin-keys-help = Show these keys
admin-keys-next = Next row of a list
admin-keys-previous = Row before
admin-keys-enter = Open the row
admin-keys-single = Keys without Ctrl
admin-keys-single-hint = Turn them off if they get in the way of speech input. Ctrl+K always works.
