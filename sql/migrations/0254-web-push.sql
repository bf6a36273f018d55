CREATE TABLE push_keys (
  id           TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  public_key   CHAR(87) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  private_key  CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  looked_up_to BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE push_subscriptions (
  session_key  BINARY(32) NOT NULL PRIMARY KEY,
  user_id      BIGINT UNSIGNED NOT NULL,
  endpoint     VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  endpoint_key BINARY(32) NOT NULL,
  p256dh       CHAR(87) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  auth         CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language     VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  made_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY push_subscriptions_by_endpoint (endpoint_key),
  KEY push_subscriptions_by_user (user_id),
  FOREIGN KEY (session_key) REFERENCES sessions (token_key) ON DELETE CASCADE,
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE pushes (
  session_key BINARY(32) NOT NULL,
  notice_id   BIGINT UNSIGNED NOT NULL,
  tries       INT UNSIGNED NOT NULL DEFAULT 0,
  due_at      DATETIME(3) NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (session_key, notice_id),
  KEY pushes_by_due (due_at, notice_id),
  KEY pushes_by_notice (notice_id),
  FOREIGN KEY (session_key) REFERENCES push_subscriptions (session_key) ON DELETE CASCADE,
  FOREIGN KEY (notice_id) REFERENCES notices (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
