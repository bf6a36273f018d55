-- Whoever stores a price holds this row from reading the currency until it is stored; whoever changes the
-- currency holds it alone.
INSERT INTO name_locks (named) VALUES ('currency');
