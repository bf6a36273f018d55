-- Posts that take no more comments, and members who may not write until a day.
CREATE TABLE locked_posts (
  post_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE sanctions (
  user_id  BIGINT UNSIGNED NOT NULL,
  kind     VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (kind IN ('silence', 'suspend')),
  until_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, kind),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE appeals (
  action_number BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  user_id       BIGINT UNSIGNED NOT NULL,
  body          VARCHAR(1000) NOT NULL,
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  decided_at    DATETIME(3) NULL,
  decided_by    BIGINT UNSIGNED NULL,
  is_granted    BOOLEAN NOT NULL DEFAULT FALSE,
  answer        VARCHAR(380) NOT NULL DEFAULT '',
  KEY appeals_by_state (decided_at, action_number),
  KEY appeals_by_user (user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
