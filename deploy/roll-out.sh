#!/bin/sh
# A rolling deployment, from the bastion: each server in turn is told to run an image and has to be healthy
# before the next one is touched. When one fails, it and all before it go back to what they ran, and this ends
# with 1. Only when all run it the database loses what the image before needed: from then on there is no way
# back.
#
#   deploy/roll-out.sh IMAGE SERVER...      servers as user@address, the batcher's first
#
# What a server does with that is deploy/server.sh's business; its key allows nothing else. SSH names the
# program that reaches a server (default: ssh), called as `SSH [options] user@address command...`.
set -eu

image=${1:?an image, and servers}
shift
[ $# -gt 0 ] || {
  echo 'no servers were named' >&2
  exit 2
}

on() {
  server=$1
  shift
  # Nobody is there to type a password, and a server that does not answer is not waited for.
  ${SSH:-ssh} -o BatchMode=yes -o ConnectTimeout=10 -o StrictHostKeyChecking=accept-new \
    "$server" "$@" </dev/null
}

log() { printf '%s  %s\n' "$(date -u +%H:%M:%S)" "$*"; }

go_back() {
  failed=0
  for each in $rolled; do
    log "$each: back"
    on "$each" back || {
      log "$each: could not go back, look at it"
      failed=1
    }
  done
  return "$failed"
}

# Nothing is touched unless all of them can be: half a deployment is worse than none.
for server in "$@"; do
  on "$server" check || {
    log "$server: not healthy before anything was done, so nothing is"
    exit 1
  }
done

rolled=''
for server in "$@"; do
  before=$(on "$server" image)
  if [ "$before" = "$image" ]; then
    log "$server: runs it already"
    continue
  fi
  log "$server: from $before to $image"
  # A server that fails goes back by itself, so only those before it are left to do.
  if ! on "$server" roll "$image"; then
    log "$server: failed"
    go_back || :
    exit 1
  fi
  rolled="$server $rolled"
  if ! on "$server" check; then
    log "$server: not healthy afterwards"
    go_back || :
    exit 1
  fi
done
for server in "$@"; do
  on "$server" finish || {
    log "$server: runs $image, but the database could not be brought to its end: ask it to finish again"
    exit 1
  }
done
log "all $# servers run $image"
