CREATE INDEX users_by_role ON users (role, id);
