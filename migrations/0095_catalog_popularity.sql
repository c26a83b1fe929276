-- What lists of products are put in order and narrowed by besides the product itself.

-- How many pieces were sold lately: told by orders.
ALTER TABLE catalog.products
    ADD COLUMN sold bigint NOT NULL DEFAULT 0 CONSTRAINT products_sold_check CHECK (sold >= 0),
    -- The stars on average in tenths, halves up, as shoppers read it; 0 without reviews. The same as catalog::Rating::tenths.
    ADD COLUMN stars bigint NOT NULL GENERATED ALWAYS AS (coalesce(
        (20 * (ratings[1] + 2 * ratings[2] + 3 * ratings[3] + 4 * ratings[4] + 5 * ratings[5])
            + ratings[1] + ratings[2] + ratings[3] + ratings[4] + ratings[5])
        / nullif(2 * (ratings[1] + ratings[2] + ratings[3] + ratings[4] + ratings[5]), 0), 0)) STORED,
    -- The place among the rated ones. The same as catalog::Rating::score.
    ADD COLUMN rated bigint NOT NULL GENERATED ALWAYS AS (
        CASE WHEN ratings = '{0,0,0,0,0}' THEN 0 ELSE
            (100 * (ratings[1] + 2 * ratings[2] + 3 * ratings[3] + 4 * ratings[4] + 5 * ratings[5]) + 1750)
            / (ratings[1] + ratings[2] + ratings[3] + ratings[4] + ratings[5] + 5) END) STORED;
CREATE INDEX products_listed_by_sold ON catalog.products (store_id, sold DESC, id DESC) WHERE status = 'active';
CREATE INDEX products_listed_by_rated ON catalog.products (store_id, rated DESC, id DESC) WHERE status = 'active';

-- How a choice such as `Color: Red` is written in the address of a list. The same as catalog::choice_code.
CREATE FUNCTION catalog.choice_code(name text, value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(lower(name COLLATE "C"), '[ \t\r\n\f.,]+', '-', 'g') || '.'
        || regexp_replace(lower(value COLLATE "C"), '[ \t\r\n\f.,]+', '-', 'g');

-- What shoppers may choose of a product, by name and value: the options of its active variants, and the attributes they see
-- that offer choices.
CREATE FUNCTION catalog.choices(store_id uuid, product_id uuid, option_names text[], attributes jsonb)
    RETURNS TABLE (name text, value text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT choices.option_names[o.place], o.value
    FROM catalog.variants v, unnest(v.option_values) WITH ORDINALITY o (value, place)
    WHERE v.store_id = choices.store_id AND v.product_id = choices.product_id AND v.active
        AND choices.option_names[o.place] <> '' AND o.value <> ''
    UNION
    SELECT a.name, c.value
    FROM catalog.attributes a, jsonb_array_elements_text(CASE jsonb_typeof(choices.attributes -> a.code)
            WHEN 'array' THEN choices.attributes -> a.code
            WHEN 'string' THEN jsonb_build_array(choices.attributes -> a.code)
            ELSE '[]' END) c (value)
    WHERE a.store_id = choices.store_id AND a.shown AND a.kind IN ('one_of', 'several_of') AND c.value <> '';
END;
