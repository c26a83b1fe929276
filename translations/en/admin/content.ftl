# Pages and menus
admin-nav-pages = Content
admin-content = Content
admin-content-pages = Pages
admin-content-menus = Menus
admin-page-new = New page
admin-pages-none = There are no pages yet. Write one about your business, your deliveries or your terms, and put it into a menu.
admin-page-title = Title
admin-page-body = Text
admin-page-changed = Changed
admin-page-public = Published
admin-page-draft = Draft
admin-page-published = Shoppers see it
admin-page-view-draft = View the draft
admin-page-other-language = A page without texts in this language is shown in the store's own.
admin-page-delete-title = Delete { $title }?
admin-page-delete-what = { $address } will be gone, and menus no longer lead there. To keep the text, make it a draft instead.
admin-menu-header = Header
admin-menu-footer = Footer
admin-menu-none-header = There are no entries: shoppers see the categories here.
admin-menu-none-footer = There are no entries yet.
admin-menu-add = Add an entry
admin-menu-edit = Change an entry
admin-menu-place = Menu
admin-menu-under = Lies below
admin-menu-top = nothing: it stands at the top
admin-menu-target = Leads to
admin-menu-choose = Please choose
admin-menu-pages = Pages
admin-menu-categories = Categories
admin-menu-collections = Collections
admin-menu-else = Something else
admin-menu-address = Address
admin-menu-heading = Nowhere: a heading for the entries below it
admin-menu-address-hint = Only for an entry that leads to an address: a path such as /products/a-mug or /locations, or one that starts with https://
admin-menu-label = What it is called in { $language }
admin-menu-label-hint = Without it, it is called as what it leads to.
admin-menu-kind-page = Page
admin-menu-kind-category = Category
admin-menu-kind-collection = Collection
admin-menu-kind-product = Product
admin-menu-kind-address = Address
admin-menu-kind-heading = Heading
admin-menu-gone = Leads nowhere
admin-menu-remove = Take out
admin-menu-remove-name = Take out { $name }
admin-menu-remove-title = Take { $name } out of the menu?
admin-menu-remove-what = { $count ->
    [0] What it leads to stays as it is.
    [one] The entry below it goes too. What they lead to stays as it is.
   *[other] The { $count } entries below it go too. What they lead to stays as it is.
}
admin-wrong-too-deep = Menus are nested one level only.
