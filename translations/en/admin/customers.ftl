# Customers
admin-nav-customers = Customers
admin-customers-count = { $count ->
    [one] One customer
   *[other] { $count } customers
}
admin-customers-search = E-mail, name or telephone
admin-customers-none = Nobody has made an account yet. Guests are found by their orders.
admin-customers-nothing = No customer fits these filters.
admin-customer-marketing = Advertising
admin-customer-marketing-yes = Agreed
admin-customer-marketing-no = Not agreed
admin-customer-messages = Mails that may be refused
admin-customer-messages-yes = Taken
admin-customer-messages-no = Refused
admin-customer-messages-history = What was said, and when
admin-customer-messages-link = link in a mail
admin-customer-since = Customer since
admin-customer-by-email = Customer (e-mail)
admin-customer-orders = Orders
admin-customer-spent = Spent
admin-customer-page = All about this customer
admin-customer-email = E-mail
admin-customer-phone = Telephone
admin-customer-verified = proved
admin-customer-unverified = not proved
admin-customer-addresses = Addresses
admin-customer-no-addresses = The address book is empty.
admin-customer-default-address = default
admin-customer-no-orders = Nothing ordered.
admin-customer-all-orders = All orders ({ $count })
admin-customer-data = Download everything held
