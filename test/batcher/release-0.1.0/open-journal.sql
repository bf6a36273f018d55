-- The journal of release 0.1.0 (SQLite).
CREATE TABLE posts (
  post    INTEGER PRIMARY KEY,
  total   INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  since   INTEGER NOT NULL
);
CREATE TABLE choices (
  post  INTEGER NOT NULL,
  user  INTEGER NOT NULL,
  liked INTEGER NOT NULL,
  PRIMARY KEY (post, user)
) WITHOUT ROWID;
CREATE TABLE senders (
  sender  TEXT PRIMARY KEY,
  high    INTEGER NOT NULL,
  refused TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE keys (
  number  INTEGER PRIMARY KEY,
  id      TEXT NOT NULL UNIQUE,
  post    INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
);
CREATE TABLE batches (
  number  INTEGER PRIMARY KEY,
  likes   INTEGER NOT NULL,
  entries TEXT NOT NULL,
  choices TEXT NOT NULL,
  hash    TEXT NOT NULL
);
CREATE TABLE state (
  answered   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  applied    INTEGER NOT NULL,
  batches    INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  hash       TEXT NOT NULL,
  generation INTEGER NOT NULL
);
INSERT INTO posts VALUES (1, 6, 1, {now});
INSERT INTO posts VALUES (2, 7, 3, {now});
INSERT INTO senders VALUES ('replica', 7, '[]', {now});
INSERT INTO keys VALUES (1, 'k:old-1', 1, {now});
INSERT INTO keys VALUES (2, 'k:old-2', 1, {now});
INSERT INTO keys VALUES (3, 'k:old-3', 1, {now});
INSERT INTO keys VALUES (4, 'k:old-4', 1, {now});
INSERT INTO keys VALUES (5, 'k:old-5', 1, {now});
INSERT INTO keys VALUES (6, 'k:old-6', 2, {now});
INSERT INTO keys VALUES (7, 'k:old-7', 2, {now});
INSERT INTO keys VALUES (8, 'k:old-8', 2, {now});
INSERT INTO keys VALUES (9, 'k:old-9', 2, {now});
INSERT INTO keys VALUES (10, 'k:old-10', 2, {now});
INSERT INTO keys VALUES (11, 'k:old-11', 2, {now});
INSERT INTO keys VALUES (12, 'k:old-12', 2, {now});
INSERT INTO batches VALUES (3, 2, '[[2,2]]', '[]', '894bd16450ac61583cc83510467fe57ab5272663bf87cce41417afbdd9518c7a');
INSERT INTO state VALUES (13, 4, 9, 2, 3, '894bd16450ac61583cc83510467fe57ab5272663bf87cce41417afbdd9518c7a', 3);
PRAGMA user_version = 1;
