-- Whoever adds a name holds the row of its kind, from looking at those that are there until it is stored.
CREATE TABLE name_locks (
  named VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO name_locks (named) VALUES ('users'), ('categories');
