-- What entries of the audit log tell of, for whoever looks for it. Of a long text its beginning.
CREATE INDEX audit_entries_words ON platform.audit_entries
    USING gin (platform.words(left(row_key || ' ' || before::text || ' ' || after::text, 20000)));
ALTER INDEX platform.audit_entries_words ALTER COLUMN 1 SET STATISTICS 0;
