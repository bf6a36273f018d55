# MySQL and Redis: servers of our own with the official images, or the managed services in their place.
locals {
  own_mysql = var.managed_database ? 0 : local.by_role
  own_redis = var.managed_redis ? 0 : local.by_role

  mysql_host = (
    var.managed_database
    ? alicloud_db_instance.main[0].connection_string
    : join("", alicloud_instance.mysql[*].primary_ip_address)
  )
  mysql_root_user = var.managed_database ? "agora_root" : "root"
  redis_host = (
    var.managed_redis
    ? alicloud_kvstore_instance.main[0].connection_domain
    : join("", alicloud_instance.redis[*].primary_ip_address)
  )
}

resource "alicloud_instance" "mysql" {
  count                = local.own_mysql
  instance_name        = "${var.name}-mysql"
  host_name            = "${var.name}-mysql"
  instance_type        = var.data_server_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["mysql"].id]
  vswitch_id           = alicloud_vswitch.private[0].id
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  deletion_protection  = var.deletion_protection
  tags                 = merge(local.tags, { role = "mysql" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/server.yaml.tftpl", {
    tool = local.server_tool
    env = merge(local.common_env, {
      AGORA_ROLE          = "mysql"
      MYSQL_ROOT_PASSWORD = random_password.secret["mysql_root"].result
      STORE_FOLDER        = "/srv/agora"
    })
    operator_key = local.operator_key
    deploy_key   = ""
    tls_pem      = ""
    disk_serial  = trimprefix(alicloud_ecs_disk.mysql[0].id, "d-")
  }))

  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  depends_on = [alicloud_snat_entry.private]
}

resource "alicloud_ecs_disk" "mysql" {
  count                = local.own_mysql
  disk_name            = "${var.name}-mysql"
  zone_id              = var.zones[0]
  category             = "cloud_essd"
  performance_level    = "PL1"
  size                 = var.data_disk_gb.mysql
  encrypted            = true
  delete_with_instance = false
  tags                 = local.tags
}

resource "alicloud_ecs_disk_attachment" "mysql" {
  count       = local.own_mysql
  disk_id     = alicloud_ecs_disk.mysql[0].id
  instance_id = alicloud_instance.mysql[0].id
}

# Everything in it can be lost, so it has no disk of its own.
resource "alicloud_instance" "redis" {
  count                = local.own_redis
  instance_name        = "${var.name}-redis"
  host_name            = "${var.name}-redis"
  instance_type        = var.data_server_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["redis"].id]
  vswitch_id           = alicloud_vswitch.private[0].id
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  tags                 = merge(local.tags, { role = "redis" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/server.yaml.tftpl", {
    tool = local.server_tool
    env = merge(local.common_env, {
      AGORA_ROLE     = "redis"
      REDIS_PASSWORD = random_password.secret["redis"].result
    })
    operator_key = local.operator_key
    deploy_key   = ""
    tls_pem      = ""
    disk_serial  = ""
  }))

  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  depends_on = [alicloud_snat_entry.private]
}

# Only servers of these groups are let in.
resource "alicloud_db_instance" "main" {
  count                    = var.managed_database ? 1 : 0
  instance_name            = var.name
  engine                   = "MySQL"
  engine_version           = var.managed_database_type.version
  instance_type            = var.managed_database_type.class
  instance_storage         = var.managed_database_type.storage_gb
  db_instance_storage_type = "cloud_essd"
  instance_charge_type     = "Postpaid"
  zone_id                  = var.zones[0]
  zone_id_slave_a          = var.zones[1]
  vswitch_id               = join(",", alicloud_vswitch.private[*].id)
  security_group_ids = [
    alicloud_security_group.role["http"].id, alicloud_security_group.role["batcher"].id,
  ]
  tags = local.tags
}

resource "alicloud_rds_account" "root" {
  count            = var.managed_database ? 1 : 0
  db_instance_id   = alicloud_db_instance.main[0].id
  account_name     = local.mysql_root_user
  account_password = random_password.secret["mysql_root"].result
  account_type     = "Super"
}

resource "alicloud_kvstore_instance" "main" {
  count            = var.managed_redis ? 1 : 0
  db_instance_name = var.name
  instance_type    = "Redis"
  engine_version   = var.managed_redis_type.version
  instance_class   = var.managed_redis_type.class
  payment_type     = "PostPaid"
  zone_id          = var.zones[0]
  vswitch_id       = alicloud_vswitch.private[0].id
  security_group_id = join(",", [
    alicloud_security_group.role["http"].id, alicloud_security_group.role["batcher"].id,
  ])
  password      = random_password.secret["redis"].result
  vpc_auth_mode = "Open"
  config        = { maxmemory-policy = "allkeys-lru" }
  tags          = local.tags
}
