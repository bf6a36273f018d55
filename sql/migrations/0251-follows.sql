CREATE TABLE post_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY post_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE category_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY category_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES categories (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE tag_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY tag_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES tags (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE member_follows (
  subject_id BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  level      VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
             CHECK (level IN ('all', 'posts', 'mute')),
  PRIMARY KEY (subject_id, user_id),
  KEY member_follows_by_user (user_id, subject_id),
  FOREIGN KEY (subject_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE follow_refusals (
  user_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE fan_outs (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  post_id    BIGINT UNSIGNED NOT NULL,
  comment_id BIGINT UNSIGNED NULL,
  after_user BIGINT UNSIGNED NOT NULL DEFAULT 0,
  spread_at  DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY fan_outs_by_state (spread_at, id),
  KEY fan_outs_by_post (post_id),
  KEY fan_outs_by_comment (comment_id),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (comment_id) REFERENCES comments (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
