-- Which consumers hear which events, in whatever version of the program runs: each notes its own. While two versions run beside
-- each other, the older one hands on to consumers that only the newer one has.
CREATE TABLE platform.subscriptions (
    event text NOT NULL,
    consumer text NOT NULL,
    known_at timestamptz NOT NULL,
    CONSTRAINT subscriptions_pk PRIMARY KEY (event, consumer)
);
