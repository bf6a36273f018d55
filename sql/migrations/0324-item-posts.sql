-- The post where an item is talked about.
ALTER TABLE items
  ADD COLUMN post_id BIGINT UNSIGNED NULL AFTER variant_of,
  ADD KEY items_by_post (post_id),
  ADD CONSTRAINT items_post FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE SET NULL;
