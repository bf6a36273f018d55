-- What an item is, and what a piece of it is counted in.
ALTER TABLE items
  ADD COLUMN description VARCHAR(5000) NOT NULL DEFAULT '' AFTER price,
  ADD COLUMN category VARCHAR(40) NOT NULL DEFAULT '' AFTER description,
  ADD COLUMN unit VARCHAR(20) NOT NULL DEFAULT '' AFTER category;
