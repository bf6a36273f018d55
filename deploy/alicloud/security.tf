# One group a role. Nothing may come in but what a rule here allows, not even from servers of the same group.
locals {
  roles = toset(["balancer", "http", "mysql", "redis", "batcher", "node", "bastion"])

  # Whether there is a certificate is no secret, though the certificate's key is.
  has_tls      = nonsensitive(var.tls_pem != "")
  public_ports = local.has_tls ? { http = 80, https = 443 } : { http = 80 }

  # Who may reach which port of whom, by group.
  inner_rules = {
    http-to-mysql    = { from = "http", to = "mysql", port = 3306 }
    batcher-to-mysql = { from = "batcher", to = "mysql", port = 3306 }
    http-to-redis    = { from = "http", to = "redis", port = 6379 }
    batcher-to-redis = { from = "batcher", to = "redis", port = 6379 }
    http-to-batcher  = { from = "http", to = "batcher", port = 4000 }
    node-to-mysql    = { from = "node", to = "node", port = 3306 }
    node-to-group    = { from = "node", to = "node", port = 33061 }
    node-to-redis    = { from = "node", to = "node", port = 6379 }
    node-to-sentinel = { from = "node", to = "node", port = 26379 }
    node-to-batcher  = { from = "node", to = "node", port = 4000 }
    ssh-to-http      = { from = "bastion", to = "http", port = 22 }
    ssh-to-mysql     = { from = "bastion", to = "mysql", port = 22 }
    ssh-to-redis     = { from = "bastion", to = "redis", port = 22 }
    ssh-to-batcher   = { from = "bastion", to = "batcher", port = 22 }
    ssh-to-node      = { from = "bastion", to = "node", port = 22 }
  }
}

resource "alicloud_security_group" "role" {
  for_each            = local.roles
  security_group_name = "${var.name}-${each.key}"
  description         = "Agora, servers of the role ${each.key}"
  vpc_id              = alicloud_vpc.main.id
  inner_access_policy = "Drop"
  tags                = local.tags
}

resource "alicloud_security_group_rule" "inner" {
  for_each                 = local.inner_rules
  type                     = "ingress"
  ip_protocol              = "tcp"
  nic_type                 = "intranet"
  policy                   = "accept"
  priority                 = 1
  port_range               = "${each.value.port}/${each.value.port}"
  security_group_id        = alicloud_security_group.role[each.value.to].id
  source_security_group_id = alicloud_security_group.role[each.value.from].id
  description              = each.key
}

resource "alicloud_security_group_rule" "public_to_balancer" {
  for_each          = local.public_ports
  type              = "ingress"
  ip_protocol       = "tcp"
  nic_type          = "intranet"
  policy            = "accept"
  priority          = 2
  port_range        = "${each.value}/${each.value}"
  security_group_id = alicloud_security_group.role["balancer"].id
  cidr_ip           = "0.0.0.0/0"
  description       = "visitors"
}

# A balancer whose group refuses nothing takes everything. Priority 1 belongs to its own connections to the
# servers.
resource "alicloud_security_group_rule" "nothing_else_to_balancer" {
  type              = "ingress"
  ip_protocol       = "all"
  nic_type          = "intranet"
  policy            = "drop"
  priority          = 100
  port_range        = "-1/-1"
  security_group_id = alicloud_security_group.role["balancer"].id
  cidr_ip           = "0.0.0.0/0"
  description       = "everything else"
}

# The balancer keeps visitors' addresses, for HAProxy's limits, so what it sends looks as if it came from
# anywhere. These servers have no public address: who isn't in the private network has no other way to them.
resource "alicloud_security_group_rule" "balancer_to_http" {
  for_each = {
    for pair in setproduct(keys(local.public_ports), ["http", "node"]) :
    "${pair[0]}-to-${pair[1]}" => { port = local.public_ports[pair[0]], to = pair[1] }
  }
  type              = "ingress"
  ip_protocol       = "tcp"
  nic_type          = "intranet"
  policy            = "accept"
  priority          = 1
  port_range        = "${each.value.port}/${each.value.port}"
  security_group_id = alicloud_security_group.role[each.value.to].id
  cidr_ip           = "0.0.0.0/0"
  description       = "visitors, through the balancer"
}

resource "alicloud_security_group_rule" "admins_to_bastion" {
  for_each          = toset(var.admin_cidrs)
  type              = "ingress"
  ip_protocol       = "tcp"
  nic_type          = "intranet"
  policy            = "accept"
  priority          = 1
  port_range        = "22/22"
  security_group_id = alicloud_security_group.role["bastion"].id
  cidr_ip           = each.value
  description       = "people who operate the board"
}
