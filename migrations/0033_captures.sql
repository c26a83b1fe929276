-- When money that a gateway holds is taken; and what a gateway was asked to do with it.
ALTER TABLE platform.stores
    ADD COLUMN capture text NOT NULL DEFAULT 'now' CONSTRAINT stores_capture_check CHECK (capture IN ('now', 'shipment', 'hand'));

-- Set before the gateway is asked, so that the question is asked again when its answer is lost.
ALTER TABLE payments.attempts
    ADD COLUMN wanted text CONSTRAINT attempts_wanted_check CHECK (wanted IS NULL OR (wanted IN ('capture', 'void') AND state = 'authorized'));
