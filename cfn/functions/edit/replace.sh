# --- the new file beside the old one

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
