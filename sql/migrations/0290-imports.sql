-- What came from other boards, under which numbers; and by what this board is known to them.
CREATE TABLE board_identity (
  id       TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (id = 1),
  identity CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO board_identity (id, identity) VALUES (1, UUID());
CREATE TABLE imports (
  id        INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  board     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  keeps_ids BOOLEAN NOT NULL,
  begun_at  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY imports_by_board (board)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE TABLE imported (
  import_id INT UNSIGNED NOT NULL,
  kind      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_id BIGINT UNSIGNED NOT NULL,
  local_id  BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (import_id, kind, source_id),
  FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
