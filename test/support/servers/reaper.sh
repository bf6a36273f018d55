#!/bin/sh
# Outlives a test run, however that ends, and clears up after it: reads what was started or made, one a line,
# until its input closes, which the kernel does when the run is over, stopped by Ctrl-C or killed. Then it
# stops the stacks and the projects of Compose, removes the containers, kills the processes (each leads a
# group of its own) and deletes the folders.
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

printf '%s' "$stacks" | while IFS= read -r data; do
  [ -d "$data" ] && "$agora" down --volumes --data "$data" >/dev/null 2>&1
done
for project in $projects; do
  docker compose --project-name "$project" down --volumes --remove-orphans >/dev/null 2>&1
done
for container in $containers; do docker rm --force "$container" >/dev/null 2>&1; done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
printf '%s' "$folders" | while IFS= read -r folder; do rm -rf "$folder"; done
