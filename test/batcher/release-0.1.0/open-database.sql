-- What release 0.1.0 had in MySQL.
INSERT INTO categories (id, name, name_key) VALUES (1, 'general', X'6ebd0147734244b56aa7981a1a615a1a196572aea1ab6dfc8dc316ccf5e2565f');
INSERT INTO posts (id, category_id, likes, title, body) VALUES (1, 1, 5, 'A post', 'Its text');
INSERT INTO posts (id, category_id, likes, title, body) VALUES (2, 1, 6, 'A post', 'Its text');
INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ('batcher-1', 1, 3, 1, '[[1,3]]', '7b54a018bafb786427fc081dc84656abcdb47df0093a1a1879280d41715df79d');
INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ('batcher-1', 2, 6, 2, '[[1,2],[2,4]]', '2c82b7c6464a341b10ade86060dcbb34a579b89e2555a72aa13db5bf2c8e2b30');
INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ('batcher-1', 3, 2, 1, '[[2,2]]', '894bd16450ac61583cc83510467fe57ab5272663bf87cce41417afbdd9518c7a');
