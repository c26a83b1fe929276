# Pushes to browsers
admin-nav-pushes = Pushes
admin-settings-pushes = Pushes
admin-settings-pushes-what = Notifications to browsers that asked for them: which are sent, and what they say.
admin-pushes-intro = Shoppers who press a button on an order’s page or in their account are notified in that browser. While this is off they see no button.
admin-pushes-see-log = Every push that was sent
admin-pushes-contact = Contact
admin-pushes-contact-hint = Push services write to this address when something is wrong.
admin-pushes-kinds = What is sent
admin-pushes-active = Send pushes
admin-pushes-words-hint = The first line is the title. You can use { $facts }.
admin-pushes-push = Push
admin-pushes-service = Push service
admin-pushes-customer = Customer
admin-pushes-attempts = { $count ->
    [one] tried once
   *[other] tried { $count } times
}
admin-pushes-says = Says
admin-pushes-log = Every push of the last 90 days.
admin-pushes-none = No push was written yet.
admin-pushes-none-such = There is no such push.
admin-wrong-no-kinds = Choose what is sent, or turn pushes off.
admin-push-unsent-off = Pushes were turned off.
admin-push-unsent-not-wanted = The browser wanted it no longer, or was signed out.
admin-push-unsent-late = What it says may no longer be so.
admin-push-unsent-no-text = Its words make no push.
admin-push-unsent-too-long = It became too long.
admin-push-unsent-refused = It was refused.
admin-push-unsent-unavailable = It could not be handed over.
admin-push-unsent-gone = The browser takes no pushes any more, so it was forgotten.
