# What Terraform itself makes of these files: with the schemas of the providers named in versions.tf, without
# an account.
#
#   terraform init -backend=false && terraform test
mock_provider "alicloud" {
  source = "./tests/mocks"
}

mock_provider "random" {
  source = "./tests/mocks"
}

variables {
  region              = "eu-central-1"
  zones               = ["eu-central-1a", "eu-central-1b"]
  admin_cidrs         = ["203.0.113.7/32"]
  operator_public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA operator"
  deploy_public_key   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA deployments"
  image               = "example.org/board/agora@sha256:0123"
}

run "servers_of_our_own" {
  variables {
    mail     = { site_url = "https://board.example.org", mail_from = "Our board <board@example.org>" }
    smtp_url = "smtp://board:secret@mail.example.org:587"
  }
  assert {
    condition     = alicloud_instance.http[*].vswitch_id == alicloud_vswitch.private[*].id
    error_message = "The two HTTP servers stand in the private vSwitch of a zone each."
  }
  assert {
    condition     = alicloud_vswitch.private[*].cidr_block == ["10.20.10.0/24", "10.20.11.0/24"]
    error_message = "Private addresses are those that ../README.md speaks of."
  }
  assert {
    condition = (
      keys(alicloud_nlb_listener.main) == ["http"] &&
      length(alicloud_nlb_server_group_server_attachment.http) == 2
    )
    error_message = "Without a certificate the balancer takes HTTP alone, for both servers."
  }
  assert {
    condition     = output.mysql_address == "10.20.10.4" && output.redis_address == "10.20.10.4"
    error_message = "MySQL and Redis are servers."
  }
  assert {
    condition = ["/usr/local/bin/agora-server", "disk", "gw8abc"] == (
      yamldecode(base64decode(alicloud_instance.mysql[0].user_data)).runcmd[1]
    )
    error_message = "MySQL's server looks for its disk by the serial number."
  }
  assert {
    condition = alltrue([
      for each in concat(
        alicloud_instance.http, alicloud_instance.mysql, alicloud_instance.redis, alicloud_instance.batcher
      ) :
      base64decode(yamldecode(base64decode(each.user_data)).write_files[0].content) == file("../server.sh")
    ])
    error_message = "Every server is given its tool, unharmed."
  }
  assert {
    condition = strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.http[1].user_data)).write_files[1].content),
      "REDIS_URL='redis://:Abcdefgh1234567890abcdefgh123456@10.20.10.4:6379/0'\n"
    )
    error_message = "HTTP servers know where Redis is."
  }
  assert {
    condition = strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.batcher[0].user_data)).write_files[1].content),
      "MAIL='smtp'\n"
      ) && strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.batcher[0].user_data)).write_files[1].content),
      "SMTP_URL='smtp://board:secret@mail.example.org:587'\n"
    )
    error_message = "The batcher's server sends mail."
  }
  assert {
    condition = !strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.http[0].user_data)).write_files[1].content),
      "SMTP_URL"
    )
    error_message = "No HTTP server knows the mail server's password."
  }
  assert {
    condition     = !can(yamldecode(base64decode(alicloud_instance.bastion.user_data)).runcmd)
    error_message = "Without a runner the bastion runs nothing."
  }
}

run "three_equal_nodes" {
  variables {
    equal_nodes = true
    zones       = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  }
  assert {
    condition = (
      alicloud_instance.node[*].private_ip == ["10.20.10.10", "10.20.11.10", "10.20.12.10"] &&
      alicloud_instance.node[*].vswitch_id == alicloud_vswitch.private[*].id
    )
    error_message = "Each node stands in a zone of its own, at an address that is known before."
  }
  assert {
    condition = 0 == length(concat(
      alicloud_instance.http, alicloud_instance.mysql, alicloud_instance.redis, alicloud_instance.batcher
    ))
    error_message = "No server has one role alone."
  }
  assert {
    condition = strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.node[2].user_data)).write_files[1].content),
      "NODE='10.20.12.10'\nNODES='10.20.10.10,10.20.11.10,10.20.12.10'\n"
    )
    error_message = "A node knows who it is, and who the others are."
  }
  assert {
    condition = !strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.node[0].user_data)).write_files[1].content),
      "REDIS_URL"
    )
    error_message = "Where Redis is follows from the nodes."
  }
  assert {
    condition     = length(alicloud_nlb_server_group_server_attachment.node) == 3
    error_message = "The balancer sends visitors to all three."
  }
}

run "nodes_in_two_zones_are_refused" {
  command = plan
  variables {
    equal_nodes = true
  }
  expect_failures = [var.zones]
}

run "nodes_with_a_managed_store_are_refused" {
  command = plan
  variables {
    equal_nodes   = true
    zones         = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    managed_redis = true
  }
  expect_failures = [var.equal_nodes]
}

run "choices_that_are_refused" {
  command = plan
  variables {
    name                = "-"
    region              = "Europe"
    zones               = ["eu-central-1a", "eu-central-1a"]
    vpc_cidr            = "172.20.0.0/16"
    admin_cidrs         = ["0.0.0.0/0"]
    operator_public_key = "ssh-ed25519 A\nssh-ed25519 B"
    deploy_public_key   = "ssh-rsa AAAA"
    image               = "'; reboot"
    http_servers        = 1
    data_disk_gb        = { mysql = 10, journal = 20 }
    tls_pem             = "a key alone"
    settings            = { LIKES = "'; reboot" }
    mail                = { site_url = "board.example.org", mail_from = "'; reboot" }
    smtp_url            = "https://mail.example.org"
    runner              = { repository_url = "", package_url = "http://example.org", package_sha256 = "" }
  }
  expect_failures = [
    var.name, var.region, var.zones, var.vpc_cidr, var.admin_cidrs, var.operator_public_key,
    var.deploy_public_key, var.image, var.http_servers, var.data_disk_gb, var.tls_pem, var.settings,
    var.mail, var.smtp_url, var.runner,
  ]
}
