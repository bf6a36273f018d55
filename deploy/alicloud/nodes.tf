# Three equal servers, each of which runs all of it (../node.compose.yml), in place of servers by role. They
# wait until somebody has made the group: `agora-server cluster init` on one, then `join` on the others.
locals {
  nodes = var.equal_nodes ? 3 : 0
  # Known before there is a server, because each is told of all.
  node_addresses = [
    for index in range(local.nodes) : cidrhost(cidrsubnet(var.vpc_cidr, 8, index + 10), 10)
  ]

  node_env = merge(local.batcher_env, {
    AGORA_ROLE         = "node"
    NODES              = join(",", local.node_addresses)
    REDIS_PASSWORD     = random_password.secret["redis"].result
    DB_PASSWORD_COPIER = random_password.secret["copier"].result
    STATS_PASSWORD     = random_password.secret["stats"].result
    AGORA_PORT         = "80"
    TLS_PORT           = local.has_tls ? "443" : "127.0.0.1:0"
    TLS_CERT           = local.has_tls ? "/certificates/agora.pem" : ""
    TLS_FOLDER         = "/etc/agora/certificates"
  })
}

resource "alicloud_instance" "node" {
  count                = local.nodes
  instance_name        = "${var.name}-node-${count.index + 1}"
  host_name            = "${var.name}-node-${count.index + 1}"
  instance_type        = var.data_server_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["node"].id]
  vswitch_id           = alicloud_vswitch.private[count.index].id
  private_ip           = local.node_addresses[count.index]
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  deletion_protection  = var.deletion_protection
  tags                 = merge(local.tags, { role = "node" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/server.yaml.tftpl", {
    tool = local.server_tool
    # What it takes from the group follows from NODES.
    env = {
      for key, value in merge(local.node_env, { NODE = local.node_addresses[count.index] }) :
      key => value if !contains(["MYSQL_HOST", "REDIS_URL"], key)
    }
    operator_key = local.operator_key
    deploy_key   = trimspace(var.deploy_public_key)
    tls_pem      = var.tls_pem
    disk_serial  = trimprefix(alicloud_ecs_disk.node[count.index].id, "d-")
  }))

  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  depends_on = [alicloud_snat_entry.private]
}

# Each has all rows. A server that is made anew with an empty disk copies them from another one.
resource "alicloud_ecs_disk" "node" {
  count                = local.nodes
  disk_name            = "${var.name}-node-${count.index + 1}"
  zone_id              = var.zones[count.index]
  category             = "cloud_essd"
  performance_level    = "PL1"
  size                 = var.data_disk_gb.mysql
  encrypted            = true
  delete_with_instance = false
  tags                 = local.tags
}

resource "alicloud_ecs_disk_attachment" "node" {
  count       = local.nodes
  disk_id     = alicloud_ecs_disk.node[count.index].id
  instance_id = alicloud_instance.node[count.index].id
}
