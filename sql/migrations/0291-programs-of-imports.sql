-- Of which program a board was that something came from: its old addresses lead here.
ALTER TABLE imports
  ADD COLUMN program VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'agora' AFTER board;
