locals {
  tags = merge({ project = var.name }, var.tags)
}

resource "alicloud_vpc" "main" {
  vpc_name   = var.name
  cidr_block = var.vpc_cidr
  tags       = local.tags
}

# The balancer, the NAT gateway and the bastion stand here; nothing else does.
resource "alicloud_vswitch" "public" {
  count        = length(var.zones)
  vswitch_name = "${var.name}-public-${count.index + 1}"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = var.zones[count.index]
  cidr_block   = cidrsubnet(var.vpc_cidr, 8, count.index)
  tags         = local.tags
}

resource "alicloud_vswitch" "private" {
  count        = length(var.zones)
  vswitch_name = "${var.name}-private-${count.index + 1}"
  vpc_id       = alicloud_vpc.main.id
  zone_id      = var.zones[count.index]
  cidr_block   = cidrsubnet(var.vpc_cidr, 8, count.index + 10)
  tags         = local.tags
}

# Private servers fetch packages and images through it; nobody gets in.
resource "alicloud_nat_gateway" "main" {
  nat_gateway_name     = var.name
  vpc_id               = alicloud_vpc.main.id
  vswitch_id           = alicloud_vswitch.public[0].id
  nat_type             = "Enhanced"
  network_type         = "internet"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByLcu"
  tags                 = local.tags
}

resource "alicloud_eip_address" "nat" {
  address_name         = "${var.name}-nat"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByTraffic"
  bandwidth            = "100"
  tags                 = local.tags
}

resource "alicloud_eip_association" "nat" {
  allocation_id = alicloud_eip_address.nat.id
  instance_id   = alicloud_nat_gateway.main.id
  instance_type = "Nat"
}

resource "alicloud_snat_entry" "private" {
  count             = length(var.zones)
  snat_entry_name   = "${var.name}-private-${count.index + 1}"
  snat_table_id     = alicloud_nat_gateway.main.snat_table_ids
  snat_ip           = alicloud_eip_address.nat.ip_address
  source_vswitch_id = alicloud_vswitch.private[count.index].id

  depends_on = [alicloud_eip_association.nat]
}
