-- What the pictures of categories and collections show, for those who do not see them.
ALTER TABLE catalog.categories ADD COLUMN image_alt text NOT NULL DEFAULT '';
ALTER TABLE catalog.collections ADD COLUMN image_alt text NOT NULL DEFAULT '';
