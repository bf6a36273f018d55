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
INSERT INTO posts VALUES (1, 2, 2, {now});
INSERT INTO keys VALUES (1, 'k:old-13', 1, {now});
INSERT INTO keys VALUES (2, 'k:old-14', 1, {now});
INSERT INTO keys VALUES (3, 'k:old-15', 1, {now});
INSERT INTO keys VALUES (4, 'k:old-16', 1, {now});
INSERT INTO batches VALUES (2, 0, '[[1,0]]', '[[1,1,false],[1,3,true]]', 'e1b0cc452eb82884c6614f523ce8cb836670eb5fd0eec62b25bcc11b32e304ee');
INSERT INTO state VALUES (4, 4, 2, 1, 2, 'e1b0cc452eb82884c6614f523ce8cb836670eb5fd0eec62b25bcc11b32e304ee', 3);
PRAGMA user_version = 1;
