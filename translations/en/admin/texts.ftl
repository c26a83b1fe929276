# Texts to telephones
admin-nav-texts = Texts
admin-settings-texts = Texts
admin-settings-texts-what = SMS to shoppers who asked for them: the account that sends them, and what they say.
admin-texts-intro = Shoppers who ask for it at checkout or in their account get texts about their orders. While this is off they are not asked.
admin-texts-see-log = Every text that was sent
admin-texts-account = Account SID
admin-texts-account-hint = Of your account at Twilio; it begins with AC.
admin-texts-token = Auth token
admin-texts-token-hint = It is kept sealed and shown to nobody.
admin-texts-token-kept = It is kept sealed. Leave this empty to keep it.
admin-texts-sender = Sender
admin-texts-sender-hint = Your number there such as +14155550123, or a messaging service that begins with MG. A name cannot be answered with STOP.
admin-texts-kinds = What is sent
admin-texts-active = Send texts
admin-texts-replies = So that STOP and START are heard, tell Twilio to post incoming messages of the number or the service to:
admin-texts-text = Text
admin-texts-words = Words
admin-texts-words-hint = You can use { $facts }.
admin-texts-length = { $count ->
    [one] one character
   *[other] { $count } characters
}
admin-texts-segments = { $count ->
    [one] sent as one message
   *[other] sent and paid for as { $count } messages
}
admin-texts-wide = A letter that telephones do not have in their usual alphabet makes the text take more than twice the room.
admin-texts-number = Number
admin-texts-test = Send it to this number
admin-texts-test-sent = A test is on its way. Nothing is saved yet.
admin-texts-log = Every text the shop sent or will send.
admin-texts-none = No text was written yet.
admin-texts-none-such = There is no such text.
admin-text-queued = Waiting
admin-text-sent = Sent
admin-text-delivered = Delivered
admin-text-failed = Failed
admin-text-kind-order-confirmed = Order confirmed
admin-text-kind-shipped = Parcel on its way
admin-text-kind-out-for-delivery = Parcel comes today
admin-text-kind-delivered = Parcel arrived
admin-text-kind-refunded = Refund
admin-wrong-invalid-account = An account SID is AC and 32 digits or letters from a to f.
admin-wrong-invalid-token = A token has no blanks.
admin-wrong-invalid-sender = Give a number that begins with +, or a service that begins with MG. Nobody can answer a name with STOP.
admin-wrong-unknown-fact = A fact between { "{{" } and { "}}" } is none of this text.
admin-wrong-open-brackets = There is { "{{" } without { "}}" }.
admin-wrong-texts-off = Turn texts on before you try one.
admin-text-unsent-off = Texts were turned off.
admin-text-unsent-stopped = The number wants no texts.
admin-text-unsent-not-wanted = It was no longer wanted at this number.
admin-text-unsent-late = What it says may no longer be so.
admin-text-unsent-too-many = The number got as many texts within a day as it may.
admin-text-unsent-no-text = Its words make no text.
admin-text-unsent-too-long = It became too long.
admin-text-unsent-refused = It was refused.
admin-text-unsent-unavailable = It could not be handed over.
admin-text-unsent-unknown = Nobody knows whether it was taken, so it is not sent again.
admin-wrong-blank-text = The text would be empty.
admin-wrong-text-too-long = The text becomes too long.
admin-wrong-invalid-text-number = This is no telephone number. Put + and the country’s code before one of another country.
