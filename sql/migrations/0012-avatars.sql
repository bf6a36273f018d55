-- Written by: web. A member's small square picture, WebP that we made, known by its SHA-256.
CREATE TABLE avatars (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  hash    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  picture MEDIUMBLOB NOT NULL,
  KEY avatars_by_hash (hash),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
