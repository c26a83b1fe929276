# Collections
admin-collection-new = New collection
admin-collections-none = There are no collections yet.
admin-collection-ruled = by rules
admin-collection-chosen-hand = By hand
admin-collection-chosen-all = What meets all conditions
admin-collection-chosen-any = What meets any condition
admin-collection-chosen-hint = By rules, the collection follows every change of a product by itself.
admin-collection-products = Choose products
admin-collection-products-title = Products of { $title }
admin-collection-find = Find products
admin-collection-add = Add
admin-collection-add-name = Add { $title }
admin-collection-remove = Take out
admin-collection-remove-name = Take out { $title }
admin-collection-empty = There are no products in it yet.
admin-collection-delete-title = Delete { $title }?
admin-collection-delete-what = Its page goes, and coupons that are only for it apply to nothing. { $count ->
    [one] Its product stays in the store.
   *[other] Its { $count } products stay in the store.
}
admin-condition-number = Condition { $number }
admin-condition-field = What
admin-condition-test = How
admin-condition-value = Value
admin-condition-name = Name of the attribute
admin-conditions-hint = A condition without a value is left out; save to get more. Titles contain or lack a text, the lowest price to pay now, sales included, is at least or at most an amount, and stock is true or false.
admin-condition-tag = Tag
admin-condition-title = Title
admin-condition-brand = Brand
admin-condition-vendor = Vendor
admin-condition-product-type = Type
admin-condition-price = Price
admin-condition-stock = In stock
admin-condition-attribute = Attribute
admin-test-is = is
admin-test-is-not = is not
admin-test-contains = contains
admin-test-lacks = does not contain
admin-test-at-least = is at least
admin-test-at-most = is at most
admin-preview = Preview
admin-preview-total = { $count ->
    [0] No product fits
    [one] One product fits
   *[other] { $count } products fit
}
