-- Where on another board something stood, where its number there does not say so.
CREATE TABLE imported_paths (
  path_key  BINARY(32) NOT NULL,
  import_id INT UNSIGNED NOT NULL,
  kind      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  local_id  BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (path_key, import_id),
  KEY imported_paths_by_import (import_id),
  FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
