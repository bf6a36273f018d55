-- Prices get the four decimals that a currency can have. Programs of 0.1.0 leave out prices with more than two, so this
-- runs when the last of them is gone. MariaDB drops the column's check with the column's old type, MySQL by its name.
ALTER TABLE items
  MODIFY price DECIMAL(11, 4) NOT NULL
  /*!80016 , DROP CHECK items_chk_3 */,
  ADD CONSTRAINT items_price CHECK (price >= 0 AND price <= 1000000);

ALTER TABLE order_lines MODIFY price DECIMAL(11, 4) NOT NULL;
