CREATE TABLE visits (
  user_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  since_post    BIGINT UNSIGNED NOT NULL,
  since_comment BIGINT UNSIGNED NOT NULL,
  seen_post     BIGINT UNSIGNED NOT NULL,
  seen_comment  BIGINT UNSIGNED NOT NULL,
  seen_at       DATETIME(3) NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE thread_reads (
  user_id    BIGINT UNSIGNED NOT NULL,
  post_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (user_id, post_id),
  KEY thread_reads_by_post (post_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
