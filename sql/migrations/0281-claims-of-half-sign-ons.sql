-- The groups here that somebody's groups at the service fill, until they have an account.
ALTER TABLE half_sign_ons ADD COLUMN claims VARCHAR(4000) NOT NULL DEFAULT '' AFTER is_moderator;
