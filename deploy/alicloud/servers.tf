data "alicloud_images" "system" {
  owners      = "system"
  name_regex  = var.system_image
  most_recent = true
}

locals {
  # How many there are of each server that has one role.
  by_role      = var.equal_nodes ? 0 : 1
  http_servers = var.equal_nodes ? 0 : var.http_servers
  batcher_host = join("", alicloud_instance.batcher[*].primary_ip_address)

  redis_url    = "redis://:${random_password.secret["redis"].result}@${local.redis_host}:6379/0"
  server_tool  = file("${path.module}/../server.sh")
  operator_key = trimspace(var.operator_public_key)

  # What every server is told; a map of its own comes on top.
  common_env = {
    AGORA_IMAGE             = var.image
    IMAGE_REGISTRY          = var.registry
    IMAGE_REGISTRY_USER     = var.registry_user
    IMAGE_REGISTRY_PASSWORD = var.registry_password
  }

  # A deployment is not a playground: docker-compose.yml opens these for a local stack.
  board_env = merge({ ACTS_API = "closed", LOGS = "admin", SAMPLE = "off" }, var.settings, {
    MAIL     = var.mail == null ? "off" : "smtp"
    SITE_URL = try(var.mail.site_url, "")
  })

  http_env = merge(local.common_env, local.board_env, {
    AGORA_ROLE           = "http"
    AGORA_PORT           = "80"
    TLS_PORT             = local.has_tls ? "443" : "127.0.0.1:0"
    TLS_CERT             = local.has_tls ? "/certificates/agora.pem" : ""
    TLS_FOLDER           = "/etc/agora/certificates"
    MYSQL_HOST           = local.mysql_host
    REDIS_URL            = local.redis_url
    BATCHERS             = "http://${local.batcher_host}:4000"
    DB_PASSWORD_WEB      = random_password.secret["web"].result
    DB_PASSWORD_ACCOUNTS = random_password.secret["accounts"].result
    DB_PASSWORD_ADMIN    = random_password.secret["admin"].result
    DB_PASSWORD_SEARCH   = random_password.secret["search"].result
    STATS_PASSWORD       = random_password.secret["stats"].result
    BATCHER_SECRET       = random_password.secret["likes"].result
  })

  batcher_env = merge(local.common_env, local.board_env, {
    AGORA_ROLE           = "batcher"
    MYSQL_HOST           = local.mysql_host
    REDIS_URL            = local.redis_url
    MYSQL_ROOT_USER      = local.mysql_root_user
    MYSQL_ROOT_PASSWORD  = random_password.secret["mysql_root"].result
    DB_PASSWORD_WEB      = random_password.secret["web"].result
    DB_PASSWORD_ACCOUNTS = random_password.secret["accounts"].result
    DB_PASSWORD_ADMIN    = random_password.secret["admin"].result
    DB_PASSWORD_BATCHER  = random_password.secret["batcher"].result
    DB_PASSWORD_COURIER  = random_password.secret["courier"].result
    DB_PASSWORD_SEARCH   = random_password.secret["search"].result
    SMTP_URL             = var.smtp_url
    MAIL_FROM            = try(var.mail.mail_from, "")
    BATCHER_SECRET       = random_password.secret["likes"].result
    ADMIN_PASSWORD       = random_password.secret["first_admin"].result
    STORE_FOLDER         = "/srv/agora"
  })
}

resource "alicloud_instance" "http" {
  count                = local.http_servers
  instance_name        = "${var.name}-http-${count.index + 1}"
  host_name            = "${var.name}-http-${count.index + 1}"
  instance_type        = var.http_server_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["http"].id]
  vswitch_id           = alicloud_vswitch.private[count.index % 2].id
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  tags                 = merge(local.tags, { role = "http" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/server.yaml.tftpl", {
    tool         = local.server_tool
    env          = local.http_env
    operator_key = local.operator_key
    deploy_key   = trimspace(var.deploy_public_key)
    tls_pem      = var.tls_pem
    disk_serial  = ""
  }))

  # Read at the first start only. A newer image comes by a rolling deployment, not by a reboot of all servers
  # at once.
  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  # Without a way out they could not fetch what they run.
  depends_on = [alicloud_snat_entry.private]
}

resource "alicloud_instance" "batcher" {
  count                = local.by_role
  instance_name        = "${var.name}-batcher-1"
  host_name            = "${var.name}-batcher-1"
  instance_type        = var.data_server_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["batcher"].id]
  vswitch_id           = alicloud_vswitch.private[0].id
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  deletion_protection  = var.deletion_protection
  tags                 = merge(local.tags, { role = "batcher" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/server.yaml.tftpl", {
    tool         = local.server_tool
    env          = local.batcher_env
    operator_key = local.operator_key
    deploy_key   = trimspace(var.deploy_public_key)
    tls_pem      = ""
    disk_serial  = trimprefix(alicloud_ecs_disk.journal[0].id, "d-")
  }))

  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  depends_on = [alicloud_snat_entry.private, alicloud_rds_account.root]
}

# The likes that MySQL has not yet: a disk of its own, which outlives its server.
resource "alicloud_ecs_disk" "journal" {
  count                = local.by_role
  disk_name            = "${var.name}-journal-1"
  zone_id              = var.zones[0]
  category             = "cloud_essd"
  performance_level    = "PL1"
  size                 = var.data_disk_gb.journal
  encrypted            = true
  delete_with_instance = false
  tags                 = local.tags
}

resource "alicloud_ecs_disk_attachment" "journal" {
  count       = local.by_role
  disk_id     = alicloud_ecs_disk.journal[0].id
  instance_id = alicloud_instance.batcher[0].id
}
