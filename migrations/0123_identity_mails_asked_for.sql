-- When an address was last told of what strangers can ask about it again and again: that it has an account, and how to choose
-- another password.
ALTER TABLE identity.accounts ADD COLUMN told_again_at timestamptz, ADD COLUMN reset_asked_at timestamptz;
