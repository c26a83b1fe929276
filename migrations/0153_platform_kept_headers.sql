-- An answer that is given again has the headers of the first: its tag, what may be kept of it, and when to come back.
-- One header a line, as they are sent.
ALTER TABLE platform.idempotency_records ADD COLUMN headers text NOT NULL DEFAULT '';
