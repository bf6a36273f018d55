-- What a token may be used for, and until when. Those of before keep what they had.
ALTER TABLE tokens ADD COLUMN scopes VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER name;
ALTER TABLE tokens ADD COLUMN expires_at DATETIME(3) NULL AFTER used_at;
