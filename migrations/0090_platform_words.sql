-- The words of a text in small letters, and a query for texts in which each typed word begins a word: what staff jump by. The
-- cost keeps the planner from working the words out row by row, and no word is longer than a lexeme may be.
CREATE FUNCTION platform.words(written text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
    RETURN array_to_tsvector(string_to_array(btrim(regexp_replace(
        regexp_replace(lower(written), '[^[:alnum:]]+', ' ', 'g'), '([^ ]{250})(?=[^ ])', '\1 ', 'g')), ' '));
END
$$;

CREATE FUNCTION platform.beginnings(typed text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT string_agg(quote_literal(left(word, 250)) || ':*', ' & ')::tsquery
        FROM unnest(string_to_array(btrim(regexp_replace(lower(left(typed, 200)), '[^[:alnum:]]+', ' ', 'g')), ' ')) AS word);
END
$$;

CREATE INDEX orders_words ON orders.orders USING gin (platform.words(
    number || ' ' || external_number || ' ' || email
    || ' ' || coalesce(shipping_address->>'first_name', '') || ' ' || coalesce(shipping_address->>'last_name', '')
    || ' ' || coalesce(billing_address->>'first_name', '') || ' ' || coalesce(billing_address->>'last_name', '')));
CREATE INDEX customers_words ON customers.customers
    USING gin (platform.words(email || ' ' || first_name || ' ' || last_name || ' ' || phone));
-- The operators of the pattern class compare bytes, so that a range is a beginning in every collation.
CREATE INDEX variants_sku_beginning ON catalog.variants (store_id, upper(sku) text_pattern_ops) WHERE sku IS NOT NULL;
