terraform {
  required_version = ">= 1.9.0"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
  }

  # State holds every secret. The bucket, its key and its lock table are given at `terraform init`: see
  # ../README.md.
  backend "oss" {
    encrypt = true
    acl     = "private"
  }
}

# Its keys come from the environment or a RAM role, never from a file here.
provider "alicloud" {
  region = var.region
}
