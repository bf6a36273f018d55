-- The pictures of an item, in their order.
CREATE TABLE item_pictures (
  item_id    BIGINT UNSIGNED NOT NULL,
  place      TINYINT UNSIGNED NOT NULL,
  image_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  image_alt  VARCHAR(300) NOT NULL DEFAULT '',
  PRIMARY KEY (item_id, place),
  KEY item_pictures_by_image (image_hash),
  FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
  FOREIGN KEY (image_hash) REFERENCES images (hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
