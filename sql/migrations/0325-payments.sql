-- Whether an order is paid, who said so, or took it back, and whether it has an invoice.
ALTER TABLE orders
  ADD COLUMN paid_at DATETIME(3) NULL AFTER closed_at,
  ADD COLUMN is_invoiced BOOLEAN NOT NULL DEFAULT FALSE AFTER paid_at;
CREATE INDEX orders_by_payment ON orders (state, paid_at, id);

CREATE TABLE payment_notes (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id BIGINT UNSIGNED NOT NULL,
  is_paid  BOOLEAN NOT NULL,
  reason   VARCHAR(200) NOT NULL DEFAULT '',
  noted_by BIGINT UNSIGNED NULL,
  noted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY payment_notes_by_order (order_id, id),
  KEY payment_notes_by_admin (noted_by),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (noted_by) REFERENCES users (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
