# Made once, kept in the state and on the servers that need them, nowhere else. Letters and digits only, so
# that they fit into addresses and into what the managed services allow (8 to 32 characters of three kinds).
resource "random_password" "secret" {
  for_each = toset([
    "mysql_root", "copier", "web", "accounts", "admin", "batcher", "courier", "search", "redis", "stats",
    "likes", "first_admin",
  ])
  length      = 32
  special     = false
  min_lower   = 2
  min_upper   = 2
  min_numeric = 2
}
