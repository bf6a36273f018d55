-- Links by which so many people join.
CREATE TABLE invites (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  token_hash BINARY(32) NOT NULL,
  note       VARCHAR(100) NOT NULL,
  uses       INT UNSIGNED NOT NULL,
  used       INT UNSIGNED NOT NULL DEFAULT 0,
  made_by    BIGINT UNSIGNED NULL,
  made_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  ends_at    DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) NULL,
  CHECK (used <= uses),
  UNIQUE KEY invites_by_token (token_hash),
  KEY invites_by_end (ends_at),
  KEY invites_by_maker (made_by),
  FOREIGN KEY (made_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE invited_members (
  user_id   BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  invite_id BIGINT UNSIGNED NOT NULL,
  KEY invited_members_by_invite (invite_id, user_id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY (invite_id) REFERENCES invites (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
