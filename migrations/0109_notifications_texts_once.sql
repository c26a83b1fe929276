-- When a text was offered to whoever carries it, until the answer is known: a program that ends in between offers it no second time.
ALTER TABLE notifications.texts ADD COLUMN offered_at timestamptz;

-- Who refuses texts about every order of theirs names no number.
ALTER TABLE notifications.text_wishes ALTER COLUMN phone DROP NOT NULL,
    ADD CONSTRAINT text_wishes_phone_check CHECK (phone IS NOT NULL OR (about IS NOT NULL AND NOT wanted));
