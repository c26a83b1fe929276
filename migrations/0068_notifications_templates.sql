-- Mails in the words of the merchant, one template for each kind and language; without a row the theme's is used. A message
-- says when the merchant's template failed and the theme's stood in.
CREATE TABLE notifications.templates (
    store_id uuid NOT NULL CONSTRAINT templates_store_fk REFERENCES platform.stores (id),
    kind text NOT NULL,
    locale text NOT NULL,
    subject text NOT NULL,
    html text NOT NULL,
    plain text NOT NULL,
    version bigint NOT NULL CONSTRAINT templates_version_check CHECK (version > 0),
    updated_at timestamptz NOT NULL,
    CONSTRAINT templates_pk PRIMARY KEY (store_id, kind, locale)
);

ALTER TABLE notifications.messages ADD COLUMN template_error text;
