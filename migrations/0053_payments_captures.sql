-- Money that a gateway holds is taken in parts, and gateways keep a fee.
ALTER TABLE payments.attempts
    ADD COLUMN captured bigint NOT NULL DEFAULT 0,
    -- What captures without an outcome may still take.
    ADD COLUMN capturing bigint NOT NULL DEFAULT 0,
    ADD COLUMN fee bigint NOT NULL DEFAULT 0,
    -- Set before the gateway is asked to give up what it holds, so that it is asked again when its answer is lost.
    ADD COLUMN giving_up boolean NOT NULL DEFAULT false;
UPDATE payments.attempts SET captured = amount WHERE state = 'captured';

CREATE TABLE payments.captures (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT captures_state_check CHECK (state IN ('pending', 'succeeded', 'failed')),
    currency text NOT NULL,
    amount bigint NOT NULL CONSTRAINT captures_amount_check CHECK (amount > 0),
    -- Whether the rest is held no longer.
    last boolean NOT NULL,
    fee bigint NOT NULL DEFAULT 0,
    gateway_reference text,
    failure_code text,
    created_at timestamptz NOT NULL,
    check_at timestamptz,
    CONSTRAINT captures_pk PRIMARY KEY (store_id, id),
    CONSTRAINT captures_attempt_fk FOREIGN KEY (store_id, attempt_id) REFERENCES payments.attempts (store_id, id)
);
CREATE INDEX captures_attempt ON payments.captures (store_id, attempt_id);
CREATE INDEX captures_unsettled ON payments.captures (check_at) WHERE check_at IS NOT NULL;

-- What was wanted of held money becomes a capture of all of it under the id that the gateway was given, or a giving up.
INSERT INTO payments.captures (store_id, id, attempt_id, state, currency, amount, last, created_at, check_at)
    SELECT store_id, id, id, 'pending', currency, amount, true, updated_at, check_at FROM payments.attempts WHERE wanted = 'capture';
UPDATE payments.attempts SET capturing = amount, check_at = NULL WHERE wanted = 'capture';
UPDATE payments.attempts SET giving_up = true WHERE wanted = 'void';

ALTER TABLE payments.attempts
    DROP COLUMN wanted,
    DROP CONSTRAINT attempts_refunded_check,
    ADD CONSTRAINT attempts_captured_check CHECK (captured >= 0 AND capturing >= 0 AND captured + capturing <= amount),
    ADD CONSTRAINT attempts_refunded_captured_check CHECK (refunded >= 0 AND refunded <= captured),
    ADD CONSTRAINT attempts_giving_up_check CHECK (NOT giving_up OR state = 'authorized');

-- What a gateway gave back of its fee.
ALTER TABLE payments.refunds ADD COLUMN fee_returned bigint NOT NULL DEFAULT 0;

-- Money that goes back for an order whose pieces have all been refunded names its lines without pieces.
ALTER TABLE orders.refund_lines
    DROP CONSTRAINT refund_lines_quantity_check,
    ADD CONSTRAINT refund_lines_pieces_check CHECK (quantity >= 0);
