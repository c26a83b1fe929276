# Categories
admin-category-new = New category
admin-category-top = At the top
admin-category-gone = A category that was taken away
admin-categories-none = There are no categories yet.
admin-categories-nothing = No category is called so.
admin-categories-count = { $count ->
    [one] One category
   *[other] { $count } categories
}
admin-position-hint = Lower numbers come first.
admin-collections = Collections
admin-category-delete-title = Delete { $name }?
admin-category-delete-products = { $count ->
    [0] There are no published products in it.
    [one] Its one product stays in the store.
   *[other] Its { $count } products stay in the store.
}
admin-category-delete-children = { $count ->
    [one] The category in it moves up.
   *[other] The { $count } categories in it move up.
}
admin-size-guide-category-hint = Shown with products that have none of their own.
admin-category-find = Find categories
admin-category-look = Find
admin-category-find-hint = By the beginning of a word of the name.
admin-category-found = { $count ->
    [one] One category is called so.
   *[other] { $count } categories are called so.
}
admin-category-found-many = More than { $count } categories are called so; these are the first { $count }. Type more of the name.
admin-category-found-chosen = What is called so is chosen already.
admin-category-found-where = Choose under “{ $field }” above.
admin-category-found-unsaved = Nothing is saved yet.
