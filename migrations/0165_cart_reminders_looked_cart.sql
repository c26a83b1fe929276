-- The last cart that was looked at, where more were touched in the same moment: from there on the next round goes on.
ALTER TABLE notifications.cart_reminders ADD COLUMN looked_cart uuid;
