# Categories
admin-category-new = New category
admin-category-top = At the top
admin-categories-none = There are no categories yet.
admin-position-hint = Lower numbers come first.
admin-collections = Collections
