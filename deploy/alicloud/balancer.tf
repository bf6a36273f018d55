resource "alicloud_nlb_load_balancer" "main" {
  load_balancer_name          = var.name
  load_balancer_type          = "Network"
  address_type                = "Internet"
  address_ip_version          = "Ipv4"
  cross_zone_enabled          = true
  vpc_id                      = alicloud_vpc.main.id
  security_group_ids          = [alicloud_security_group.role["balancer"].id]
  deletion_protection_enabled = var.deletion_protection
  tags                        = local.tags

  dynamic "zone_mappings" {
    for_each = alicloud_vswitch.public
    content {
      vswitch_id = zone_mappings.value.id
      zone_id    = zone_mappings.value.zone_id
    }
  }
}

resource "alicloud_nlb_server_group" "main" {
  for_each                   = local.public_ports
  server_group_name          = "${var.name}-${each.key}"
  server_group_type          = "Instance"
  protocol                   = "TCP"
  address_ip_version         = "Ipv4"
  scheduler                  = "Wrr"
  vpc_id                     = alicloud_vpc.main.id
  preserve_client_ip_enabled = true
  connection_drain_enabled   = true
  connection_drain_timeout   = 30
  tags                       = local.tags

  # HAProxy answers /up through a replica, and never leads it to TLS. A server that loses all its replicas is
  # left out. 5 s and twice are the least that this balancer takes.
  health_check {
    health_check_enabled         = true
    health_check_type            = "HTTP"
    health_check_http_version    = "HTTP1.1"
    http_check_method            = "GET"
    health_check_url             = "/up"
    health_check_domain          = "$SERVER_IP"
    health_check_http_code       = ["http_2xx"]
    health_check_connect_port    = 80
    health_check_connect_timeout = 2
    health_check_interval        = 5
    healthy_threshold            = 2
    unhealthy_threshold          = 2
  }
}

resource "alicloud_nlb_server_group_server_attachment" "http" {
  for_each = {
    for pair in setproduct(keys(local.public_ports), range(local.http_servers)) :
    "${pair[0]}-${pair[1] + 1}" => { port = pair[0], server = pair[1] }
  }
  server_group_id = alicloud_nlb_server_group.main[each.value.port].id
  server_type     = "Ecs"
  server_id       = alicloud_instance.http[each.value.server].id
  port            = local.public_ports[each.value.port]
  weight          = 100
}

resource "alicloud_nlb_server_group_server_attachment" "node" {
  for_each = {
    for pair in setproduct(keys(local.public_ports), range(local.nodes)) :
    "${pair[0]}-${pair[1] + 1}" => { port = pair[0], server = pair[1] }
  }
  server_group_id = alicloud_nlb_server_group.main[each.value.port].id
  server_type     = "Ecs"
  server_id       = alicloud_instance.node[each.value.server].id
  port            = local.public_ports[each.value.port]
  weight          = 100
}

resource "alicloud_nlb_listener" "main" {
  for_each             = local.public_ports
  load_balancer_id     = alicloud_nlb_load_balancer.main.id
  server_group_id      = alicloud_nlb_server_group.main[each.key].id
  listener_protocol    = "TCP"
  listener_port        = each.value
  listener_description = "${var.name}-${each.key}"
  # Pages that wait for news are quiet for long.
  idle_timeout = 900
}
