variable "name" {
  description = "What everything is called by: the first part of each resource's name."
  type        = string
  default     = "agora"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name has 2 to 20 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "Where everything stands, such as eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z0-9-]+$", var.region))
    error_message = "region is an identifier such as eu-central-1."
  }
}

variable "zones" {
  description = "Two zones of the region that offer network load balancers and the chosen kinds of servers; three with equal_nodes."
  type        = list(string)

  validation {
    condition = (
      length(var.zones) == (var.equal_nodes ? 3 : 2) &&
      length(distinct(var.zones)) == length(var.zones)
    )
    error_message = "zones names exactly two different zones, and three with equal_nodes."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the private network. Not within 172.16.0.0/12: HAProxy takes those for its own machine."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && can(regex("^(10|192\\.168)\\..*/16$", var.vpc_cidr))
    error_message = "vpc_cidr is a /16 within 10.0.0.0/8 or 192.168.0.0/16."
  }
}

variable "admin_cidrs" {
  description = "From where people may reach the bastion by SSH."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.admin_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "admin_cidrs are IPv4 ranges such as 203.0.113.7/32, and never the whole internet."
  }
}

variable "operator_public_key" {
  description = "SSH key of whoever operates the servers: may become root on each of them."
  type        = string

  validation {
    condition     = can(regex("^(ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/=]+( [^\"\\n]*)?$", var.operator_public_key))
    error_message = "operator_public_key is the one line of a .pub file."
  }
}

variable "deploy_public_key" {
  description = "SSH key of the runner's deployments: may roll a server to an image and back, nothing else. Empty: none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^$|^ssh-ed25519 [A-Za-z0-9+/=]+( [^\"\\n]*)?$", var.deploy_public_key))
    error_message = "deploy_public_key is the one line of an ed25519 .pub file, or empty."
  }
}

variable "system_image" {
  description = "Regular expression for the system image: an Ubuntu whose archive has Docker Compose 2.24 or later."
  type        = string
  default     = "^ubuntu_24_04_x64"
}

variable "image" {
  description = "Agora's image, with its registry and a digest or a tag that never moves. Only new servers begin with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][A-Za-z0-9._:/@-]+$", var.image))
    error_message = "image is a name such as example.org/agora@sha256:..."
  }
}

variable "registry" {
  description = "The registry to sign in to for the image. Empty: it is public."
  type        = string
  default     = ""
}

variable "registry_user" {
  description = "Who signs in to the registry; may only pull."
  type        = string
  default     = ""
}

variable "registry_password" {
  description = "The password or token for it."
  type        = string
  default     = ""
  sensitive   = true
}

variable "equal_nodes" {
  description = "Three equal servers, each of which runs all of it, in a zone each, in place of servers by role: any one may be lost."
  type        = bool
  default     = false

  validation {
    condition     = !(var.equal_nodes && (var.managed_database || var.managed_redis))
    error_message = "equal_nodes have MySQL and Redis of their own, so managed_database and managed_redis are false."
  }
}

variable "http_servers" {
  description = "How many servers run HAProxy and replicas; spread over both zones."
  type        = number
  default     = 2

  validation {
    condition     = contains(range(2, 21), var.http_servers)
    error_message = "http_servers is a whole number from 2 to 20: with one, a rolling deployment would close the board."
  }
}

variable "http_server_type" {
  description = "Kind of the HTTP servers."
  type        = string
  default     = "ecs.g7.large"
}

variable "data_server_type" {
  description = "Kind of the servers for MySQL, Redis and the batcher, and of equal nodes."
  type        = string
  default     = "ecs.g7.large"
}

variable "bastion_type" {
  description = "Kind of the bastion. As a runner it only sends commands: the small ones will do."
  type        = string
  default     = "ecs.t6-c1m2.large"
}

variable "data_disk_gb" {
  description = "Size of the disks for MySQL and for the batcher's journal, in GiB."
  type        = object({ mysql = number, journal = number })
  default     = { mysql = 100, journal = 20 }

  validation {
    condition     = var.data_disk_gb.mysql >= 20 && var.data_disk_gb.journal >= 20
    error_message = "A disk of this category has at least 20 GiB."
  }
}

variable "managed_database" {
  description = "Use ApsaraDB RDS for MySQL in place of a server of our own."
  type        = bool
  default     = false
}

variable "managed_database_type" {
  description = "Kind and version of the managed database. An instance in two zones costs two."
  type        = object({ class = string, version = string, storage_gb = number })
  default     = { class = "mysql.n2.medium.2c", version = "8.0", storage_gb = 100 }
}

variable "managed_redis" {
  description = "Use Tair (Redis OSS-compatible) in place of a server of our own."
  type        = bool
  default     = false
}

variable "managed_redis_type" {
  description = "Kind and version of the managed Redis."
  type        = object({ class = string, version = string })
  default     = { class = "redis.master.small.default", version = "7.0" }
}

variable "tls_pem" {
  description = "Certificate chain and key in one PEM: HAProxy then speaks TLS on 443. Empty: plain HTTP, for a trial."
  type        = string
  default     = ""
  sensitive   = true

  validation {
    condition = var.tls_pem == "" || (
      strcontains(var.tls_pem, "BEGIN CERTIFICATE") && length(var.tls_pem) < 10000
    )
    error_message = "tls_pem has a certificate, and less than 10,000 characters: it travels in the servers' user data."
  }
}

variable "settings" {
  description = "Settings of the board as in docs/configuration.md, such as { LIKES = \"once\", CURRENCY = \"CHF\" }."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for key, value in var.settings :
      can(regex("^[A-Z][A-Z0-9_]*$", key)) && can(regex("^[A-Za-z0-9_.:,/-]*$", value))
    ])
    error_message = "settings have names in capitals and plain values."
  }
}

variable "mail" {
  description = "As whom the board sends mail, and what links in mails begin with; smtp_url says by which server. Null: none is sent."
  type        = object({ site_url = string, mail_from = string })
  default     = null

  validation {
    condition = var.mail == null || (
      can(regex("^https?://[A-Za-z0-9.:-]+$", var.mail.site_url)) &&
      can(regex("^[^'\n]+$", var.mail.mail_from))
    )
    error_message = "mail has the board's address, such as https://board.example.org, and a sender without quotes."
  }
}

variable "smtp_url" {
  description = "The server that mail is handed to, such as smtp://board:password@mail.example.org:587."
  type        = string
  default     = ""
  sensitive   = true

  validation {
    condition     = var.smtp_url == "" || can(regex("^smtps?://[^'\\s]+$", var.smtp_url))
    error_message = "smtp_url begins with smtp:// or smtps://; a quote in its password is written as %27."
  }
}

variable "runner" {
  description = "The self-hosted runner on the bastion: whose it is and which release, with its SHA-256. Null: a bastion only."
  type        = object({ repository_url = string, package_url = string, package_sha256 = string })
  default     = null

  validation {
    condition = var.runner == null || (
      can(regex("^https://", var.runner.package_url)) &&
      can(regex("^[0-9a-f]{64}$", var.runner.package_sha256))
    )
    error_message = "runner needs an https address of the package and its SHA-256 in hexadecimal."
  }
}

variable "runner_token" {
  description = "Registration token of the runner; lives for an hour, so it is given at the first apply only."
  type        = string
  default     = ""
  sensitive   = true
}

variable "deletion_protection" {
  description = "Refuse to delete the balancer, the database and the servers with data. Set to false before a destroy."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags on everything that can have them."
  type        = map(string)
  default     = {}
}
