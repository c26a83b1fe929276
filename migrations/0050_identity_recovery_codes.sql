-- Recovery codes are shown once, but a form that is sent twice must not hide them: for two minutes whoever repeats the proof
-- they were made for sees them again.
ALTER TABLE identity.second_factors
    ADD COLUMN sealed_recovery_codes bytea,
    ADD COLUMN recovery_proof_hash bytea,
    ADD COLUMN recovery_codes_at timestamptz,
    ADD CONSTRAINT second_factors_recovery_check CHECK (
        (sealed_recovery_codes IS NULL) = (recovery_proof_hash IS NULL)
        AND (sealed_recovery_codes IS NULL) = (recovery_codes_at IS NULL)
    );
