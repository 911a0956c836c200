#!/bin/sh
# NAME: the job of every entry. Notes when it runs, and who started it: the daemon, or which script.
name=$1 who=orphan pid=$$
while [ "$pid" -gt 1 ] && read -r line <"/proc/$pid/stat"; do
  comm=${line#*(} comm=${comm%%)*}
  case $comm in
    cron | crond) who=cron ;;
    sh)
      command=$(tr '\000' ' ' <"/proc/$pid/cmdline")
      case $command in *' /mnt/scripts/'*) who=${command#* /mnt/scripts/} who=${who%% *} ;; esac
      ;;
  esac
  [ "$who" = orphan ] || break
  # shellcheck disable=SC2086 # its fields
  set -- ${line##*) }
  pid=$2
done
echo "$name $(date -u +%Y-%m-%dT%H:%M:%S) $who" >>/mnt/ran
