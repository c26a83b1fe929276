# What a customer may take away
account-data = Your data
data-what = Download everything this shop holds on you: your profile and addresses, orders with their invoices, carts, wishlist, reviews, mails and what you said about them, stock alerts, the labels of saved cards, and where you are signed in. It is a JSON file, made when you ask for it and kept nowhere.
data-secrets = Passwords and other secrets are not in it: the shop keeps only fingerprints of them.
data-unverified = Your e-mail address is not confirmed, so mails, consents and stock alerts that belong to it are left out.
data-download = Download your data
