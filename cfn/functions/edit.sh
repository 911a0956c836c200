# An edit of a host's crontabs, as cron2aws on the host makes it (handover/edit.py): lines go behind
# marks, or come back, in the quiet part of a minute, so that it is known from when on that counts.
#
# POSIX sh (dash, bash, busybox), run as root by Run Command. The patch is gzipped, in base64; its
# lines are below, where words with % have what printf's %b turns into bytes, and bytes count from 1:
#   file WAY %PATH BEFORE AFTER SIZE %BACKUP AT JSON   out or back; digests; bytes of the new file, where
#                                       in it the first mark's minute begins; the path for kept lines
#   task NAME HAS FROM COUNT ID PLACE   its folder; what the file has of the line before the edit; the
#                                       line's bytes; what its mark says
#   keep FROM COUNT, mark ID PLACE, text BASE64   what the new file is made of
#   end
# With act=check what an edit needs is looked at, and no file is edited.
#
# AFTER is that of the new file with $blank for a minute. Each file is told in one line with edit=done,
# already, ready (by a check) or refused; those with edit=note come before it.

root=''
patch=''
act=edit
export LC_ALL=C PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
lib=$root/var/lib/cron2aws blank=2000-01-01T00:00Z begins=0 early=5 late=45 tmp='' often='' me=$(id -u)
changed='it has changed since it was read'
umask 077
exec 4>&1

say() { printf '[cron2aws] edit=%s file=%s%s\n' "$1" "$code" "${2:+ $2}" >&4; } # WORD TEXT
sum() { set -- "$(sha256sum)" && echo "${1%% *}"; }
now() { date +%s; }
stamp() { if [ "$1" = "$often" ]; then echo "$often_stamp"; else date -u -d "@$1" +%Y-%m-%dT%H:%MZ; fi; } # SECONDS
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

made() { # MINUTE: the new file
    while read -r what one two; do
        case $what in
            keep) part "$one" "$two" ;;
            mark) printf ' # cron2aws:%s@%s %s | ' "$one" "$1" "$two" ;;
            text) printf %s "$one" | base64 -d ;;
        esac || return
    done <<END
$pieces
END
}

part() { tail -c "+$1" "$from" 2>/dev/null | head -c "$2"; } # FROM COUNT: bytes of the old file
starts() { [ "$1" = 1 ] || [ -z "$(part $(($1 - 1)) 1)" ]; } # BYTE: a line

kept() { # BASE64: whether this host keeps each of these lines
    printf %s "$1" | base64 -d | while IFS= read -r each || [ "$each" ]; do
        each=$(printf %s "$each" | base64 | tr -d '\n')
        [ -z "$each" ] || grep -qF "\"line\": \"$each\"" "$lib"/*/line 2>/dev/null || echo no
    done
}

fair() { # the new file is the old one with marks, or without some, or with lines that are kept here; else $why
    at=1 why='the patch does more than to mark lines or to bring them back'
    while read -r what one two; do
        case $way-$what in
            *-) continue ;;
            out-mark) starts $at ;;
            *-keep)
                for each in "$one" "$two"; do
                    case $each in '' | 0* | ??????????* | *[!0-9]*) return 1 ;; esac
                done
                if [ "$one" != $at ]; then
                    [ "$way" = back ] && [ "$one" -gt $at ] && starts $at || return
                    case $(part $at $((one - at)) && echo .) in
                        *"$nl"* | *' | '?*' | .') return 1 ;;
                        ' # cron2aws:'*' | .' | '# cron2aws:'*' | .') ;;
                        *) return 1 ;;
                    esac
                fi
                at=$((one + two))
                ;;
            back-text) [ -z "$(kept "$one")" ] ;;
            *) return 1 ;;
        esac || return
    done <<END
$pieces
END
    [ $((at - 1)) = "$(stat -c %s "$from")" ]
}

marks() { # FILE: what a new file must have of the old one, as far as this host can tell
    stat -c '%u %g %a' "$1" && stat -c %C "$1" 2>/dev/null
    # shellcheck disable=SC2012 # `+` behind its mode is an ACL
    ls -ld "$1" | head -c 11
    ! command -v getfattr >/dev/null || getfattr -dm - --absolute-names "$1" 2>/dev/null | grep -v '^# file:'
}

same() { [ "$(state)" = "$was" ] && [ ! -L "$tab" ] && [ "$(sum <"$tab")" = "$before" ]; }

alike() { # the new file gets what the old one has beside its bytes
    case $(cp --help 2>&1) in
        *attributes-only*) cp --attributes-only --preserve=mode,ownership,xattr "$tab" "$tmp" ;;
        *) chown "$(stat -c %u:%g "$tab")" "$tmp" && chmod "$(stat -c %a "$tab")" "$tmp" ;;
    esac
}

ready() { # MINUTE: the new file lies beside the old one, on the disk; else $why
    why=$changed was=$(state)
    same || return
    why='the new file would not be the planned one'
    [ "$(made $blank | sum)" = "$after" ] || return
    rm -f "$tmp" 2>/dev/null
    why=$({ set -C && made "$1" | cat >"$tmp" && alike; } 2>&1) || { why=${why##*: } && return 1; }
    chcon --reference="$tab" "$tmp" 2>/dev/null
    why='its SELinux context, ACL or attributes cannot be given to a new file'
    [ "$(marks "$tab")" = "$(marks "$tmp")" ] || return
    # nothing is put in place that was read or written in part
    why='the new file could not be written whole' new=$(made "$1" | sum)
    [ "$(sum <"$tmp")" = "$new" ] && [ "$(stat -c %s "$tmp")" = "$size" ] && sync "$tmp"
}

backed_up() { # the same bytes are kept once; else $why
    why="it cannot be private" && private "${from%/*}" || return
    [ ! -f "$from" ] || [ "$(sum <"$from")" != "$before" ] || return 0
    why=$({ cat "$tab" >"$from.new" && sync "$from.new" && [ "$(sum <"$from.new")" = "$before" ] &&
        mv -f "$from.new" "$from" && sync "${from%/*}"; } 2>&1) || { why=${why##*: } && return 1; }
}

land() { sync "$1.new" && mv -f "$1.new" "$1"; } # FILE: its name is on the disk after `landed`
# shellcheck disable=SC2086 # names
landed() { [ -z "$names" ] || (cd "$lib" && sync $names); }

keep() { # NAME FROM COUNT ID PLACE: the line, for when somebody throws its mark away
    printf '{"source": %s, "mark": " # cron2aws:%s@%s %s | ", "line": "%s"}\n' "$json" "$4" "$minute" "$5" \
        "$(part "$2" "$3" | base64 | tr -d '\n')" >"$lib/$1/line.new" && land "$lib/$1/line"
}

note() { # NAME HAS CHANGED NOW [begins]: a look, as handover/looking.py and the runner note it
    history=$lib/$1/history had='' last='' since=$3 lines=''
    : >"$history.new" || return
    if [ -e "$history" ]; then
        last=$(stat -c '%Y %s' "$history") && [ "${last#* }" -lt 1048576 ] && last=${last% *} && had=$(
            new=$history.new awk '
                /^from [0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]Z (cron|task|stopped|absent|unknown)$/ { w = $3 }
                { print >ENVIRON["new"] }
                END { print w }' "$history"
        ) || return
        [ "$last" -le "$4" ] || last=''
    fi
    # what a look has not found came after it, whatever the file's times say
    case $had in '' | "$2" | unknown) ;; *) [ "$3" -ge "${last:-0}" ] || since=$4 ;; esac
    if [ "$2" = unknown ] || [ "$since" -gt "$4" ]; then since=$4; fi
    since=$((since / 60 * 60 + 60)) doubt=$((${last:-$since} / 60 * 60 + 60))
    [ "$last" ] || doubt=$since
    if [ "$2" != "$had" ] || [ "$2" = unknown ]; then
        lines="from $(stamp $since) $2$nl"
        # there may have been another change since the last look, which this one hides
        [ $doubt -ge $since ] || case $had-$2 in
            *-unknown) lines="from $(stamp $doubt) unknown$nl" ;;
            cron-task | cron-absent | task-cron | absent-cron) lines="from $(stamp $doubt) unknown$nl$lines" ;;
        esac
    fi
    [ -z "${5-}" ] || lines="${lines}from $(stamp $(($4 / 60 * 60 + 60))) unknown$nl"
    case $lines in *'from  '*) return 1 ;; esac # `date` failed
    printf %s "$lines" >>"$history.new" && touch -d "@$(($4 - 2))" "$history.new" && land "$history"
}

unwritten() { # NAME PROBLEM: of a history
    why="the history in $lib/$1 cannot be written (${2##*: })"
    [ "$way" = out ] || say note "warning: $why: a run of these minutes that comes late may be told as not run"
}

hold() { # TASK...: with the locks of all their folders the file is renamed
    if [ $# = 0 ]; then renamed; return; fi
    (
        task=$1 name=${1%%:*}
        shift
        # shellcheck disable=SC2030 # each process has more of them
        if why=$(private "$lib/$name" 2>&1) && exec 9<"$lib/$name" && take 9; then
            held="$held $task" names="$names $name"
        else
            unwritten "$name" "$why"
            if [ "$way" = out ]; then echo "$why" && exit 3; fi
        fi
        hold "$@"
        exit $? # for the last command a shell may make no process, and would let this lock go
    )
}

renamed() { # prints the second from which on it counts, or why not (3; 4 where there was no time)
    while at=$(now); do
        same || { echo "$changed" && return 3; }
        # daemons compare whole seconds: what they read in this one, they would not read again
        [ "$(stat -c %Y "$tab")" = "$at" ] || break
        sleep 1
    done
    quiet "$at" || return 4
    began=$at code=0 change=$(stat -c %Z "$tab") why='' often_stamp=$(stamp $((at / 60 * 60 + 60)))
    often=$((at / 60 * 60 + 60))
    case $way in out) has=task ;; *) has=cron ;; esac
    # shellcheck disable=SC2031
    for each in $held; do
        # shellcheck disable=SC2086 # its parts
        IFS=: && set -- $each && unset IFS
        [ "$first_time" ] || set -- "$1" "$has"
        problem=$({ [ "$way$first_time" != out1 ] || keep "$1" "$3" "$4" "$5" "$6"; } 2>&1 &&
            note "$1" "$2" "$change" "$at" "${first_time:+begins}" 2>&1) || unwritten "$1" "$problem"
        if [ "$why" ] && [ "$way" = out ]; then code=3 && break; fi
    done
    problem=$(landed 2>&1) || { unwritten '' "$problem" && [ "$way" = back ] || code=3; }
    at=$(now)
    [ $code != 0 ] || quiet "$at" || code=4 # the disk was slow
    if [ $code = 0 ]; then
        why=$(same || { echo ": $changed" && exit 1; } && { touch -d "@$at" "$tmp" && mv -f "$tmp" "$tab"; } 2>&1) || code=3
        why=${why##*: } ends=$(now)
        sync "${tab%/*}"
    fi
    # whatever came of it: as the file is now, so it is noted
    at=$(now) is=$(sum <"$tab") change=$(stat -c %Z "$tab") || change=0
    [ "$(stat -c %Z "$tab")" = "$change" ] || is='' # changed just now
    # the kernel's clock for files may be some milliseconds behind
    [ $((change % 60)) != 59 ] || change=$((change + 1))
    # shellcheck disable=SC2031
    for each in $held; do
        # shellcheck disable=SC2086 # its parts
        IFS=: && set -- $each && unset IFS
        case $is in "$new") ;; "$before") [ -z "$first_time" ] || has=$2 ;; *) break ;; esac
        problem=$(note "$1" "$has" "$change" "$at" 2>&1) || unwritten "$1" "$problem"
        [ "$way$code" != back0 ] || rm -f "$lib/$1/line" # it is in its file again
    done
    problem=$(landed 2>&1) || say note "warning: the histories may not be on the disk: ${problem##*: }"
    if [ $code != 0 ]; then echo "$why" && return $code; fi
    # a disk that does not note it, or by a clock of its own
    if [ "$change" -lt $((began - 1)) ] || [ "$change" -gt "$ends" ]; then change=$ends; fi
    echo $((change / 60 * 60 + 60))
}

edited() { # [SECONDS]: it is renamed, and counts from $counts on; else $why
    for _ in 1 2 3 4; do
        at=$(now)
        [ -z "$tree" ] || begins=$((at / 60 * 60))
        if quiet "$at"; then next=$((begins + 60)); else next=$(((at + 1) / 60 * 60 + 120)); fi
        minute=$(stamp "${1:-$next}")
        ready "$minute" && tick || return
        [ "${1-}" ] || [ $next = $((begins + 60)) ] || continue
        held='' names='' often=''
        # shellcheck disable=SC2086 # words
        why=$(hold $tasks) && counts=$why && return
        [ $? = 4 ] || return 1
    done
    why='it could not be rewritten within the quiet part of a minute: 4 times the disk or this host was too slow, or its clock was set'
    return 1
}

unfit() { # whether the file cannot be replaced: $why
    names=$(stat -c %h "$tab" 2>/dev/null)
    for each in "$tab" "${tab%/*}"; do
        flags=$(lsattr -d "$each" 2>/dev/null)
        case ${flags%% *} in
            *i*) why="$each is immutable" && return ;;
            *a*) why="$each is append-only" && return ;;
        esac
    done
    why='there is no such file' && [ "$names" ] || return 0
    why='it is a symbolic link, or no regular file'
    [ ! -L "$tab" ] && [ -f "$tab" ] || return 0
    why="it has $names names (hard links)" && [ "$names" = 1 ] || return 0
    why='another file is mounted over it (a bind mount)'
    tab=$tab awk '$5 == ENVIRON["tab"] { found = 1 } END { exit !found }' /proc/self/mountinfo
}

done_before() { # whether the file is as this edit leaves it: $counts
    is=$(sum <"$tab") counts=$(stat -c %Z "$tab") && counts=$(stamp $((counts / 60 * 60 + 60)))
    if [ "$way" = back ]; then [ "$is" = "$after" ]; return; fi
    { counts=$(tail -c "+$first" "$tab" | head -c 17 | tr -d '\000'); } 2>/dev/null
    case $counts in [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]Z) ;; *) return 1 ;; esac
    [ -f "$from" ] && [ "$(made $blank | sum)" = "$after" ] && [ "$(made "$counts" | sum)" = "$is" ]
}

file() {
    tmp=${tab%/*}/.${tab##*/}.cron2aws-$$ from=$lib/backups/$backup first_time=1
    for each in "${tab%/*}"/.*.cron2aws-[0-9]*; do # of processes that were killed
        [ "$unlocked$busy" ] || [ ! -f "$each" ] || grep -q cron2aws "/proc/${each##*-}/cmdline" 2>/dev/null || rm -f "$each"
    done
    if unfit || { why=$busy && [ "$busy" ]; }; then say refused "reason=$why" && return; fi
    why="nothing keeps a second command from changing the same things: $lib/lock cannot be held"
    if [ "$unlocked$way" = 1out ]; then say refused "reason=$why" && return; fi
    [ -z "$unlocked" ] || say note "warning: $why"
    if [ "$(sum <"$tab")" != "$before" ]; then
        if done_before; then say already "minute=$counts sha256=$is"; else say refused "reason=$changed"; fi
        return
    fi
    if ! backed_up; then
        why="$lib/backups cannot hold a backup of it: $why"
        if [ "$way" = out ]; then say refused "reason=$why" && return; fi
        say note "warning: $why" && from=$tab
    fi
    if ! fair; then say refused "reason=$why" && return; fi
    if [ "$act" = check ]; then
        if ready $blank; then say ready; else say refused "reason=$why"; fi
        rm -f "$tmp" 2>/dev/null
        return
    fi
    if edited; then
        sum=$new since_then=$counts planned=$next
        if [ "$counts" != "$planned" ]; then
            # the daemon may have read in that very second: once more, in the middle of a minute
            say late "minute=$(stamp "$counts") planned=$(stamp "$planned")"
            first_time='' before=$new
            if [ "$way" = back ]; then from=$tab pieces="keep 1 $(stat -c %s "$tab")"; fi
            if edited "$since_then"; then sum=$new; else say late "reason=$why"; fi
        fi
        case $(cp --help 2>&1)$(command -v getfattr) in *attributes-only* | */getfattr) ;; *) say unkept ;; esac
        say 'done' "minute=$(stamp "$since_then") sha256=$sum"
    else
        say refused "reason=$why"
    fi
    rm -f "$tmp" 2>/dev/null
}

foreign() { echo '[cron2aws] edit=failed reason=the patch is for no crontab' && exit 1; }

nl='
' tree='' busy=''
[ -z "$root" ] || [ -d "$root/proc" ] || tree=1 early=0 late=57
for each in awk base64 date grep gzip head ls mv sha256sum stat sync tail touch tr; do
    command -v "$each" >/dev/null || { echo "[cron2aws] edit=failed reason=there is no $each here" && exit 1; }
done
text=$(printf %s "$patch" | base64 -d 2>/dev/null | gzip -dc 2>/dev/null) && [ "${text##*"$nl"}" = end ] ||
    { echo '[cron2aws] edit=failed reason=the patch is damaged' && exit 1; }
trap 'rm -f "$tmp" 2>/dev/null; [ "$unlocked$busy" ] || : >"$lib/lock"' EXIT
trap 'exit 1' TERM INT HUP
unlocked=1
if (umask 022 && mkdir -p "${lib%/*}") && private "$lib" && (: >>"$lib/lock") && exec 8>>"$lib/lock"; then
    if take 8; then
        unlocked=''
        printf '{"pid": %s, "command": "cron2aws-edit", "since": "%s"}\n' $$ "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$lib/lock"
    elif command -v flock >/dev/null; then
        busy='another cron2aws command is changing things on this host'
    fi
fi 2>/dev/null
while read -r kind one two three four five six seven eight <&3; do
    case $kind in
        file)
            way=$one code=$two before=$three after=$four size=$five first=$seven json=$eight pieces='' tasks=''
            tab=$(printf '%b.' "$two") backup=$(printf '%b.' "$six")
            tab=${tab%.} backup=${backup%.}
            case $tab in
                */../*) foreign ;;
                /etc/crontab | /etc/cron.d/* | /etc/crontabs/* | /var/spool/cron/*) tab=$root$tab ;;
                *) foreign ;;
            esac
            case $backup in */* | .*) foreign ;; esac
            ;;
        task)
            case $one in *[!A-Za-z0-9_-]*) foreign ;; esac
            tasks="$tasks $one:$two:$three:$four:$five:$six"
            ;;
        end) file ;;
        *) pieces="$pieces$kind $one $two$nl" ;;
    esac
done 3<<END
$text
END
