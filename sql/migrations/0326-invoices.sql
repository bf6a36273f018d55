-- Papers with numbers that have no gap within a year.
CREATE TABLE invoice_years (
  year SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
  last INT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE invoices (
  year      SMALLINT UNSIGNED NOT NULL,
  number    INT UNSIGNED NOT NULL,
  order_id  BIGINT UNSIGNED NOT NULL,
  kind      VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
            CHECK (kind IN ('invoice', 'credit')),
  issued_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  content   MEDIUMTEXT NULL,
  PRIMARY KEY (year, number),
  UNIQUE KEY invoices_by_order (order_id, kind),
  FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
