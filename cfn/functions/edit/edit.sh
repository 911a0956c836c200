# --- each file, and the patch

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
    if [ "$busy" ]; then say busy "reason=$busy" && return; fi
    is=''
    [ ! -f "$tab" ] || is=$(sum <"$tab")
    if [ "$is" != "$before" ]; then
        if [ "$is" ] && done_before; then say already "minute=$counts sha256=$is" && return; fi
        unfit || why=$changed
        say changed "reason=$why" && return
    fi
    if unfit; then refuse && return; fi
    why="nothing keeps a second command from changing the same things: $lib/lock cannot be held"
    if [ "$unlocked$way" = 1out ]; then refuse && return; fi
    [ -z "$unlocked" ] || say note "warning: $why"
    if overdue "$(now)"; then refuse && return; fi
    if ! backed_up; then
        why="$lib/backups cannot hold a backup of it: $why"
        if [ "$way" = out ]; then refuse && return; fi
        say note "warning: $why" && from=$tab
    fi
    if ! fair; then refuse && return; fi
    if [ "$act" = check ]; then
        if ready $blank; then say ready; else refuse; fi
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
        refuse
    fi
    rm -f "$tmp" 2>/dev/null
}

refuse() { # the file is as it was
    case $why in
        "$late_by_clock") say expired "until=$(stamp "$until") now=$(stamp "$(now)")" ;;
        *) say refused "reason=$why" ;;
    esac
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
        until)
            case $one in '' | ???????????* | *[!0-9]*) foreign ;; esac
            until=$one
            ;;
        end) file ;;
        *) pieces="$pieces$kind $one $two$nl" ;;
    esac
done 3<<END
$text
END
