-- Search keeps an index of its own and has to hear of what is changed or removed.
CREATE TABLE search_changes (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (kind IN ('post', 'comment')),
  subject_id BIGINT UNSIGNED NOT NULL,
  changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
