ALTER TABLE outbox
  ADD COLUMN is_bulk TINYINT NOT NULL DEFAULT 0 AFTER content,
  ADD KEY outbox_by_turn (state, is_bulk, state_at, id),
  DROP KEY outbox_by_state;
