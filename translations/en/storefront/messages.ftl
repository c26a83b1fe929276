# Which mails somebody takes.
account-messages = Messages
messages-saved = Your choice is saved.
messages-which = What we may write to you about
messages-to = Mails go to { $email }.
messages-history = What you said, and when
messages-no-history = You have changed nothing so far.
messages-said-yes = You want mails about: { $what }
messages-said-no = You want no mails about: { $what }
messages-by-mail = with the link in a mail
messages-by-account = here
messages-from = from the internet address { $client }
messages-unverified = Please confirm first that { $email } is yours, with the link we sent there. Then you can choose here what we may write to you about.
message-topic-reviews = Review requests
message-topic-reviews-what = When a parcel arrived, we ask how you like what was in it.

# The link in a mail with which it is the last of its kind.
stop-title = No more such mails
stop-ask = Should { $email } get no more mails of the kind “{ $what }”?
stop-button = Send no more
stop-done = { $email } gets no more mails of the kind “{ $what }”.
stop-already = { $email } gets no mails of the kind “{ $what }”.
stop-again = Send them again
stop-taken-again = { $email } gets mails of the kind “{ $what }” again.
stop-still = Mails about your orders and your account are always sent.
