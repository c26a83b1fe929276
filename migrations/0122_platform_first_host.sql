-- The first host name of a store is the one that its mails link to. Until now it was any of them.
ALTER TABLE platform.store_hosts ADD COLUMN position integer NOT NULL DEFAULT 1
    CONSTRAINT store_hosts_position_check CHECK (position > 0);

UPDATE platform.store_hosts AS h SET position = numbered.position
FROM (SELECT host, row_number() OVER (PARTITION BY store_id ORDER BY host) AS position FROM platform.store_hosts) AS numbered
WHERE h.host = numbered.host AND h.position <> numbered.position;
