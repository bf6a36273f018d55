-- A member's choice of a language goes with them to every browser.
ALTER TABLE users
  ADD COLUMN language VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER posts_removed;
