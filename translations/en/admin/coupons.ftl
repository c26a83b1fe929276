# Coupons
admin-coupon-new = New coupon
admin-coupons-none = There are no coupons yet.
admin-coupon-takes = Takes off
admin-coupon-used = Used
admin-coupon-made = Made
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
admin-coupon-collection-gone = A collection that was deleted
admin-coupon-products-hint = The last part of each product’s address, one a line.
admin-percentage-hint = For a percentage, such as 10.
admin-amount-hint = For a fixed amount.
admin-minimum-hint = What the items must cost together.
admin-cap-hint = The most a percentage takes off.
admin-wrong-cap-of-percentage = This is only for a coupon that takes off a percentage. Empty it, or choose a percentage.
