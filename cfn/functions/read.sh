# What a host has of cron, for `cron2aws scan --from-hosts`: this only reads, and writes nothing.
#
# POSIX sh (dash, bash, busybox), run as root by Run Command.  It prints a line that begins with
# `[cron2aws]`, then a piece of the archive: records, gzipped, in base64.  A record is a head, a line
# feed, a name, a content and a line feed.  The head is a kind, the bytes of name and content and, of
# a file, its mode (hexadecimal), owner, hard links, time of change and size.  The kinds:
#   f d l o   a file with its bytes, a folder, a symbolic link with its target, something else
#   h torn fact   a file without its bytes; a file that changed meanwhile; what no file tells

root=''
piece=1
export LC_ALL=C PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
most=16777216 characters=23400 # of a crontab; of a piece: Run Command keeps 24,000

say() { printf '%s %s %s\n%s%s\n' "$1" "${#2}" "${#3}" "$2" "$3"; } # KIND NAME CONTENT
state() { stat -c '%f %u %h %Y %s' "$root$1" 2>/dev/null; }

record() { # PATH, and `all` where a file's bytes are wanted
    [ -e "$root$1" ] && was=$(state "$1") || return 0
    size=0 kind=o
    if [ -d "$root$1" ]; then
        kind=d
    elif [ -f "$root$1" ]; then
        kind=h
        if [ "$2" = all ] && [ "${was##* }" -le "$most" ]; then size=${was##* } kind=f; fi
    fi
    printf '%s %s %s %s\n%s' "$kind" "${#1}" "$size" "$was" "$1"
    [ "$size" = 0 ] || head -c "$size" "$root$1"
    echo
    [ "$kind" != f ] || [ "$(state "$1")" = "$was" ] || say torn "$1" ''
}

bring() { # PATH, and `all`: each symbolic link on the way to it, and what is at its end
    todo=${1#/}/ at='' hops=0
    while [ -n "$todo" ]; do
        name=${todo%%/*} todo=${todo#*/}
        case $name in '' | .) continue ;; ..) at=${at%/*} && continue ;; esac
        at=$at/$name
        if [ -L "$root$at" ] && [ "$hops" -lt 40 ]; then
            target=$(readlink "$root$at" && echo .) && target=${target%??}
            printf 'l %s %s %s\n%s%s\n' "${#at}" "${#target}" "$(state "$at")" "$at" "$target"
            case $target in /*) at='' ;; *) at=${at%/*} ;; esac
            todo=$target/$todo hops=$((hops + 1))
        fi
    done
    record "$at" "${2-}"
}

folder() { # PATH, and `all`: a folder and what is in it, but nothing below
    bring "$1"
    for each in "$root$at"/* "$root$at"/.[!.]* "$root$at"/..?*; do
        if [ -e "$each" ] || [ -L "$each" ]; then bring "$1/${each##*/}" "${2-}"; fi
    done
}

made() { # FUNCTION: of the file at $at only what the function prints of it
    [ -f "$root$at" ] || return 0
    text=$("$1" "$root$at" && echo .) && text=${text%.}
    printf 'f %s %s 81a4 0 1 1 %s\n%s%s\n' "${#at}" "${#text}" "${#text}" "$at" "$text"
}

cron_packages() {
    awk -v RS= -v ORS='\n\n' '/(^|\n)Package: (cron|cronie|systemd-cron|bcron|fcron|dcron)\n/' "$1"
}
is_cron() { case $(cat "/proc/$1/comm" 2>/dev/null) in cron | crond) ;; *) return 1 ;; esac; } # PID
user() { awk -F: '{ print $1 ":x:" $3 ":::" $6 ":" }' "$@"; }

users() { # names, ids and homes; on the host itself also of those whom a directory service knows
    user "$1"
    if [ -n "$root" ] || ! command -v getent >/dev/null; then return 0; fi
    {
        for each in /var/spool/cron/* /var/spool/cron/*/*; do echo "${each##*/}"; done
        for each in /etc/crontab /etc/cron.d/*; do [ ! -f "$each" ] || cat "$each"; done |
            awk '!/^[ \t]*#/ { print (substr($1, 1, 1) == "@") ? $2 : $6 }'
    } | grep -E '^[A-Za-z_][A-Za-z0-9_.@-]*$' | sort -u | while read -r each; do
        grep -q "^$each:" "$1" || getent passwd "$each" | user
    done
}

live() { # what only a running host tells
    say fact name "$(uname -n)"
    own=$(readlink /proc/self/ns/pid)
    for each in $(cat /run/crond.pid /run/cron.pid /var/run/crond.pid 2>/dev/null) /proc/[0-9]*; do
        case $each in /*) [ "$(readlink "$each/ns/pid" 2>/dev/null)" = "$own" ] || continue ;; esac
        pid=${each#/proc/}
        # a child of Debian's daemon lives for as long as a job does
        if is_cron "$pid" && ! is_cron "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")"; then
            daemon=$pid
            say fact daemon "$pid"
            say fact TZ "$(tr '\0' '\n' <"/proc/$pid/environ" | grep '^TZ=')"
            break
        fi
    done
    set -- /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/*
    for each; do shift && if [ -f "$each" ]; then set -- "$@" "$each"; fi; done
    say fact paths "$(printf '%s/' "$@")" # no path has `//` in it
    if command -v dpkg >/dev/null; then say fact dpkg "$(dpkg -S -- "$@" 2>/dev/null)"; fi
    if command -v rpm >/dev/null; then
        say fact rpm "$(rpm -qf --queryformat '%{NAME}\n' -- "$@" 2>/dev/null)"
        if version=$(rpm -q --queryformat '%{VERSION}' cronie 2>/dev/null); then say fact cronie "$version"; fi
    fi
}

units() { # what systemd gives a daemon that does not run now: its units, and the files they name
    for each in usr/lib run etc; do folder "$each/systemd/system.conf.d" all; done
    for base in etc run usr/local/lib usr/lib lib; do
        folder "$base/systemd/system/service.d" all
        for unit in cron crond cronie; do
            bring "$base/systemd/system/$unit.service" all
            folder "$base/systemd/system/$unit.service.d" all
        done
    done
    for each in "$root"/*/systemd/system "$root"/usr/*/systemd/system "$root"/usr/local/lib/systemd/system; do
        cat "$each"/cron*.service "$each"/cron*.service.d/*.conf "$each"/service.d/*.conf 2>/dev/null
    done | sed -n 's/^[[:space:]]*EnvironmentFile[[:space:]]*=[[:space:]]*-*//p' | sort -u |
        while read -r each; do bring "$each" all; done
    for each in etc/default/cron etc/sysconfig/crond etc/systemd/system.conf; do bring "$each" all; done
}

archive() {
    daemon=''
    [ -n "$root" ] || live
    [ -n "$daemon" ] || units
    for each in etc/os-release usr/lib/os-release etc/hostname etc/localtime etc/timezone \
        etc/debian_version etc/crontab etc/anacrontab; do
        bring "$each" all
    done
    for each in lib usr/lib usr/local/lib; do
        bring "$each/systemd/system-generators/systemd-crontab-generator"
    done
    bring etc/passwd && made users
    bring var/lib/dpkg/status && made cron_packages
    for part in cron.hourly cron.daily cron.weekly cron.monthly; do folder "etc/$part"; done
    for part in etc/cron.d var/spool/cron var/spool/cron/crontabs var/spool/cron/tabs; do folder "$part" all; done
    # a run touches them: as long as they say the same, they are the same
    for at in "$root"/var/lib/cron2aws/*/history "$root"/var/lib/cron2aws/*/line; do at=${at#"$root"} && made cat; done
}

for each in awk base64 gzip head readlink sed sha256sum stat tail tr; do
    command -v "$each" >/dev/null || { echo "[cron2aws] read=failed there is no $each here" && exit 1; }
done
nameless='' # -n, where gzip has it: then equal archives are the same bytes
! gzip -n </dev/null >/dev/null 2>&1 || nameless=-n
encoded=$(archive | gzip -9 -c $nameless | base64 | tr -d '\n')
sum=$(printf %s "$encoded" | sha256sum)
count=$(((${#encoded} + characters - 1) / characters))
echo "[cron2aws] read=1 piece=$piece of=$count size=${#encoded} sha256=${sum%% *}"
printf %s "$encoded" | tail -c "+$(((piece - 1) * characters + 1))" | head -c "$characters"
