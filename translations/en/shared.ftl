# Texts of the parts that every surface uses.
shared-skip-to-content = Skip to the content
shared-optional = (optional)
shared-pages = Pages
shared-next-page = Next page
shared-language = Language
shared-error-title = { $status ->
    [403] Not allowed
    [404] Page not found
    [405] That cannot be done here
    [412] Changed in the meantime
    [413] Too large
    [422] Please check what you entered
    [429] Too many requests
    [503] Back in a moment
   *[other] Something went wrong
}
shared-error-home = Back to the start
shared-error-again = Try again
shared-error-reference = Reference: { $id }
shared-card = { $brand ->
    [visa] Visa
    [mastercard] Mastercard
    [american_express] American Express
    [jcb] JCB
    [unionpay] UnionPay
    [discover] Discover
    [diners] Diners Club
   *[other] Card
} ending in { $digits }

# Days of the week
shared-day-1 = Monday
shared-day-2 = Tuesday
shared-day-3 = Wednesday
shared-day-4 = Thursday
shared-day-5 = Friday
shared-day-6 = Saturday
shared-day-7 = Sunday
