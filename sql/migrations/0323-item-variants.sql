-- An item may be a variant of another, with a name, a price and a stock of its own.
ALTER TABLE items
  ADD COLUMN variant_of BIGINT UNSIGNED NULL AFTER most_each,
  ADD KEY items_by_variant_of (variant_of),
  ADD CONSTRAINT items_variant_of FOREIGN KEY (variant_of) REFERENCES items (id) ON DELETE SET NULL;
