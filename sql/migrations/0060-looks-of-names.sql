ALTER TABLE users ADD COLUMN look_key BINARY(32) NULL;
ALTER TABLE users ADD COLUMN look_twin VARBINARY(32) NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_by_look ON users (look_key, look_twin);
