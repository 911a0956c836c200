# --- the renaming, with the locks of the tasks' folders, and what their histories are told

land() { sync "$1.new" && mv -f "$1.new" "$1"; } # FILE: its name is on the disk after `landed`
# shellcheck disable=SC2086 # names
landed() { [ -z "$names" ] || (cd "$lib" && sync . $names); }

keep() { # NAME FROM COUNT ID PLACE: the line, for when somebody throws its mark away
    printf '{"source": %s, "mark": " # cron2aws:%s@%s %s | ", "line": "%s"}\n' "$json" "$4" "$minute" "$5" \
        "$(part "$2" "$3" | base64 | tr -d '\n')" >"$lib/$1/line.new" && land "$lib/$1/line"
}

note() { # NAME HAS CHANGED NOW [begins]: a look, as handover/looking.py and the runner note it
    history=$lib/$1/history had='' last='' since=$3 lines=''
    : >"$history.new" || return
    if [ -e "$history" ]; then
        last=$(stat -c '%Y %s' "$history") && long=${last#* } last=${last% *} && [ "$long" -lt 1048576 ] && had=$(
            new=$history.new awk '
                /^from [0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]Z (cron|task|stopped|absent|unknown)$/ { w = $3 }
                { print >ENVIRON["new"] }
                END { print w }' "$history"
        ) || return
        # busybox's awk does not tell of a full disk
        [ "$(stat -c %s "$history.new")" -ge "$long" ] || return
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
    if overdue "$at"; then echo "$late_by_clock" && return 3; fi
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
    [ $code != 0 ] || ! overdue "$at" || code=3
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
