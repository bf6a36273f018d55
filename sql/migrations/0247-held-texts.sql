-- Texts that wait for moderators, or were not taken, and are not on the board.
CREATE TABLE held_texts (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  author_id   BIGINT UNSIGNED NOT NULL,
  category_id BIGINT UNSIGNED NOT NULL,
  post_id     BIGINT UNSIGNED NULL,
  parent_id   BIGINT UNSIGNED NULL,
  title       VARCHAR(200) NOT NULL,
  body        MEDIUMTEXT NOT NULL,
  cause       VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (cause IN ('first', 'words')),
  created_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  refused_at  DATETIME(3) NULL,
  rule        VARCHAR(100) NULL,
  reason      VARCHAR(500) NOT NULL DEFAULT '',
  KEY held_texts_by_state (refused_at, id),
  KEY held_texts_by_author (author_id, id),
  KEY held_texts_by_post (post_id),
  KEY held_texts_by_category (category_id),
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
