# The only way in for people, and, with a runner, the place that deployments come from.
resource "alicloud_instance" "bastion" {
  instance_name        = "${var.name}-bastion"
  host_name            = "${var.name}-bastion"
  instance_type        = var.bastion_type
  image_id             = data.alicloud_images.system.images[0].id
  security_groups      = [alicloud_security_group.role["bastion"].id]
  vswitch_id           = alicloud_vswitch.public[0].id
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  http_endpoint        = "enabled"
  http_tokens          = "required"
  tags                 = merge(local.tags, { role = "bastion" })

  user_data = base64encode(templatefile("${path.module}/cloud-init/bastion.yaml.tftpl", {
    operator_key = local.operator_key
    runner       = var.runner
    runner_token = var.runner_token
    runner_name  = "${var.name}-bastion"
  }))

  lifecycle {
    ignore_changes = [user_data, image_id]
  }

  # Its first start fetches packages, before its own address may be there.
  depends_on = [alicloud_snat_entry.bastion]
}

resource "alicloud_snat_entry" "bastion" {
  snat_entry_name   = "${var.name}-public-1"
  snat_table_id     = alicloud_nat_gateway.main.snat_table_ids
  snat_ip           = alicloud_eip_address.nat.ip_address
  source_vswitch_id = alicloud_vswitch.public[0].id

  depends_on = [alicloud_eip_association.nat]
}

resource "alicloud_eip_address" "bastion" {
  address_name         = "${var.name}-bastion"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByTraffic"
  bandwidth            = "10"
  tags                 = local.tags
}

resource "alicloud_eip_association" "bastion" {
  allocation_id = alicloud_eip_address.bastion.id
  instance_id   = alicloud_instance.bastion.id
  instance_type = "EcsInstance"
}
