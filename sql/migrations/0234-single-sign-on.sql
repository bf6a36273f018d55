-- Who members are at the service that they may sign in by, and the half of such a sign-in before it has an
-- account.
CREATE TABLE single_sign_ons (
  user_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  identity_key BINARY(32) NOT NULL,
  made_admin   TINYINT(1) NOT NULL DEFAULT 0,
  created_at   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY single_sign_ons_by_identity (identity_key),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE half_sign_ons (
  token_key    BINARY(32) NOT NULL PRIMARY KEY,
  identity_key BINARY(32) NOT NULL,
  known_as     VARCHAR(255) NOT NULL,
  is_admin     TINYINT(1) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  KEY half_sign_ons_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
ALTER TABLE sessions ADD COLUMN signed_on_at DATETIME(3) NULL AFTER code_at;
