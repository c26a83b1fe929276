-- How large pictures are, as they are shown. Files without are served as they are.
ALTER TABLE media.files
    ADD COLUMN width int,
    ADD COLUMN height int,
    ADD CONSTRAINT files_size_check CHECK ((width IS NULL) = (height IS NULL) AND width > 0 AND height > 0);
