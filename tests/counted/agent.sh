#!/bin/sh
# Stands in for the agent: keeps the script that comes on its input where the jobs can name it.
script=/mnt/scripts/$(date +%s%N)-$$
cat >"$script.new" && mv "$script.new" "$script"
cd /usr/bin || exit
exec sh "$script" </dev/null
