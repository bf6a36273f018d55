-- What members sign in with beside their password, and the half of a sign-in before it.
CREATE TABLE second_factors (
  user_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  secret        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_step     BIGINT UNSIGNED NOT NULL,
  guesses       INT UNSIGNED NOT NULL DEFAULT 0,
  guesses_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE recovery_codes (
  user_id  BIGINT UNSIGNED NOT NULL,
  code_key BINARY(32) NOT NULL,
  PRIMARY KEY (user_id, code_key),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE half_sign_ins (
  token_key  BINARY(32) NOT NULL PRIMARY KEY,
  user_id    BIGINT UNSIGNED NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  KEY half_sign_ins_by_user (user_id),
  KEY half_sign_ins_by_expiry (expires_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
ALTER TABLE sessions ADD COLUMN code_at DATETIME(3) NULL AFTER expires_at;
