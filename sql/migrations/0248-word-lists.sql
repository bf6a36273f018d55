-- Words and hosts that hold or refuse a text.
CREATE TABLE word_lists (
  effect  VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
          CHECK (effect IN ('hold', 'refuse')),
  body    MEDIUMTEXT NOT NULL,
  entries MEDIUMTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
