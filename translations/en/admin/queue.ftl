# The waiting room, as it is set up.
admin-settings-queue = Waiting room
admin-settings-queue-what = A fair queue for the hours when more people come than can be served well.
admin-queue-waiting = { $count ->
    [0] Nobody waits at this moment.
    [one] One shopper waits at this moment.
   *[other] { $count } shoppers wait at this moment.
}
admin-queue-before = Where shoppers wait
admin-queue-before-nothing = Nowhere: there is no waiting room
admin-queue-before-products = Before they buy one of the products below
admin-queue-before-checkout = Before the checkout, whatever they buy
admin-queue-products = Products
admin-queue-products-hint = The addresses of their pages, one in each line.
admin-queue-per-minute = Shoppers admitted each minute
admin-queue-per-minute-hint = Begin with what you have seen the store serve well in a minute.
admin-queue-admission-minutes = Minutes that an admission lasts
admin-queue-admission-minutes-hint = In this time a shopper fills in the checkout and pays.
admin-queue-message = What those who wait read
admin-queue-message-hint = Such as when the sale ends, or that there is enough for everybody.
admin-queue-how = How the queue works
admin-queue-how-queue = Shoppers come in the order in which they joined. Their page tells them their place and how long it takes, also without JavaScript, and their place is kept when they close it. Joining again leads to the end of the queue.
admin-queue-how-admission = An admission serves one cart. Whoever does not order within its minutes joins again.
admin-queue-how-change = When you change the number of shoppers, everybody keeps their place and the queue goes on at the new pace. When you close the room, everybody may buy at once; opened again it begins with an empty queue.
admin-queue-changed = Somebody changed the waiting room while you looked at it. What you typed is still here; save again to replace what they saved.
admin-queue-wrong-product-ids = One of these is no product of this store.
admin-queue-wrong-per-minute = Please enter a number from 1 to 100,000.
admin-queue-wrong-admission-minutes = Please enter a number from 1 to 240.
