#!/bin/sh
# What runs on each server of a deployment, as root; cloud-init puts it at /usr/local/bin/agora-server.
#
#   agora-server first          the first start, with the image that agora.env names
#   agora-server roll IMAGE     from what runs to this image, refusing nobody; what runs stays if it fails
#   agora-server finish         after all servers run it: what only the last image needed leaves MySQL
#   agora-server back           to the image that ran before the last roll
#   agora-server check          is everything of this server healthy?
#   agora-server image          which image runs
#   agora-server cluster ...    of three nodes: init, join, status, leave, restart [--without NODE],
#                               certificates, or address ADDRESS/LENGTH INTERFACE
#   agora-server disk SERIAL    puts the data disk with this serial number at $STORE_FOLDER
#   agora-server asked ...      one of roll, finish, back, check and image, as somebody typed it who may do
#                               no more: of images only those of AGORA_IMAGE's repository
#
# An image brings the files that start it along (docker-compose.yml, deploy/, haproxy/), so that they always
# fit together. Root's Docker does what they say: whoever may push an image there is root here. On an HTTP
# server new replicas are started beside the old ones; only when all of them are healthy the old ones are told
# to drain and end. HAProxy follows by Docker's DNS and reloads its configuration by itself.
set -eu

config=${AGORA_CONFIG:-/etc/agora/agora.env}
home=${AGORA_HOME:-/opt/agora}
patience_s=${AGORA_PATIENCE_S:-120}

log() { printf 'agora-server: %s\n' "$*" >&2; }

fail() {
  log "$@"
  exit 1
}

setting() { sed -n "s/^$1='\(.*\)'\$/\1/p" "$config" | tail -n 1; }

role=$(setting AGORA_ROLE)
project=$(setting AGORA_PROJECT)
case $role in
  http) overlays=http replicas='web accounts admin' rest='haproxy search' ;;
  batcher | mysql | redis) overlays=data replicas='' rest=$role ;;
  data) overlays=data replicas='' rest='mysql redis batcher' ;;
  node)
    overlays='http data node' replicas='web accounts admin' rest='mysql redis sentinel batcher haproxy search'
    ;;
  *) fail "AGORA_ROLE in $config is http, batcher, mysql, redis, data or node, not '$role'" ;;
esac

# All nodes run all of it, so where it is follows from who they are.
if [ "$role" = node ]; then
  MYSQL_HOST=$(setting NODES)
  [ -n "$MYSQL_HOST" ] || fail "NODES in $config does not name the three machines"
  REDIS_URL="rediss+sentinel://:$(setting REDIS_PASSWORD)@$MYSQL_HOST/agora"
  BATCHERS=$(echo "$MYSQL_HOST" | sed 's|[^,][^,]*|https://&:4000|g; s/,/|/g')
  export MYSQL_HOST REDIS_URL BATCHERS
fi

running() { cat "$home/image" 2>/dev/null || :; }

# Compose, on the release in $home/release with the image in $image.
compose() {
  files="--file $home/release/docker-compose.yml"
  for overlay in $overlays; do files="$files --file $home/release/deploy/$overlay.compose.yml"; done
  # shellcheck disable=SC2086 # one word each
  AGORA_IMAGE=$image COMPOSE_PROFILES=mail docker compose \
    --project-name "${project:-agora}" --project-directory "$home/release" $files \
    --env-file "$config" "$@" </dev/null
}

# What runs here beside replicas: where it has a password, and the image knows it, the courier too.
others() {
  echo "$rest"
  case $role in batcher | data | node) ;; *) return 0 ;; esac
  if [ -z "$(setting DB_PASSWORD_COURIER)" ]; then return 0; fi
  if compose config --services | grep -qx courier; then echo courier; fi
}

sign_in() {
  if [ -z "$(setting IMAGE_REGISTRY)" ]; then return 0; fi
  setting IMAGE_REGISTRY_PASSWORD |
    docker login --username "$(setting IMAGE_REGISTRY_USER)" --password-stdin \
      "$(setting IMAGE_REGISTRY)" >/dev/null
}

# Brings the image, or is content with one that is here and in no registry.
fetch() {
  docker pull --quiet "$1" >/dev/null 2>&1 || docker image inspect "$1" >/dev/null 2>&1 ||
    fail "there is no image $1"
}

# Files are replaced in place: HAProxy's container has the folder mounted.
unpack() {
  rm -rf "$home/next"
  mkdir -p "$home/next" "$home/release"
  container=$(docker create "$1")
  for each in docker-compose.yml deploy haproxy; do
    docker cp --quiet "$container:/app/$each" "$home/next/" >/dev/null || {
      docker rm "$container" >/dev/null
      fail "$1 is not an image of Agora: it has no $each"
    }
  done
  docker rm "$container" >/dev/null
  cp -R "$home/next/." "$home/release/"
  rm -rf "$home/next"
}

is_healthy() {
  state=$(docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$1")
  [ "$state" = 'running healthy' ] || [ "$state" = 'running ' ]
}

# Waits until all containers given are healthy; fails when they are not in time.
await() {
  deadline=$(($(date +%s) + patience_s))
  for each in "$@"; do
    until is_healthy "$each"; do
      if [ "$(date +%s)" -ge "$deadline" ]; then
        log "$(docker inspect --format '{{.Name}}' "$each") is not healthy after $patience_s s. Its last words:"
        docker logs --tail 5 "$each" >&2 || :
        return 1
      fi
      sleep 1
    done
  done
}

# How many replicas of a service there shall be: WEB_REPLICAS and so on in agora.env, else as many as on one
# machine.
wanted() {
  case $1 in
    web) count=$(setting WEB_REPLICAS) ;;
    accounts) count=$(setting ACCOUNTS_REPLICAS) ;;
    admin) count=$(setting ADMIN_REPLICAS) ;;
  esac
  if [ -z "$count" ]; then
    case $1 in accounts) count=1 ;; *) count=2 ;; esac
  fi
  # HAProxy has places for 20 web replicas and 8 of each other kind, and old and new ones stand there
  # together.
  case $1 in web) most=10 ;; *) most=4 ;; esac
  case $count in
    [1-9] | [1-9][0-9]) [ "$count" -le "$most" ] || fail "there is room for $most replicas of $1, not $count" ;;
    *) fail "the number of replicas of $1 is no number from 1 to $most: $count" ;;
  esac
  echo "$count"
}

# An image's name without its tag and digest.
repository() {
  name=${1%%@*}
  case ${name##*/} in *:*) name=${name%:*} ;; esac
  printf '%s\n' "$name"
}

# Any other image could bring along what it likes, and have it done as root.
refuse_stranger() {
  ours=$(setting AGORA_IMAGE)
  [ -n "$ours" ] || fail "AGORA_IMAGE in $config does not say whose images may be rolled to"
  [ "$(repository "$1")" = "$(repository "$ours")" ] || fail "$1 is no image of $(repository "$ours")"
}

# The words of the second list that the first does not have.
without() {
  for each in $2; do
    case " $(echo "$1" | tr '\n' ' ') " in *" $each "*) ;; *) echo "$each" ;; esac
  done
}

# The exit code that says: it failed, and what ran before does so still.
untouched=3

# New replicas beside the old ones, then the old ones end.
renew_replicas() {
  old='' new=''
  for service in $replicas; do
    before=$(compose ps --all --quiet "$service")
    count=$(wanted "$service")
    compose up --detach --no-deps --no-build --no-recreate --quiet-pull \
      --scale "$service=$(($(echo "$before" | grep -c . || :) + count))" "$service"
    old="$old $(echo "$before" | tr '\n' ' ')"
    new="$new $(without "$before" "$(compose ps --all --quiet "$service")" | tr '\n' ' ')"
  done
  # shellcheck disable=SC2086 # ids, one word each
  if ! await $new; then
    docker rm --force $new >/dev/null
    exit "$untouched"
  fi
  # shellcheck disable=SC2086
  set -- $old
  if [ $# -gt 0 ]; then
    docker stop "$@" >/dev/null
    docker rm "$@" >/dev/null
  fi
}

renew_rest() {
  if [ "$role" = batcher ] || [ "$role" = data ]; then
    if [ "$role" = data ]; then compose up --detach --no-deps --wait mysql; fi
    prepare_database
  fi
  services=$(others)
  # shellcheck disable=SC2086 # names, one word each
  compose up --detach --no-deps --no-build $services
  # shellcheck disable=SC2046,SC2086
  await $(compose ps --quiet $services)
  case " $(echo "$services" | tr '\n' ' ') " in *' courier '*) ;; *) end_courier ;; esac
  if [ -n "$replicas" ]; then reload_haproxy; fi
}

# What replicas need is here, too. While this node's batcher restarts another one serves.
renew_stores() {
  make_certificates
  compose up --detach --no-deps --no-build --wait mysql redis sentinel
  prepare_database
  compose up --detach --no-deps --no-build --wait batcher
}

# Where it had a password, and has none any more.
end_courier() {
  old=$(docker ps --all --quiet --filter "label=com.docker.compose.project=${project:-agora}" \
    --filter label=com.docker.compose.service=courier)
  # shellcheck disable=SC2086 # ids, one word each
  if [ -n "$old" ]; then docker rm --force $old >/dev/null; fi
}

# The first time tables, accounts and the admin; later what running replicas of the image before don't notice.
prepare_database() {
  if [ -z "$(running)" ]; then
    compose run --rm --no-deps setup >&2
  else
    compose run --rm --no-deps setup bun stack/database/migrate.ts expand >&2
  fi
}

finish() {
  image=$(running)
  [ -n "$image" ] || fail 'nothing runs yet'
  case $role in
    batcher | data | node) compose run --rm --no-deps setup >&2 ;;
  esac
}

# With a configuration that is wrong HAProxy would go on with the old one, so say so.
reload_haproxy() {
  compose exec -T haproxy haproxy -c -q -f /usr/local/etc/haproxy/haproxy.cfg
  compose kill --signal USR2 haproxy
}

start() {
  image=$1
  unpack "$image"
  if [ "$role" = node ]; then renew_stores; fi
  renew_replicas
  renew_rest
  check
}

roll() {
  before=$(running)
  if [ "$role" = node ]; then
    (cluster status >&2) || fail 'not every node is in the group, so nothing is rolled: see agora-server cluster'
  fi
  image=$1
  sign_in
  fetch "$image"
  # Not in an `if`: a shell forgets -e there.
  code=0
  ("$0" start "$image" && await_group) || code=$?
  if [ "$code" -ne 0 ]; then
    if [ -n "$before" ]; then
      log "$image does not work here: back to $before"
      go_back "$code" "$before" || log "and $before does not work any more either"
    fi
    exit 1
  fi
  remember "$image" "$before"
  log "runs $image"
}

# A MySQL that was started anew is outside of the group for a while, and until it is back no other node may be
# touched.
await_group() {
  [ "$role" = node ] || return 0
  deadline=$(($(date +%s) + patience_s))
  until said=$(cluster status 2>&1); do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      log "not every node is in the group after $patience_s s: $said"
      return 1
    fi
    sleep 1
  done
}

# All servers are made at the same time, and each needs some of the others.
first() {
  tries=1
  until "$0" roll "$(setting AGORA_IMAGE)"; do
    [ "$tries" -lt 60 ] || fail 'gave up'
    tries=$((tries + 1))
    log 'tries again in 15 s'
    sleep 15
  done
}

go_back() {
  if [ "$1" -eq "$untouched" ]; then unpack "$2"; else "$0" start "$2"; fi
}

# Images that are neither this one nor the last are in nobody's way back.
remember() {
  if [ "$1" != "$2" ]; then
    older=$(cat "$home/image.before" 2>/dev/null || :)
    printf '%s\n' "$2" >"$home/image.before"
    case $older in '' | "$1" | "$2") ;; *) docker image rm "$older" >/dev/null 2>&1 || : ;; esac
  fi
  printf '%s\n' "$1" >"$home/image"
}

back() {
  before=$(cat "$home/image.before" 2>/dev/null || :)
  [ -n "$before" ] || fail 'nothing ran before'
  roll "$before"
}

check() {
  image=${image:-$(running)}
  [ -n "$image" ] || fail 'nothing runs yet'
  for service in $replicas $(others); do
    containers=$(compose ps --quiet "$service")
    [ -n "$containers" ] || fail "$service does not run"
    # shellcheck disable=SC2086
    await $containers || exit 1
  done
  if [ -n "$replicas" ]; then answers; fi
}

# As the balancer asks.
answers() {
  port=$(setting AGORA_PORT)
  curl --fail --silent --show-error --output /dev/null \
    --max-time 5 --retry 10 --retry-delay 1 --retry-all-errors \
    "http://127.0.0.1:${port:-8080}/up"
}

# The disk is attached after the server was started. One that is empty gets a file system, any other is kept
# as it is.
disk() {
  store=$(setting STORE_FOLDER)
  waited=0
  until device=$(find /dev/disk/by-id -name "*$1" | head -n 1) && [ -n "$device" ]; do
    [ "$waited" -lt 600 ] || fail "the disk $1 was not attached within 10 minutes"
    waited=$((waited + 2))
    sleep 2
  done
  blkid "$device" >/dev/null || mkfs.ext4 -q -L agora "$device"
  mkdir -p "$store"
  grep -q ' /srv/agora ' /etc/fstab || echo "LABEL=agora $store ext4 defaults,nofail 0 2" >>/etc/fstab
  mountpoint -q "$store" || mount "$store"
  mkdir -p "$store/mysql" "$store/journal"
  # As whom the batcher's image runs; MySQL's sees to its folder itself.
  chown 1000:1000 "$store/journal"
}

# One group of MySQL over three machines. Before the first roll it needs the files of the image.
# By which nodes know one another: those that are there stay, as long as they fit.
make_certificates() { compose run --rm --no-deps setup bun stack/cluster/main.ts certificates >&2; }

cluster() {
  [ "$role" = node ] || fail "AGORA_ROLE in $config is $role: only a node is one of a cluster"
  image=${image:-$(running)}
  if [ -z "$image" ]; then
    image=$(setting AGORA_IMAGE)
    [ -n "$image" ] || fail "AGORA_IMAGE in $config does not say what to begin with"
    sign_in
    fetch "$image"
    unpack "$image"
  fi
  case ${1:-} in
    init | join | restart)
      make_certificates
      compose up --detach --no-deps --no-build --wait mysql redis sentinel
      ;;
  esac
  compose run --rm --no-deps --env "AGORA_PORT=$(setting AGORA_PORT)" setup bun stack/cluster/main.ts "$@"
}

asked() {
  case "$#:${1:-}" in
    2:roll)
      case $2 in
        *[!A-Za-z0-9._:/@-]* | -*) fail 'that is no name of an image' ;;
      esac
      if [ "$command" = asked ]; then refuse_stranger "$2"; fi
      roll "$2"
      ;;
    1:finish) finish ;;
    1:back) back ;;
    1:check) check ;;
    1:image) running ;;
    *) fail 'ask for one of: roll IMAGE, finish, back, check, image' ;;
  esac
}

mkdir -p "$home"
command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  first) first ;;
  disk) disk "$1" ;;
  start) start "$1" ;;
  cluster) cluster "$@" ;;
  roll | finish | back | check | image) asked "$command" "$@" ;;
  asked) asked "$@" ;;
  *) fail 'see the head of this file for what it can be asked' ;;
esac
