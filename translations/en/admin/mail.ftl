# Mail
admin-mail-what = Every mail the shop sent or will send. Links in it work: treat them as secrets.
admin-mail-none = No mail was written yet.
admin-mail-subject = Subject
admin-mail-to = To
admin-mail-queued = Waiting
admin-mail-sent = Sent
admin-mail-failed = Failed
admin-mail-attempts = after { $count } attempts
admin-mail-template-failed = Your own words for this mail could not be rendered, so it says what the theme says. { $mistake }
admin-mail-html = See it as the customer does
