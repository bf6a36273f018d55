#!/usr/bin/env bash
# Installs the chart in the cluster that kubectl speaks to, with the image agora:try, which its nodes have:
# a post is liked, the serving batcher is killed, everything is upgraded, and every like is there once.
set -euo pipefail

cd "$(dirname "$0")/../../.."
namespace=agora-try
k() { kubectl --namespace "$namespace" "$@"; }
random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
fail() {
  echo "kind: $*" >&2
  k get pods --output wide >&2 || true
  k logs --selector app.kubernetes.io/instance=board --all-containers --prefix --tail 20 >&2 || true
  exit 1
}

kubectl create namespace "$namespace"
admin_password=$(random)
secrets=(--from-literal=ADMIN_PASSWORD="$admin_password")
for name in MYSQL_ROOT_PASSWORD REDIS_PASSWORD BATCHER_SECRET DB_PASSWORD_WEB DB_PASSWORD_ACCOUNTS \
  DB_PASSWORD_ADMIN DB_PASSWORD_BATCHER DB_PASSWORD_COURIER DB_PASSWORD_SEARCH; do
  secrets+=(--from-literal="$name=$(random)")
done
k create secret generic agora "${secrets[@]}"
k apply --filename test/deploy/kind/stores.yaml
k rollout status deployment/mysql deployment/redis --timeout 5m

values=(
  --namespace "$namespace" --wait --timeout 10m
  --set image.repository=agora --set image.tag=try --set image.pullPolicy=Never
  --set "mysql.hosts={mysql.$namespace.svc.cluster.local}"
  --set service.type=ClusterIP --set settings.SAMPLE=on --set settings.RATE_LIMITS=off
  --set web.autoscaling.enabled=false --set accounts.replicas=1 --set accounts.autoscaling.enabled=false
  # A runner has few processors.
  --set web.resources.requests.cpu=50m --set accounts.resources.requests.cpu=50m
  --set admin.resources.requests.cpu=50m --set batcher.resources.requests.cpu=50m
  --set haproxy.resources.requests.cpu=50m --set search.resources.requests.cpu=50m
)
helm install board deploy/helm/agora "${values[@]}" || fail 'the chart was not installed'

port=18080
k port-forward service/board-agora "$port:80" >/dev/null &
trap 'kill %1 2>/dev/null || true' EXIT
at=http://127.0.0.1:$port
answers() {
  curl --silent --show-error --fail --max-time 10 --retry 60 --retry-delay 1 --retry-all-errors "$@"
}
answers "$at/up" >/dev/null || fail 'nothing answers'

before=$(answers "$at/api/posts/1" | jq .likes)
pressed=0
press() {
  for _ in $(seq "$1"); do
    # With a key, so that one that is sent again counts once.
    answers --request POST --header "Idempotency-Key: $(random)" "$at/api/posts/1/likes" >/dev/null ||
      fail 'a like was not answered'
    pressed=$((pressed + 1))
  done
}
total() { answers "$at/api/posts/1" | jq .likes; }

press 20
for pod in 0 1 2; do
  k delete pod "board-agora-batcher-$pod" --grace-period 0 --force
  press 5
done
k rollout status statefulset/board-agora-batcher --timeout 3m
helm upgrade board deploy/helm/agora "${values[@]}" --set settings.SITE_NAME=Kind || fail 'no upgrade'
kill %1 2>/dev/null || true
k port-forward service/board-agora "$port:80" >/dev/null &
trap 'kill %2 2>/dev/null || true' EXIT
press 5

after=$(total)
[ "$after" = $((before + pressed)) ] || fail "$before and $pressed likes are $after"
answers "$at/" | grep -q '<title>.*Kind' || fail 'the setting of the upgrade does not show'
echo "kind: $pressed likes, each there once"
