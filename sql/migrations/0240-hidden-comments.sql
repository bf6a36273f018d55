-- What admins take off the board can be brought back. A post stays in its table, hidden by its row in
-- removed_posts; a comment is emptied as before, and its text and author stand here.
CREATE TABLE hidden_comments (
  comment_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  author_id  BIGINT UNSIGNED NULL,
  body       MEDIUMTEXT COLLATE utf8mb4_unicode_ci NOT NULL,
  hidden_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY hidden_comments_by_author (author_id),
  KEY hidden_comments_by_time (hidden_at),
  FOREIGN KEY (comment_id) REFERENCES comments (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
