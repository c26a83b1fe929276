-- Two who change a zone or a method at once see each other's changes.
ALTER TABLE shipping.zones ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE shipping.methods ADD COLUMN version bigint NOT NULL DEFAULT 1;
