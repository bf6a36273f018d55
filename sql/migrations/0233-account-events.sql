-- What happened to accounts, for their owners.
CREATE TABLE account_events (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id     BIGINT UNSIGNED NOT NULL,
  what        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail      VARCHAR(255) NOT NULL DEFAULT '',
  happened_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY account_events_by_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
