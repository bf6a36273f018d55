-- Pinned posts of which members are asked to confirm, until a moment, that they read them: all who may read
-- one or, where it is not `is_everywhere`, who follows its category; in the order of their ids. Those up to
-- `after_user` were, and all were at `asked_at`.
CREATE TABLE announcements (
  post_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  until_at      DATETIME(3) NOT NULL,
  is_everywhere BOOLEAN NOT NULL,
  after_user    BIGINT UNSIGNED NOT NULL DEFAULT 0,
  asked_at      DATETIME(3) NULL,
  KEY announcements_by_state (asked_at, post_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who was asked to confirm that they read
-- a post, and when they did.
CREATE TABLE confirmations (
  post_id      BIGINT UNSIGNED NOT NULL,
  user_id      BIGINT UNSIGNED NOT NULL,
  confirmed_at DATETIME(3) NULL,
  PRIMARY KEY (post_id, user_id),
  KEY confirmations_by_state (post_id, confirmed_at, user_id),
  KEY confirmations_by_user (user_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
