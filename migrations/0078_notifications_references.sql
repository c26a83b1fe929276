-- What the mail server calls a mail it took, such as the number in its queue: with it somebody there finds the mail.
ALTER TABLE notifications.messages ADD COLUMN reference text;
