#!/bin/sh
# FOLDER NAME KEPT...: process 1 of a host: its own files in the place of the machine's, then the
# daemon. Folders that are KEPT are seen also where they lie in /tmp, which is the host's own.
set -e
mount -t proc proc /proc
ip link set lo up
ip addr add 169.254.169.254/32 dev lo
hostname "$2"
mount --bind "$1/mnt" /mnt
for place in etc home var/lib var/spool/cron; do mount --bind "$1/$place" "/$place"; done
mount -t tmpfs -o mode=755 none /run
shift 2
for kept; do
  case $kept in
    /tmp/*)
      mkdir -p "/run/kept$kept"
      mount --rbind "$kept" "/run/kept$kept"
      ;;
  esac
done
mount -t tmpfs -o mode=1777 none /tmp
for kept; do
  case $kept in
    /tmp/*)
      mkdir -p "$kept"
      mount --rbind "/run/kept$kept" "$kept"
      umount -l "/run/kept$kept"
      ;;
  esac
done
: >/mnt/ready
while [ ! -e /mnt/begin ]; do sleep 0.1; done
/mnt/daemon 2>/mnt/cron.log &
while :; do
  sleep 1000000 &
  wait $! || :
done
