-- Posts that were merged into another, and the comment there that has their text.
CREATE TABLE merged_posts (
  post_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  into_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NOT NULL,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
