# The runner: how a host runs a task's job, as root, in the shell that Run Command calls `sh`.
#
# POSIX sh (dash, bash, busybox). In front of it stand the task's own lines (task/whole.py):
#   job, stdin      functions that print the steps for the user's shell, and the job's input
#   user, pam       whose job it is, and the daemon's PAM service; a command by hand has neither
#   guard           1: an exit code of 1 without output means "not today"
#   task, run, by   the task, its run (the minute, or an execution's name), and who sent it
#   due             the scheduled minute in seconds since 1970; empty for a run by hand
#   limit, keep     seconds that the job may take, and that the ledger is kept
#   resent          1: this command may have come before
#   whole           1: all output that was kept follows what is told
#   probe           1: everything is looked at, and no job is run
#   root            what stands before the runner's own paths: nothing, but in tests
#   mark            a line that is none of the job's
# and, where a crontab has the job's line (task/line_identity.py):
#   tab, sys        the crontab, and 1 where its lines name their users
#   raw, own, kin   the length and the sum of the line's command, its schedule, and those of other
#                   lines with this command (`2 0 3 * * *`, a tab between two)
#   above           the comment above it by which another program knows it
#   daemon          cron or crond
#   id, mine        the entry's, and ACCOUNT/REGION/STACK: what its mark says
#   live, takes     the minute from which the task runs where no line is; `removal`: where it went
#
# Descriptors: 3 and 4 are the job's output (to write, to read), 5 and 6 its errors, 7 and 8 what
# the watcher notes.

set -f
ledger='' state=unknown found=''
nl='
'
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
# bytes of an output on disk; of a longer one the end is kept
most=8388608
kept=4194304

# --- the first line

# OUTCOME [REASON]: this delivery starts nothing
end() {
  [ -z "$probe" ] || end_probe "$@"
  line="[cron2aws] exit=- seconds=0 outcome=$1${2:+ reason=$2}"
  printf '%s\n' "$line"
  [ -z "$ledger" ] || { printf '%s\n' "$line" >"$ledger.new" && mv "$ledger.new" "$ledger.end"; }
  sweep
  end_idle
}

# by the first line of a delivery that starts nothing
end_idle() {
  case $line in
    *' reason='*) ;;
    *=duplicate | *=left-to-cron* | *=not-here) exit 0 ;;
  esac
  exit 1
}

# CODE: the job's, but none that the agent acts on
finish() {
  case $1 in 137 | 168 | 169 | 194) exit 1 ;; esac
  exit "$1"
}

# --- what this host says

# sets $now, and $stamp to read, in the host's zone
now() {
  now=$(date '+%s %Y-%m-%dT%H:%M:%S%z')
  stamp=${now#* } now=${now%% *}
}

# sets $up, seconds since the start: no change of a clock moves it
uptime() {
  read -r up _ </proc/uptime
  up=${up%.*}
}

# PID: sets $began and $session; fails for one that is gone, or a zombie
life() {
  { [ "$1" ] && read -r began <"/proc/$1/stat"; } 2>/dev/null || return
  # shellcheck disable=SC2086 # its fields
  set -- ${began##*) }
  session=$4 began=${20}
  [ "$1" != Z ]
}

# FILE: the user's line of passwd or shadow
account() {
  if command -v getent >/dev/null; then
    getent "$1" "$user"
  else
    awk -F: -v "u=$user" '$1 == u' "/etc/$1"
  fi
}

# --- the ledger: a run starts once on a host, at most

# FOLDER: fails where there is no place; does not return where the run is somebody's
claim() {
  here=$root$1/cron2aws/$task/$run
  mkdir -p "${here%/*}" 2>/dev/null
  # the claim comes into being whole: its reader sees whose it is. Its first name is never used
  # again, for who is killed here leaves it behind, and writing to it would change the claim
  new=$here.$boot.$began.$$
  { echo "$boot $$ $began $by" >"$new" && ln "$new" "$here"; } 2>/dev/null
  [ "$new" -ef "$here" ] && ledger=$here
  rm -f "$new"
  [ "$ledger" = "$here" ] && return
  # a full disk looks like a claim to some ln
  [ ! -e "$here" ] || second
  return 1
}

# sets $report, which an earlier runner left
find_report() {
  for report in "$root/var/lib" "$root/run"; do
    report=$report/cron2aws/$task/$run.end
    [ -e "$report" ] && return
  done
  return 1
}

# the run is claimed: wait for its end, and tell it where it is ours to tell
second() {
  # whoever came after a start of the host has left one in /run, too: the older one counts
  ledger=''
  for here in "$root/run" "$root/var/lib"; do
    here=$here/cron2aws/$task/$run
    [ -e "$here" ] && their_boot='' && read -r their_boot pid their_began their_by <"$here"
  done
  until find_report; do
    if [ "$their_boot" = "$boot" ]; then
      life "$pid" && [ "$began" = "$their_began" ] && sleep 1 && continue
      find_report && break
      { read -r pid their_began <"$here.job" || read -r pid their_began <"$spare.job"; } 2>/dev/null &&
        life "$pid" && [ "$began" = "$their_began" ] &&
        end runner-lost "the job goes on as process $pid"
    fi
    end interrupted
  done
  [ "$their_by" = "$by" ] || end duplicate
  read -r line <"$report"
  printf '%s\n' "${line%%outcome=*}again=1 outcome=${line#*outcome=}"
  tail -n +2 "$report"
  cat "${report%.end}.err" >&2 2>/dev/null
  line=${line#*exit=}
  case $line in
    -*) end_idle ;;
    *' guard=1'*) exit 0 ;;
  esac
  finish "${line%% *}"
}

open_ledger() {
  read -r boot </proc/sys/kernel/random/boot_id
  life $$
  spare=$root/run/cron2aws/$task/$run
  # /run first: it has room where the disk has none, so that two deliveries always meet there
  claim /run
  if claim /var/lib; then
    sync "$here" "${here%/*}" "${here%/*/*}" "${here%/*/*/*}" 2>/dev/null
    # it is memory, and whoever comes now meets the other one
    rm -f "$spare"
  elif [ -z "$ledger" ]; then
    [ -z "$resent" ] || end not-run "no file can be made in /var/lib or /run, so nobody knows whether it ran before"
    note=" ledger=none"
  elif uptime && [ "$due" ] && [ "$due" -lt $((now - up)) ]; then
    end not-run "no file can be made in /var/lib, and the host was started after that minute, so nobody knows whether it ran before"
  fi
}

# what the hand-over keeps there stays as long as the task
sweep() {
  [ -z "$ledger" ] || find "${ledger%/*}" "$root/run/cron2aws/$task" -type f ! -name history ! -name line \
    -mmin "+$((keep / 60 + 1))" -exec rm -f {} + 2>/dev/null
}

# --- the switch: who runs the minute is what this host's crontabs say, and have said

# WHERE: reads tabs behind a head each (a byte 1, 1 for a system's, its path) and says what the one
# has of the line: cron, as it is active; task, behind our mark; stopped, behind another comment; or
# absent. `elsewhere`: the first path that has it active.
# `job` says 0 for no job, 1 for another's, 2 for ours by user and command; s is its schedule. Where
# `kin` has no room for all schedules its `*` stands for those that are not named.
recognise() {
  # shellcheck disable=SC2016 # it is awk's
  LC_ALL=C user=$user raw=$raw own=$own kin=$kin above=$above id=$id mine=$mine exec awk -v "where=$1" '
function sum(text, at, h) {
  for (at = 1; at <= length(text); at++) h = (h * 263 + code[substr(text, at, 1)]) % 8796093022151
  return h + 0
}
function is_ours(text) {
  sub(/^[ \t]+/, "", text)
  if (seen && text == ours) return 1
  if (length(text) != raw[1] || sum(text) != raw[2]) return 0
  seen = 1
  ours = text
  return 1
}
function job(text, n) {
  if (text !~ /^-?[0-9*~@]/ || text ~ /^[^ \t]*=/) return 0
  sub(/^-/, "", text)
  s = ""
  for (n = text ~ /^@/ ? 1 : 5; n; n--) {
    if (!match(text, /^[^ \t]+/)) return 0
    s = s substr(text, 1, RLENGTH) (n > 1 ? " " : "")
    text = substr(text, RLENGTH + 1)
    sub(/^[ \t]+/, "", text)
  }
  if (s != own && !(s in kin) && "*" in kin) s = "*"
  if (system_tab) {
    if (!match(text, /^[^ \t]+/) || substr(text, 1, RLENGTH) != ENVIRON["user"]) return 1
    text = substr(text, RLENGTH + 1)
  }
  if (is_ours(text)) return 2
  return sub(/^[ \t]*-n[ \t]+/, "", text) && is_ours(text) ? 2 : 1
}
BEGIN {
  for (n = 1; n < 256; n++) code[sprintf("%c", n)] = n
  split(ENVIRON["raw"], raw, " ")
  raw[1] += 0
  raw[2] += 0
  own = ENVIRON["own"]
  for (n = split(ENVIRON["kin"], each, "\t"); n; n--) {
    s = each[n]
    sub(/^[0-9]+ /, "", s)
    kin[s] = each[n] + 0
  }
}
substr($0, 1, 1) == "\001" {
  system_tab = substr($0, 2, 1) == 1
  path = substr($0, 3)
  if ($0 == "\001") read = 1
  next
}
{
  text = $0
  sub(/^[ \t]+/, "", text)
  comment = sub(/^#([ \t#]|DISABLED#)*/, "", text)
  mark = my = 0
  if (comment && match(text, /^cron2aws:[^ |]+ [^ |]+ \| */)) {
    split(text, word, " ")
    text = substr(text, RLENGTH + 1)
    n = substr(word[1], 10)
    mark = $0 ~ /^ ?# cron2aws:/ && (n !~ /@/ || n ~ /@(-|[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]Z)$/)
    sub(/@.*/, "", n)
    my = mark && n == ENVIRON["id"] && word[2] == ENVIRON["mine"]
    marked += my
  }
  kind = job(text)
  timed = s != "@reboot"
  if (below && $0 !~ /^[ \t]*$/ && $0 !~ /^[ \t]*("[^"]*"|\047[^\047]*\047|[^ \t="\047#][^ \t=]*)[ \t]*=/) {
    below = 0
    under[comment ? my ? "task" : "stopped" : kind && timed ? "cron" : kind ? "stopped" : "absent"] = 1
  }
  text = $0
  gsub(/^[ \t]+|[ \t\r]+$/, "", text)
  if (ENVIRON["above"] != "" && text == ENVIRON["above"]) below = found = 1
  if (kind < 2 || !timed || my) next
  if (!comment) jobs[s]++
  else if (mark) marks[s]++
  else off[s]++
  if (where == "elsewhere" && !comment && (s == own || !(s in kin))) {
    print path
    exit
  }
}
END {
  if (where == "elsewhere") exit
  if (!read) print "unreadable"
  else if (found) print (under["cron"] ? "cron" : under["task"] ? "task" : under["stopped"] ? "stopped" : "absent")
  else {
    for (s in jobs) if (s != own && !(s in kin)) strangers += jobs[s]
    for (s in off) if (s == own || !(s in kin)) stopped++
    for (s in marks) if (s != own && !(s in kin)) stopped++
    n = jobs["*"] + marks["*"] - kin["*"]
    if (n > 0) strangers += n
    for (s in kin) {
      n = kin[s] - jobs[s] - marks[s]
      if (n > 0 && s != own && s != "@reboot") missing += n
    }
    n = kin[own] - marks[own]
    if (!marked || n < 0) n = 0
    if (!marked) missing = 0
    if (jobs[own] > n || strangers > missing) print "cron"
    else if (marked) print "task"
    else print (stopped || marks[own] > kin[own] ? "stopped" : "absent")
  }
}'
}

# SYSTEM FILE: as `recognise` reads it; whole, if a byte 1 ends it
show() {
  printf '\001%s\n' "$1$2"
  # a null byte ends a line to the daemons
  [ -f "$2" ] && tr '\000' '\n' <"$2" && printf '\n\001\n'
}

# FILE: sets $stat, empty for one that is not there
look_at() {
  stat=$(LC_ALL=C stat -Lc '%Z %Y %i %s %z' "$1" 2>&1) && return
  case $stat in
    *': No such file or directory') stat='' ;;
    *) end not-run "$1 cannot be read: ${stat##*: }" ;;
  esac
}

# sets $at and $stat of the tab, or of the folder that it is gone from, and $change, $gone
look_at_tab() {
  at=$root$tab change=0 gone=''
  # a link that is changed leads elsewhere
  if [ -L "$at" ]; then
    change=$(stat -c %Z "$at")
    at=$(readlink -f "$at" || echo "$at")
  fi
  look_at "$at"
  until [ "$stat" ]; do
    gone=1 at=${at%/*}
    look_at "${at:-/}"
  done
  later "${stat%% *}"
}

# SECONDS: moves $change there, if it is later
later() {
  [ "$1" -le "$change" ] || change=$1
}

# sets $state, the line's, and $change, when that may have come about; $now is before it was read
find_line() {
  for _ in 1 2 3; do
    now
    look_at_tab
    seen="$at $stat" state=absent
    [ "$gone" ] || state=$(show "${sys:-0}" "$root$tab" 2>/dev/null | recognise own)
    look_at_tab
    # else it was changed meanwhile
    [ "$seen" != "$at $stat" ] || [ "$change" -gt "$now" ] || break
  done
  found=''
  case $state in
    cron | task | stopped) ;;
    absent) find_elsewhere ;;
    *) end not-run "its crontab $tab cannot be read" ;;
  esac
  # a clock that was set back
  [ "$change" -le "$now" ] || change=$now
}

find_elsewhere() {
  found=$(show_others 2>/dev/null | recognise elsewhere)
  [ "$found" ] || return
  state=cron
  look_at "$found"
  later "${stat%% *}"
  found=" tab=${found#"$root"}"
}

# the daemon's other tabs that may have the user's lines
show_others() {
  set +f
  for each in "$root/etc/crontab" "$root"/etc/cron.d/* "$root/var/spool/cron/crontabs/$user" "$root/var/spool/cron/tabs/$user" "$root/var/spool/cron/$user"; do
    if ! [ -f "$each" ] || [ "$each" -ef "$root$tab" ]; then continue; fi
    # names that the daemon passes over
    case $daemon-${each##*/} in
      cron-*[!A-Za-z0-9_-]* | crond-[.#]* | crond-*~ | crond-*.rpmsave | crond-*.rpmorig | crond-*.rpmnew)
        [ "${each%/etc/cron.d/*}" = "$each" ] || continue
        ;;
    esac
    case $each in
      "$root"/etc/*) show 1 "$each" ;;
      *) show 0 "$each" ;;
    esac
  done
}

# DATE-IN-UTC: sets $number, which grows with it; fails for anything else
number() {
  case $1 in
    [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]Z) ;;
    *) return 1 ;;
  esac
  IFS=-T:Z
  # shellcheck disable=SC2086 # its parts
  set -- $1
  unset IFS
  number=$1$2$3$4$5
}

# SECONDS
minute() {
  date -u -d "@$1" +%Y-%m-%dT%H:%MZ
}

# sets $looked, up to when all is known; $had, what the last line says; $was, the last that it says
# of a line that was there; and $said, what it says of this minute, if the file does not
read_history() {
  looked='' had='' was='' said=unknown wanted=''
  look_at "$history"
  [ "$stat" ] || return
  # shellcheck disable=SC2086 # its parts
  set -- $stat
  # a clock that was set back
  [ "$2" -gt "$now" ] || looked=$2
  if [ "$change" -ge "$due" ]; then
    number "$(minute "$due")"
    wanted=$number
  fi
  while read -r key from word; do
    case $key-$word in
      from-cron | from-task | from-stopped | from-absent | from-unknown) ;;
      *) continue ;;
    esac
    number "$from" || continue
    had=$word
    case $word in cron | task | stopped) was=$word ;; esac
    [ "${wanted:-0}" -lt "$number" ] || said=$word
  done <"$history"
  case $had in "$state" | unknown | '') return ;; esac
  # what a look has not found came after it, whatever the file's times say
  [ "$change" -ge "${looked:-0}" ] || { change=$now && read_history; }
}

# WORD SECONDS: sets $who, whose that minute is where the file has this of the line
whose() {
  who=$1
  [ "$who" = absent ] || return 0
  [ "$takes-$was" != removal-cron ] || who=task
  [ "$live" ] || return 0
  from=${live#*T}
  [ "$2" -lt "$(date -u -d "${live%T*} ${from%Z}" +%s)" ] || who=task
}

# notes what this look has found; it says nothing of the last two seconds
record() {
  if [ "$state" = "$had" ]; then
    touch -c -d "@$((now - 2))" "$history" 2>/dev/null
    return
  fi
  since=$((change / 60 * 60 + 60)) lines=''
  whose "$had" "$now"
  before=$who
  whose "$state" "$now"
  case $looked-$before-$who in
    ?*-cron-task | ?*-task-cron)
      # there may have been another change since the last look, which this one hides
      doubt=$((looked / 60 * 60 + 60))
      [ "$doubt" -ge "$since" ] || lines="from $(minute "$doubt") unknown$nl"
      ;;
  esac
  # whole, or not at all: a look whose word is lost must not count as one
  {
    { [ -z "$stat" ] || cat "$history"; } && echo "${lines}from $(minute "$since") $state"
  } 2>/dev/null >"$history.new" && touch -d "@$((now - 2))" "$history.new" &&
    sync "$history.new" && mv "$history.new" "$history" && sync "${history%/*}"
}

daemon_lives() {
  set +f
  for each in "$root"/proc/[0-9]*/comm; do
    read -r comm <"$each" || continue
    case $comm in cron | crond) set -f && return ;; esac
  done 2>/dev/null
  set -f
  return 1
}

# one look at a time, also of the commands that edit crontabs; where the task has no folder there is
# no history either
lock() {
  [ -d "${history%/*}" ] || return 0
  exec 9<"${history%/*}"
  tries=0
  # busybox has no -w
  until flock -n 9 2>/dev/null; do
    [ $tries -lt 30 ] || end not-run "${history%/*} has been locked for 30 s: a command of cron2aws edits the crontab, or was stopped in it"
    tries=$((tries + 1))
    sleep 1
  done
}

look() {
  history=$root/var/lib/cron2aws/$task/history
  lock
  find_line
  read_history
}

# Returns where the minute is the task's. What cron does at a minute is what its files hold then;
# here they are read later, so the history says what was found before, and up to when.
switch() {
  look
  whose "$state" "$due"
  answer=$who
  if [ "$change" -ge "$due" ]; then
    # changed since the minute began
    whose "$said" "$due"
    if [ "$looked" ] && [ "$due" -le "$looked" ]; then
      answer=$who
    else
      # Nobody has looked since, so there may have been another change before this one: cron did not
      # run the minute only where it is on no side.
      case $who-$answer in
        unknown-* | cron-task | task-cron) answer=unknown ;;
        task-*) answer=task ;;
      esac
    fi
  fi
  record 2>/dev/null
  exec 9<&-
  case $answer-$state in
    task-*) return ;;
    unknown-*) end "not-run$found" "$tab was changed around that minute, so nobody knows whether cron ran it" ;;
    cron-cron) daemon_lives || end "left-to-cron$found" "no cron daemon is running" ;;
    stopped-*) end stopped-by-hand ;;
    absent-*) end not-here ;;
  esac
  end "left-to-cron$found"
}

# --- the probe: all that a run would meet, but the job

# OUTCOME [REASON]: an answer is no failure, else others of the command would not be asked
end_probe() {
  now
  line="line=$state clock=$now$found"
  case $1 in
    ready) line="outcome=ready $line" ;;
    *) line="outcome=unready $line reason=${2:-$1}" ;;
  esac
  printf '%s\n' "[cron2aws] exit=- seconds=0 $line"
  exit 0
}

look_around() {
  check_place
  if [ "$tab" ]; then
    look_at_line
    [ "$state" = absent ] || check_tab
    check_daemon
  fi
}

# where the ledger, the history and the outputs lie
check_place() {
  here=/var/lib/cron2aws/$task
  reason=$({ mkdir -p "$root$here" && echo >"$root$here/probe" && sync "$root$here/probe"; } 2>&1) ||
    end not-run "root can make no file in $here (${reason##*: }): see to it (df, mount)"
  rm -f "$root$here/probe"
  # both outputs, at their longest
  # shellcheck disable=SC2046 # two numbers
  set -- $(stat -f -c '%a %S' "$root$here" 2>/dev/null) 16384 1024
  room=$(($1 * $2 / 1048576))
  [ $room -ge 16 ] || end not-run "$here has $room MB left, and a run may need 16: make room there"
}

# as each run does: what is so now is known to the next one
look_at_line() {
  due=$now
  look
  record 2>/dev/null || end not-run "${history#"$root"} cannot be written: see to it (ls -l, lsattr)"
  exec 9<&-
}

# the tab that has the line: does the daemon read it?
check_tab() {
  at=$tab right=644
  [ -z "$found" ] || at=${found# tab=} sys=
  case ${found:+$at} in /etc/*) sys=1 ;; esac
  [ "$sys" ] || right=600
  looks=$(stat -c '%A %U %h' "$root$at")
  # shellcheck disable=SC2046 # they are numbers
  is_taken $(stat -Lc '%a %u %h' "$root$at") ||
    end not-run "cron does not read $at as it is ($looks): make it a file of root's, mode $right, with one name"
}

# MODE OWNER NAMES: by the daemons' own rules
is_taken() {
  [ -f "$root$at" ] || return
  [ "$2" = 0 ] || [ "$sys$2" = "$uid" ] || return
  case $daemon$sys in
    cron) [ "$1 $3" = "600 1" ] && [ ! -L "$root$at" ] ;;
    cron1) [ "$((0$1 & 18)) $3" = "0 1" ] && case $looks in l*" root "* | -*) ;; *) false ;; esac ;;
    *) { [ $((0$1 & 3931)) = 256 ] || is_lenient; } && { [ "$sys" ] || [ "$3" = 1 ]; } ;;
  esac
}

# with -p crond takes any mode
is_lenient() {
  find_daemon && tr '\000' '\n' <"$root/proc/$pid/cmdline" | grep -q '^-[a-z]*p'
}

# sets $pid, the daemon's, and what stands of it in proc_pid_stat(5): $mood and $began
find_daemon() {
  set +f
  for each in "$root"/proc/[0-9]*; do
    is_daemon "${each##*/}" || continue
    # the daemons of containers have process numbers of their own
    if [ -e "$each/ns/pid" ] && ! [ "$each/ns/pid" -ef /proc/self/ns/pid ]; then continue; fi
    read -r began <"$each/stat" || continue
    # shellcheck disable=SC2086 # its fields
    set -- ${began##*) }
    # it lives on in a child of this name for as long as a job runs
    is_daemon "$2" && continue
    pid=${each##*/} mood=$1 began=${20}
    set -f
    return
  done 2>/dev/null
  set -f
  return 1
}

# PID
is_daemon() {
  read -r comm <"$root/proc/$1/comm" || return
  [ "$comm" = cron ] || [ "$comm" = crond ]
}

# It wakes each minute, and each time counts. Half of them is enough: a host may have slept, too.
check_daemon() {
  # a tree of files is no host
  [ -d "$root/proc" ] || return 0
  find_daemon || end not-run "no cron daemon is running: start it (systemctl start $daemon)"
  slept=$(awk '$1 == "voluntary_ctxt_switches:" { print $2 }' "$root/proc/$pid/status")
  uptime
  case $mood in [TtZX]) slept=0 began=0 ;; esac
  [ $((slept * 2 + 2)) -ge $(((up - began / 100) / 60)) ] ||
    end not-run "the cron daemon (process $pid) does not wake each minute: start it anew (systemctl restart $daemon)"
}

# what the session of the job has said: $code, $reason where it did not begin, and its errors
judge_session() {
  case $line in
    *not-run) end not-run "$reason" ;;
    "exit=0 "*) end ready ;;
  esac
  [ -z "$over" ] || end not-run "a session of $user is not open after $limit s: try runuser -u $user true"
  reason=$(head -c 400 "/proc/$$/fd/6")
  end not-run "${reason%%"$nl"*}"
}

# --- the outputs: unlinked files need no reader, and go with the last process that has them open

# FOLDER
store() {
  t=$(mktemp -d "$root$1/cron2aws.XXXXXX" 2>/dev/null) || return
  # a full disk shows when something is written
  if { printf %65536s '' >"$t/1" && : | tee "$t/1" "$t/2" "$t/3"; } 2>/dev/null; then
    exec 3>>"$t/1" 4<"$t/1" 5>>"$t/2" 6<"$t/2" 7>>"$t/3" 8<"$t/3"
    rm -r "$t"
    return
  fi
  rm -r "$t"
  return 1
}

open_outputs() {
  mkdir -p "$root/var/lib/cron2aws" 2>/dev/null
  store /var/lib/cron2aws || store /dev/shm || store /run || {
    exec 3>/dev/null 4</dev/null 5>/dev/null 6</dev/null 7>/dev/null 8</dev/null
    lost=' lost=1'
  }
}

# --- what looks after the job: its outputs' length, and its limit

# FD CUT: frees the head of an output that is too long; sets $cut, and $busy if it was
shorten() {
  cut=$2
  # its own descriptors: where the runner is gone, its number may be another process's
  read -r _ size <"/proc/self/fdinfo/$1"
  [ $((size - cut)) -gt $most ] || return
  # the position of a file that lost all stays where it was until more is written
  size=$(stat -Lc %s "/proc/self/fd/$1")
  [ $((size - cut)) -gt $most ] || return
  busy=1
  # said before it is done: some file systems write first what is to go, and take their time
  cut=$((size - kept))
  echo "cut$1 $cut" >&7
  fallocate -p -o 0 -l $cut "/proc/self/fd/$1" && return
  # no holes here, or no fallocate
  cut=0
  echo "cut$1 0${nl}lost$1 $size" >&7
  : >"/proc/self/fd/$1"
}

watch() {
  exec </dev/null >/dev/null 2>&1
  uptime
  over=$((up + limit)) pause=.1 pid='' cut3=0 cut5=0
  while [ "$up" -le $over ]; do
    sleep $pause || sleep 1
    busy=
    [ "$pid$lost" ] || find_job || busy=1
    shorten 3 "$cut3"
    cut3=$cut
    shorten 5 "$cut5"
    cut5=$cut
    if [ "$busy" ]; then pause=.1; else pause=1; fi
    uptime
    # a job that has not begun has all of its time
    [ "$pid$lost" ] || over=$((up + limit))
  done
  echo limit >&7
  send TERM
  for pause in 1 1 1 1 1 1 1 1 1 1; do
    members || return
    sleep $pause
  done
  send KILL
}

# sets $pid, the leader of the job's session, and adds to $unit where crond's PAM moves it
find_job() {
  read -r _ pid <"/proc/self/fd/8" && [ "$pam" = crond ] || return
  unit="$unit $(awk -F/ '/session-[^/]*\.scope$/ { print $NF; exit }' "/proc/$pid/cgroup")"
}

# sets $all: who is left of the job, or fails
members() {
  if [ "$way" = systemd ]; then
    # shellcheck disable=SC2086 # one or two
    [ "$(systemctl show -p ControlGroup --value $unit)" ]
    return
  fi
  # the leader first, once: it must not go on to its next command when the one before is ended
  all=
  for each in "$pid" $(cd /proc && set +f && echo [0-9]*); do
    case "$all " in *" $each "*) continue ;; esac
    life "$each" && [ "$session" = "$pid" ] && all="$all $each"
  done
  [ "$all" ]
}

# SIGNAL
send() {
  if [ "$way" = systemd ]; then
    # shellcheck disable=SC2086 # one or two
    systemctl kill -s "$1" $unit
  else
    # shellcheck disable=SC2086 # one or more
    members && kill -s "$1" $all
  fi
}

# --- the job's session

# systemd's unit has the daemon's PAM session; without it, the parts that sh can make
choose_way() {
  way=session
  unit=cron2aws-$task-${run:-$$}.service
  [ "$pam" ] && [ -d "$root/run/systemd/system" ] && [ -e "/etc/pam.d/$pam" ] &&
    version=$(systemd-run --version 2>/dev/null) || return
  version=${version#systemd }
  [ "${version%%[!0-9]*}" -ge 243 ] 2>/dev/null && way=systemd
}

# by the days of shadow(5), as pam_unix judges them; systemd asks PAM itself
check_account() {
  [ "$pam" ] && [ "$way" = session ] || return
  account shadow | awk -F: -v "d=$((now / 86400))" '
    $3 == "0" || $3 > 0 && $5 != "" && d - $3 > $5 || $8 != "" && d >= $8 { exit 1 }
  ' || end not-run "the account or the password of $user has expired"
}

# The user's shell reads this before the job's steps. The names are odd, for what a host sets for
# all its users keeps its own; HOME is passwd's, whatever /etc/environment says.
prepare() {
  echo "set -- $files"
  # shellcheck disable=SC1003,SC2016 # it is the loader's program
  printf '%s\n' 'c2a_home() {
[ "$1" ] && cd -P "$1" 2>/dev/null && return
echo "HOME cannot be entered: $1
[cron2aws] not started" >&2
exit 125
}
c2a_run() {
c2a_shell=$1 c2a_text=$2
if ! [ -f "$1" ] || ! [ -x "$1" ]; then
c2a_text=$(LC_ALL=C ls -dL "$1" 2>&1 >/dev/null)
c2a_text=${c2a_text##*: }
echo "${1#./}: execle: ${c2a_text:-Permission denied}" >&2
exit 1
fi
shift 2'
  # shellcheck disable=SC2016 # it is the loader's program
  if [ "$probe" ]; then
    # of the job's command the shell is asked for the first word, if that is a plain one
    printf '%s\n' 'c2a_text=${c2a_text#"${c2a_text%%[!	 ]*}"}
c2a_text=${c2a_text%%[	 ;&|]*}
case ${c2a_shell##*/} in sh|ash|dash|bash|rbash|ksh*|mksh|zsh);; *) exit 0;; esac
case $c2a_text in ""|-*|*[!A-Za-z0-9_./+:@,-]*) exit 0;; esac
/usr/bin/env -u _ -u SHLVL -u PWD -u OLDPWD "$@" "$c2a_shell" -c '\''case $1 in
*/*) [ -e "$1" ] || exit 3; [ -f "$1" ] && [ -x "$1" ] || exit 4;;
*) command -v "$1" || exit 3;;
esac'\'' "$c2a_shell" "$c2a_text" </dev/null >/dev/null 2>&1
case $? in
0) exit 0;;
3) echo "the program $c2a_text is not there, or not in the PATH of the job: see to it";;
4) echo "$LOGNAME may not run $c2a_text: see to its mode (chmod +x)";;
*) echo "the shell $c2a_shell of the job ended before it began: see to what it reads first";;
esac >&2
exit 1'
  else
    echo 'exec /usr/bin/env -u _ -u SHLVL -u PWD -u OLDPWD "$@" "$c2a_shell" -c "$c2a_text"'
  fi
  # shellcheck disable=SC1003,SC2016 # it is the loader's program
  printf '%s\n' '}
unset INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE
[ "$USER" != "$LOGNAME" ] || unset USER
for c2a_file; do
[ -r "$c2a_file" ] || continue
while IFS= read -r c2a_line || [ "$c2a_line" ]; do
c2a_line=${c2a_line#"${c2a_line%%[!	 ]*}"}
c2a_line=${c2a_line#export }
c2a_name=${c2a_line%%=*}
case $c2a_name in "$c2a_line"|""|*[!A-Za-z0-9_]*|[0-9]*|UID|EUID|PPID|BASHOPTS|SHELLOPTS) continue;; esac
c2a_line=${c2a_line#*=}
c2a_line=${c2a_line%%#*}
case $c2a_line in [\"\'\'']*) c2a_line=${c2a_line#?} c2a_line=${c2a_line%[\"\'\'']};; esac
export "$c2a_name=$c2a_line"
done <"$c2a_file"
done
IFS= read -r HOME || exit
export HOME'
  # where a relative HOME begins, and a job whose HOME is not there; crond's do so in /
  [ "$pam" != cron ] || echo 'cd /var/spool/cron 2>/dev/null'
}

# what the loader reads; the rest is the job's input, which ends there, as under cron
feed() {
  # The job begins when its leader is known, also to the ledger, and with nothing in its output. An
  # empty line for the loader shows whether that is still there.
  until [ "$lost" ] || read -r leader <"/proc/$$/fd/4"; do
    echo || return
    sleep .01 || sleep 1
  done
  pid=${leader#job }
  # another process of the user may have written that, and root sends signals to it
  case $pid in *[!0-9]*) return ;; esac
  [ "$lost" ] || [ "$(stat -c %u "/proc/$pid")" = "${uid:-0}" ] || return
  echo "$leader" >&7
  true >"/proc/$$/fd/3"
  [ -z "$ledger" ] || ! life "$pid" || echo "$pid $began" >"$ledger.job" || echo "$pid $began" >"$spare.job"
  [ -z "$user" ] || prepare
  job
  echo "$mark"
  [ -z "$user" ] || printf '%s\n' "$home"
  [ "$probe" ] || stdin
}

# DOLLAR: a shell that takes its program from its input and leaves the rest; no list of
# processes shows a value of the crontab's environment. systemd wants each `$` twice. Half of a
# program, from a runner that was killed, is not run.
loader() {
  loader="echo job $1$1; c2a_text=; while IFS= read -r c2a_line || exit; [ \"${1}c2a_line\" != $mark ]; do
c2a_text=\"${1}c2a_text${1}c2a_line
\"; done; eval \"${1}c2a_text\""
}

start() {
  if [ "$way" = systemd ]; then
    loader '$$'
    set --
    # it leaves out the groups of a user whose own is 0
    [ "$gid" != 0 ] || set -- -p "SupplementaryGroups=$(id -G "$user")"
    # oneshot: else an end by SIGTERM, SIGHUP, SIGINT or SIGPIPE is a success to systemd
    systemd-run -q --pipe --wait --service-type=oneshot --unit="$unit" --description="cron2aws $task" \
      -p "PAMName=$pam" -p "User=$user" -p KillMode=mixed -p SendSIGKILL=no -p IgnoreSIGPIPE=no \
      -p OOMPolicy=continue "$@" /bin/sh -c "$loader"
    return
  fi
  loader '$'
  if [ "$user" ]; then
    set -- env -i "PATH=$PATH"
    # crond gives root his groups without PAM; busybox has another setpriv
    groups='setpriv --reuid=0 --regid=0 --init-groups'
    # shellcheck disable=SC2086 # a command
    [ "$pam" ] || ! $groups true 2>/dev/null || set -- "$@" $groups
  else
    set --
  fi
  # a session for what stands above the job, as for the daemon's child, then the job's own
  if [ "$pam" ]; then
    "$@" setsid sh -c '{ echo "$1" >/proc/self/loginuid; } 2>/dev/null
exec runuser -u "$2" -- setsid sh -c "$3"' \
      sh "$uid" "$user" "$loader"
  else
    "$@" setsid sh -c 'setsid sh -c "$1"; exit $?' sh "$loader"
  fi
}

# CODE: sets $code to the job's, 128 and more for a signal
exit_code() {
  code=$1
  [ "$way" = systemd ] || return
  # a client that lost its bus, or was killed, ends before the job
  while [ "$(systemctl show -p ActiveState --value "$unit" 2>/dev/null)" = activating ]; do
    code=0
    sleep 1
  done
  # shellcheck disable=SC2046 # two words: how it ended, and the code or signal
  set -- $(systemctl show -p ExecMainCode -p ExecMainStatus --value "$unit" 2>/dev/null)
  systemctl reset-failed "$unit" 2>/dev/null
  case $1 in
    1) code=$2 ;;
    2 | 3) code=$((128 + $2)) ;;
  esac
}

# --- the report

# sets what the watcher saw: $leader, $over, and what is gone of each output
read_notes() {
  leader='' over='' cut3=0 cut5=0 lost3=0 lost5=0
  while read -r key value; do
    case $key in
      job) leader=$value ;;
      limit) over=" ended=limit limit=$limit" ;;
      cut3) cut3=$value ;;
      cut5) cut5=$value ;;
      lost3) lost3=$((lost3 + value)) ;;
      lost5) lost5=$((lost5 + value)) ;;
    esac
  done <"/proc/$$/fd/8"
}

# sets $out and $err, all that the job wrote, $there3 and $there5, what is there of it
measure() {
  # shellcheck disable=SC2046 # two numbers
  set -- $(stat -Lc %s "/proc/$$/fd/4" "/proc/$$/fd/6" 2>/dev/null) 0 0
  # root's job may have cut its output short itself
  if [ "$1" -lt "$cut3" ]; then lost3=$((lost3 + cut3)) cut3=0; fi
  if [ "$2" -lt "$cut5" ]; then lost5=$((lost5 + cut5)) cut5=0; fi
  out=$(($1 + lost3)) err=$(($2 + lost5))
  there3=$(($1 - cut3)) there5=$(($2 - cut5))
  dropped=$((out + err - there3 - there5))
  [ "$lost3$lost5" = 00 ] || dropped=$dropped+
}

# FD BYTES-THERE BYTES: at most so many
last() {
  if [ "$2" -lt "$3" ]; then set -- "$1" "$2" "$2"; fi
  [ "$3" = 0 ] || tail -c "$3" "/proc/$$/fd/$1"
}

# PLACE: it stands under its name when the disk has all of it
keep_report() {
  last 6 "$there5" 7900 >"$1.err" &&
    { printf '%s\n' "$line" && last 4 "$there3" $room; } >"$1.new" &&
    sync "$1.err" "$1.new" && mv "$1.new" "$1.end" && rm -f "$1.job"
}

tell() {
  room=$((23999 - ${#line}))
  # where the job has filled the disk, /run has room
  [ -z "$ledger" ] || keep_report "$ledger" 2>/dev/null || keep_report "$spare" 2>/dev/null
  printf '%s\n' "$line"
  last 4 "$there3" $room
  last 6 "$there5" 7900 >&2
  [ -z "$whole" ] || tell_whole 4 "$there3" $((out - there3)) "$lost3"
  [ -z "$whole" ] || tell_whole 6 "$there5" $((err - there5)) "$lost5" >&2
}

# FD BYTES-THERE BYTES-GONE LOST
tell_whole() {
  echo "[cron2aws] whole output"
  least=
  [ "$4" = 0 ] || least='at least '
  [ "$3" = 0 ] || echo "[cron2aws] ${least}the first $3 bytes of it were not kept"
  # a job can make its output look as long as it likes
  last "$1" "$2" 99999999
}

# --- the run

for need in awk cat date env head ln mkdir mktemp mv rm setsid sleep stat sync tail tee touch tr ${pam:+runuser} ${tab:+flock}; do
  command -v "$need" >/dev/null ||
    end not-run "this host has no program $need: install util-linux, coreutils and awk"
done
now
if [ "$user" ]; then
  entry=$(account passwd) || end not-run "this host has no user $user"
  IFS=:
  # shellcheck disable=SC2086 # its fields
  set -- $entry
  unset IFS
  # getent takes a number for a uid; the daemons know names alone
  case $user in
    *[!0-9]* | "$1") ;;
    *) end not-run "this host has no user $user" ;;
  esac
  uid=$3 gid=$4 home=$6
fi
# a daemon needs a moment to read its files, so nobody looks at them in the first two seconds
moment=0
[ -z "$due" ] || [ -z "$tab" ] || moment=2
tries=0
while [ "$now" -lt $((${due:-0} + moment)) ]; do
  [ $tries -lt $((90 + moment)) ] || end clock-behind "its clock says $stamp"
  tries=$((tries + 1))
  sleep 1
  now
done
[ -z "$due" ] || [ $((now - due)) -le "$keep" ] || end too-late "its clock says $stamp"

case $pam in
  cron) files="$root/etc/environment $root/etc/default/locale" ;;
  crond) files="$root/etc/environment $root/etc/locale.conf" ;;
  *) files=$root/etc/locale.conf ;;
esac
choose_way
[ $way = session ] || files=
check_account

# as they are elsewhere: for everybody to read
mkdir -p "$root/var/lib" "$root/run" 2>/dev/null
umask 077
cd /
note='' lost=''
if [ "$probe" ]; then
  look_around
  # a command by hand is all job
  [ "$user" ] || end ready
else
  [ -z "$run" ] || open_ledger
  if [ "$due" ] && [ "$tab" ]; then switch; fi
fi
open_outputs
now
uptime
begun=$up started=$stamp
watch &
watcher=$!
umask 022
feed 2>/dev/null | start >&3 2>&5 3>&- 4<&- 5>&- 6<&- 7>&- 8<&-
exit_code $?
umask 077
read_notes
if [ "$over" ]; then wait $watcher; else kill $watcher; fi 2>/dev/null
# the job may have filled the disk, and what it wrote then is nowhere
[ "$lost" ] || printf %4096s '' 2>/dev/null >&7 || lost=' lost=1'
measure
uptime

line="exit=$code seconds=$((up - begun)) outcome=ran"
said="out=$out err=$err dropped=$dropped started=$started way=$way$over$note$lost"
refused=
[ "$code" != 125 ] || refused=$(tail -c 23 "/proc/$$/fd/6")
[ "$refused" = "[cron2aws] not started" ] || refused=
if [ -z "$leader$lost" ] || [ "$refused" ]; then
  # never read: dash takes each byte by itself
  reason=$(head -c 400 "/proc/$$/fd/6")
  reason=${reason%%"$nl"*}
  [ "$code" != 224 ] || reason="PAM's service $pam refuses $user"
  [ -z "$refused" ] || there5=0
  reason=${reason:-"it ended with $code before it began (journalctl -u $unit)"}
  line="exit=- seconds=0 outcome=not-run" said="$said reason=$reason" code=1
elif [ "$guard $code $out $err" = "1 1 0 0" ]; then
  said="$said guard=1" code=0
fi
[ -z "$probe" ] || judge_session
line="[cron2aws] $line $said"
tell
sweep
finish "$code"
