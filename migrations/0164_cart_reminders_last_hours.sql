-- After how many hours a store wrote when it last did, so that whoever begins again finds them.
ALTER TABLE notifications.cart_reminders ADD COLUMN last_hours integer
    CONSTRAINT cart_reminders_last_hours_check CHECK (last_hours BETWEEN 1 AND 168);
UPDATE notifications.cart_reminders SET last_hours = hours;
