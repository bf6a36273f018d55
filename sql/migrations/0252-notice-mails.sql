CREATE TABLE notice_mails (
  user_id      BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  pace         VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
               CHECK (pace IN ('soon', 'daily', 'weekly', 'never')),
  time_zone    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token        CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_at       DATETIME(3) NULL,
  mailed_up_to BIGINT UNSIGNED NOT NULL,
  UNIQUE KEY notice_mails_by_token (token),
  KEY notice_mails_by_due (due_at),
  FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
