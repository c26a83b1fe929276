-- The same words as before. To cut those that are longer than a lexeme may be takes more than half of the time, and a text that is
-- shorter has none.
CREATE OR REPLACE FUNCTION platform.words(written text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
DECLARE
    spaced text := regexp_replace(lower(written), '[^[:alnum:]]+', ' ', 'g');
BEGIN
    IF length(spaced) > 250 THEN
        spaced := regexp_replace(spaced, '([^ ]{250})(?=[^ ])', '\1 ', 'g');
    END IF;
    RETURN array_to_tsvector(string_to_array(btrim(spaced), ' '));
END
$$;
