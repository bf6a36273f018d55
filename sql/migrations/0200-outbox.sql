-- Mails that are to be sent.
CREATE TABLE outbox (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind          VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id       BIGINT UNSIGNED NULL,
  address       VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  recipient_key BINARY(32) NOT NULL,
  language      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content       VARCHAR(4000) NOT NULL,
  state         VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
  state_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  tries         INT UNSIGNED NOT NULL DEFAULT 0,
  tried_since   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  taken_by      VARCHAR(64) NULL,
  answer        VARCHAR(500) NOT NULL DEFAULT '',
  created_at    DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY outbox_by_state (state, state_at, id),
  KEY outbox_by_recipient (recipient_key, created_at),
  KEY outbox_by_user (user_id, created_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
