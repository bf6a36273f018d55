-- Ranks follow batches by their numbers instead of by their times: many batches of one moment held the ranking up for ever.
-- Where it stood still it goes on from there.

CREATE TABLE ranked_batches (
  batcher VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number  BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO ranked_batches (batcher, number)
SELECT like_batches.batcher, MAX(like_batches.number)
  FROM like_batches
  JOIN ranking ON like_batches.applied_at <= ranking.ranked_until - INTERVAL 20 SECOND
 GROUP BY like_batches.batcher;
