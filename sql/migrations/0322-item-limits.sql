-- How many pieces each member may have in open orders.
ALTER TABLE items ADD COLUMN most_each INT UNSIGNED NULL AFTER unit;
