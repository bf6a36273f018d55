-- Whoever asks for a link for a new password looks first whether one is under way.
INSERT INTO name_locks (named) VALUES ('recovery');
