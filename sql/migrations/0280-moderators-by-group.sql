-- Who keeps order because a group at the single sign-on says so.
ALTER TABLE moderators ADD COLUMN by_group TINYINT(1) NOT NULL DEFAULT 0 AFTER made_by;
ALTER TABLE half_sign_ons ADD COLUMN is_moderator TINYINT(1) NOT NULL DEFAULT 0 AFTER is_admin;
