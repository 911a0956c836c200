# An edit of a host's crontabs, as cron2aws on the host makes it (handover/edit.py): lines go behind
# marks, or come back, in the quiet part of a minute, so that it is known from when on that counts.
#
# The files of this folder are one script, in the order tick, replace, history, edit.
# POSIX sh (dash, bash, busybox), run as root by Run Command. The patch is gzipped, in base64; its
# lines are below, where words with % have what printf's %b turns into bytes, and bytes count from 1:
#   file WAY %PATH BEFORE AFTER SIZE %BACKUP AT JSON   out or back; digests; bytes of the new file, where
#                                       in it the first mark's minute begins; the path for kept lines
#   task NAME HAS FROM COUNT ID PLACE   its folder; what the file has of the line before the edit; the
#                                       line's bytes; what its mark says
#   keep FROM COUNT, mark ID PLACE, text BASE64   what the new file is made of
#   end
# For the way out `until SECONDS` goes before all: after that it is not made. What an agent begins late, or
# once more after a reboot, would mark lines whose task may be gone.
# With act=check what an edit needs is looked at, and no file is edited.
#
# AFTER is that of the new file with $blank for a minute. Each file is told in one line with edit=done,
# already, ready (by a check), refused, busy (by another command), expired (after `until`) or changed
# (it is not as it was read); those with edit=note, late or unkept come before it.

root=''
patch=''
act=edit
export LC_ALL=C PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
lib=$root/var/lib/cron2aws blank=2000-01-01T00:00Z begins=0 early=5 late=45 until=0 tmp='' often='' me=$(id -u)
changed='it has changed since it was read' late_by_clock='it came too late'
umask 077
exec 4>&1

say() { printf '[cron2aws] edit=%s file=%s%s\n' "$1" "$code" "${2:+ $2}" >&4; } # WORD TEXT
sum() { set -- "$(sha256sum)" && echo "${1%% *}"; }
now() { date +%s; }
stamp() { if [ "$1" = "$often" ]; then echo "$often_stamp"; else date -u -d "@$1" +%Y-%m-%dT%H:%MZ; fi; } # SECONDS
overdue() { [ "$way$first_time" = out1 ] && [ "$1" -gt "$until" ] && why=$late_by_clock; } # SECONDS
quiet() { [ $(($1 - begins)) -ge "$early" ] && [ $(($1 - begins)) -lt "$late" ]; } # SECONDS
state() { stat -c '%i %f %u %g' "$tab"; }
private() { # FOLDER: nobody else's
    { [ -d "$1" ] || mkdir -p "$1"; } && [ ! -L "$1" ] && case $(stat -c '%u %a' "$1") in
        "$me 700") ;;
        "$me "*) chmod 700 "$1" ;;
        *) return 1 ;;
    esac
}
take() { # DESCRIPTOR: its lock, else $why; busybox has no -w
    why='there is no flock here' tries=0
    command -v flock >/dev/null || return
    why='another process holds its lock'
    until flock -n "$1" 2>/dev/null; do
        [ $tries -lt 30 ] && tries=$((tries + 1)) && sleep 1 || return
    done
}

is_cron() { read -r name <"$root/proc/$1/comm" && { [ "$name" = cron ] || [ "$name" = crond ]; }; } 2>/dev/null

look() { # sets $seen, $slept and $asleep of the daemon (hosts/tick.py); else $why
    seen='' own=$(readlink "$root/proc/self/ns/pid")
    for each in $(cat "$root/run/crond.pid" "$root/run/cron.pid" "$root/var/run/crond.pid" 2>/dev/null) "$root"/proc/[0-9]*; do
        pid=${each##*/}
        is_cron "$pid" || continue
        [ "$pid" = "$each" ] || [ "$(readlink "$each/ns/pid")" = "$own" ] || continue
        # shellcheck disable=SC2046 # three words
        set -- $(awk '/^(State|PPid|voluntary_ctxt_switches):/ { print $2 }' "$root/proc/$pid/status")
        # a child of Debian's daemon lives for as long as a job does
        if ! is_cron "${2-}" && read -r line <"$root/proc/$pid/stat"; then
            asleep=$1 slept=${3-}
            # shellcheck disable=SC2086 # its fields
            set -- ${line##*) }
            seen="$pid ${20-}"
            break
        fi
    done
    [ "$seen" ] || { why='no cron daemon is running' && return 1; }
    case $asleep$slept in [RSDI]*[0-9]) ;; *) why="the cron daemon (process $pid) does not run: its state is $asleep" && return 1 ;; esac
}

tick() { # returns in the quiet part, which begins 5 s after $begins, of a minute in which the daemon woke
    if seen_awake; then return; fi
    begins=0 # what was not seen is no quiet part for the next file
    return 1
}

seen_awake() {
    while [ "$tree" ]; do # no daemon reads it: any second does, but for a minute's last ones
        at=$(now) && begins=$((at / 60 * 60))
        if quiet "$at"; then return; else sleep 1; fi
    done
    if quiet "$(now)"; then look; return; fi
    for _ in 1 2 3; do
        look || return
        at=$(now) && begins=$(((at + 1) / 60 * 60 + 60))
        sleep $((begins - 1 - at))
        look || return
        who=$seen count=$slept last=$(($(now) - begins)) rest=0 need=1
        [ $last = -1 ] || continue
        while [ $last -lt $late ]; do
            sleep 1
            look || return
            second=$(($(now) - begins))
            # another daemon, a clock that was set, or this process was stopped
            [ "$seen" = "$who" ] && [ $second -ge $last ] && [ $second -le $((last + 10)) ] || continue 2
            last=$second
            if [ $rest = 0 ]; then
                [ "$slept" -le "$count" ] || rest=$((second > 2 ? second + 3 : 5))
            elif [ $second -ge $rest ]; then
                # one that was seen at work may be between two waits for its disk
                case $asleep in S) need=$((need - 1)) ;; *) need=2 ;; esac
                [ $need != 0 ] || [ $second -ge $late ] || return 0
            fi
        done
        why="the cron daemon (process $pid) did not wake at $(stamp "$begins")"
        [ $rest = 0 ] || why="the cron daemon (process $pid) did not come to rest in the minute $(stamp "$begins")"
        return 1
    done
    why='the cron daemon was not seen through one whole minute: it was started anew, or the clock was set'
    return 1
}
