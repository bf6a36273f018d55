# The same with managed services, TLS and a runner: see own.tftest.hcl.
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

run "managed_services_a_certificate_and_a_runner" {
  variables {
    managed_database = true
    managed_redis    = true
    http_servers     = 3
    tls_pem          = "-----BEGIN CERTIFICATE-----\n${join("\n", [for n in range(150) : "AbcdefghAbcdefghAbcdefghAbcdefghAbcdefghAbcdefghAbcdefghAbcdefgh"])}\n"
    settings         = { LIKES = "once", ACTS_API = "open", REQUIRE_2FA = "admins" }
    runner_token     = "of-an-hour"
    runner = {
      repository_url = "https://example.org/ana/agora"
      package_url    = "https://example.org/runner.tar.gz"
      package_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    }
  }

  assert {
    condition = 0 == (
      length(alicloud_instance.mysql) + length(alicloud_instance.redis) + length(alicloud_ecs_disk.mysql)
    )
    error_message = "What is managed has no server and no disk."
  }
  assert {
    condition = (
      output.mysql_address == "rm-abc.mysql.rds.example.org" &&
      output.redis_address == "r-abc.redis.rds.example.org"
    )
    error_message = "The managed services are told to the servers."
  }
  assert {
    condition = (
      keys(alicloud_nlb_listener.main) == ["http", "https"] &&
      length(alicloud_nlb_server_group_server_attachment.http) == 6
    )
    error_message = "With a certificate the balancer takes HTTPS, too, for each server."
  }
  assert {
    condition     = length(base64decode(alicloud_instance.http[0].user_data)) < 32 * 1024
    error_message = "User data with a long certificate fits into what a server may have."
  }
  assert {
    condition = "/etc/agora/certificates/agora.pem" == (
      yamldecode(base64decode(alicloud_instance.http[2].user_data)).write_files[2].path
    )
    error_message = "HTTP servers are given the certificate."
  }
  assert {
    condition = strcontains(
      base64decode(yamldecode(base64decode(alicloud_instance.http[0].user_data)).write_files[1].content),
      "ACTS_API='open'\n"
    )
    error_message = "A setting that is given goes before ours."
  }
  assert {
    condition = [["/usr/local/sbin/install-runner"]] == (
      yamldecode(base64decode(alicloud_instance.bastion.user_data)).runcmd
    )
    error_message = "The bastion installs the runner."
  }
}
