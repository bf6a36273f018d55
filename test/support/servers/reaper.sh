#!/bin/sh
# Outlives a test run, however that ends, and clears up after it: reads what was started or made, one a line,
# until its input closes, which the kernel does when the run is over, stopped by Ctrl-C or killed. Then it
# asks the processes to end (each leads a group of its own), stops the stacks and the projects of Compose,
# removes the containers, kills the processes that are left and deletes the folders. An `agora up` among the
# processes would go on starting what `agora down` has just looked for.
trap '' HUP INT TERM

agora=$1
stacks='' projects='' containers='' groups='' folders=''
while IFS= read -r line; do
  value=${line#* }
  case $line in
    'stack '*) stacks="$stacks$value
" ;;
    'project '*) projects="$projects $value" ;;
    'container '*) containers="$containers $value" ;;
    'group '*) groups="$groups $value" ;;
    'ended '*) groups=$(printf ' %s' "$groups" | sed "s/ $value\$//; s/ $value / /") ;;
    'folder '*) folders="$folders$value
" ;;
  esac
done

any_left() {
  for group in $groups; do kill -0 "-$group" 2>/dev/null && return 0; done
  return 1
}

for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
if [ -n "$stacks" ]; then
  tries=0
  while any_left && [ "$tries" -lt 150 ]; do
    sleep 0.2
    tries=$((tries + 1))
  done
fi

printf '%s' "$stacks" | while IFS= read -r data; do
  # It refuses for as long as somebody else starts it.
  for _ in 1 2 3; do
    if [ ! -d "$data" ] || "$agora" down --volumes --data "$data" >/dev/null 2>&1; then break; fi
    sleep 1
  done
done
for project in $projects; do
  docker compose --project-name "$project" down --volumes --remove-orphans >/dev/null 2>&1
done
for container in $containers; do docker rm --force "$container" >/dev/null 2>&1; done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
printf '%s' "$folders" | while IFS= read -r folder; do rm -rf "$folder"; done
