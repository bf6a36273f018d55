#!/bin/sh
# Keeps a small board of a release: test/releases/make.sh [FOLDER] writes test/releases/VERSION.agora, a
# backup of the sample board with five likes that wait. FOLDER: where that release is, if not here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../..}
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$folder/package.json")
data=$(mktemp -d)/data
stop() { "$folder/agora" down --volumes --data "$data" >/dev/null || true; }
trap stop EXIT

export FLUSH_SECONDS=3600 FLUSH_LIKES=1000000
"$folder/agora" up --native --detach --no-autoscale --replicas 1 --port "${PORT:-8095}" --data "$data"
for n in 1 2 3 4 5; do
  curl --fail --silent --show-error --request POST --header "Idempotency-Key: kept-$n" \
    "http://127.0.0.1:${PORT:-8095}/api/posts/3/likes"
done
rm -f "$here/$version.agora"
"$folder/agora" backup "$here/$version.agora" --data "$data"
