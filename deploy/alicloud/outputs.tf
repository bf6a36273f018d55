output "balancer_domain" {
  description = "Where the board is found; point a CNAME of the board's own name here."
  value       = alicloud_nlb_load_balancer.main.dns_name
}

output "bastion_address" {
  description = "Public address of the bastion: ssh -J operator@this operator@private-address."
  value       = alicloud_eip_address.bastion.ip_address
}

output "http_addresses" {
  description = "Private addresses of the HTTP servers, as cd.yml's variable HTTP_SERVERS wants them."
  value       = join(",", alicloud_instance.http[*].primary_ip_address)
}

output "batcher_address" {
  description = "Private address of the batcher's server, as cd.yml's variable BATCHER_SERVER wants it."
  value       = local.batcher_host
}

output "node_addresses" {
  description = "Private addresses of the equal nodes, each in a zone of its own."
  value       = join(",", alicloud_instance.node[*].primary_ip_address)
}

output "mysql_address" {
  description = "Private address of MySQL."
  value       = local.mysql_host
}

output "redis_address" {
  description = "Private address of Redis."
  value       = local.redis_host
}

output "first_admin_password" {
  description = "The password of the board's first admin, whose name is admin: terraform output -raw first_admin_password."
  value       = random_password.secret["first_admin"].result
  sensitive   = true
}

output "stats_password" {
  description = "The password of HAProxy's stats pages, whose user is agora."
  value       = random_password.secret["stats"].result
  sensitive   = true
}
