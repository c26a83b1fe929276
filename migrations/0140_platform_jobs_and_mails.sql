-- A mail is written when it waits and again when it was sent, a job when it is taken: with room beside them no index hears of that.
ALTER TABLE notifications.messages SET (fillfactor = 50);
ALTER TABLE platform.jobs SET (fillfactor = 70);
