-- What a merchant decides about the store, and rates of tax finer than a state.
ALTER TABLE platform.stores
    -- Who mails say they are from; empty: the store's name.
    ADD COLUMN sender_name text NOT NULL DEFAULT '',
    ADD COLUMN address jsonb,
    ADD COLUMN locales text[] NOT NULL DEFAULT '{en,id}',
    -- Order numbers end in the digits that are counted, so that no two prefixes ever make the same number.
    ADD COLUMN order_prefix text NOT NULL DEFAULT 'ORD-' CONSTRAINT stores_order_prefix_check CHECK (order_prefix !~ '[0-9]$'),
    ADD COLUMN order_dated boolean NOT NULL DEFAULT false,
    ADD COLUMN first_order bigint NOT NULL DEFAULT 1001 CONSTRAINT stores_first_order_check CHECK (first_order > 0),
    ADD COLUMN reservation_minutes int NOT NULL DEFAULT 30
        CONSTRAINT stores_reservation_minutes_check CHECK (reservation_minutes BETWEEN 5 AND 1440),
    ADD COLUMN maintenance boolean NOT NULL DEFAULT false,
    ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- Amounts are kept in the store's currency, so it stays once there are any.
CREATE FUNCTION platform.has_amounts(store uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM catalog.variants WHERE store_id = store AND coalesce(price, compare_at, cost, sale_price) IS NOT NULL)
        OR EXISTS (SELECT FROM pricing.coupons WHERE store_id = store AND coalesce(amount, minimum, cap) IS NOT NULL)
        OR EXISTS (SELECT FROM shipping.methods WHERE store_id = store)
        OR EXISTS (SELECT FROM orders.orders WHERE store_id = store)
$$;
CREATE FUNCTION platform.keep_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF platform.has_amounts(OLD.id) THEN
        RAISE EXCEPTION 'the store has amounts in %', OLD.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stores_currency_fixed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stores_currency_fixed BEFORE UPDATE OF currency ON platform.stores
    FOR EACH ROW WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION platform.keep_currency();

ALTER TABLE tax.rates
    -- For people: what the city or the postcodes belong to.
    ADD COLUMN county text NOT NULL DEFAULT '',
    ADD COLUMN city text NOT NULL DEFAULT '',
    -- Both empty, or the first and the last postcode, in capitals without blanks.
    ADD COLUMN postcode_from text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN postcode_to text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN valid_from date,
    ADD COLUMN valid_until date,
    DROP CONSTRAINT rates_place_key,
    ADD CONSTRAINT rates_scope_key UNIQUE NULLS NOT DISTINCT
        (store_id, country, state, county, city, postcode_from, postcode_to, category, name, valid_from),
    ADD CONSTRAINT rates_postcodes_check CHECK ((postcode_from = '') = (postcode_to = '') AND postcode_from <= postcode_to),
    ADD CONSTRAINT rates_county_check CHECK (county = '' OR city <> '' OR postcode_from <> ''),
    ADD CONSTRAINT rates_validity_check CHECK (valid_from <= valid_until);
CREATE INDEX rates_wide ON tax.rates (store_id) WHERE city = '' AND postcode_from = '';
CREATE INDEX rates_fine ON tax.rates (store_id, country, state, postcode_from, postcode_to) WHERE city <> '' OR postcode_from <> '';
