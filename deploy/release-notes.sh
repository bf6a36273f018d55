#!/bin/sh
# Prints what CHANGELOG.md says of a release, without its heading: deploy/release-notes.sh 0.2.0
# Ends with 1 where it says nothing of it, or package.json has another version.
set -eu
version=${1:?usage: deploy/release-notes.sh VERSION}
cd "$(dirname "$0")/.."

own=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
[ "$own" = "$version" ] || { echo "package.json has the version $own, not $version" >&2; exit 1; }
notes=$(awk -v heading="## $version, " '
  /^## / { is_within = index($0, heading) == 1; next }
  is_within { print }' CHANGELOG.md | sed '/./,$!d')
[ -n "$notes" ] || { echo "CHANGELOG.md has no heading '## $version, ' with something below it" >&2; exit 1; }
printf '%s\n' "$notes"
