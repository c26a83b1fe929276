-- The tree of categories is walked a page at a time: who lies in a category, in their order. What lies at the top counts as
-- lying in the nil id, so that one index knows it too. And categories are found by how words of their names begin.
CREATE INDEX categories_places ON catalog.categories
    (store_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'::uuid), position, lower(name) COLLATE "C", id);
CREATE INDEX categories_words ON catalog.categories USING gin (platform.words(name || ' ' || slug));
ALTER INDEX catalog.categories_words ALTER COLUMN 1 SET STATISTICS 0;
