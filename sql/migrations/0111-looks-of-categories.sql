ALTER TABLE categories ADD COLUMN look_key BINARY(32) NULL;
ALTER TABLE categories ADD COLUMN look_twin VARBINARY(32) NOT NULL DEFAULT '';
CREATE UNIQUE INDEX categories_by_look ON categories (look_key, look_twin);
