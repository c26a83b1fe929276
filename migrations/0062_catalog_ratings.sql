-- How many published reviews of a product have one star, two, and so on up to five. Told by reviews, in the transaction of
-- the review.
ALTER TABLE catalog.products
    ADD COLUMN ratings bigint[] NOT NULL DEFAULT '{0,0,0,0,0}',
    ADD CONSTRAINT products_ratings_check CHECK (cardinality(ratings) = 5 AND 0 <= ALL (ratings));
