mock_data "alicloud_images" {
  defaults = { images = [{ id = "ubuntu_24_04_x64_20G_alibase.vhd" }] }
}
mock_resource "alicloud_ecs_disk" {
  defaults = { id = "d-gw8abc" }
}
mock_resource "alicloud_instance" {
  defaults = { primary_ip_address = "10.20.10.4" }
}
mock_resource "alicloud_db_instance" {
  defaults = { connection_string = "rm-abc.mysql.rds.example.org" }
}
mock_resource "alicloud_kvstore_instance" {
  defaults = { connection_domain = "r-abc.redis.rds.example.org" }
}
mock_resource "random_password" {
  defaults = { result = "Abcdefgh1234567890abcdefgh123456" }
}
