"""Shell text that holds a job's outputs back and reports them, the exit code first.

Run Command keeps the first 24,000 characters of standard output and 8,000 of standard error
(GetCommandInvocation); what somebody looks for after a failure stands at the end.  So both outputs
go through a pipe each into files of bounded size, and their last bytes are told when the job ended.

Pipes, because a file would grow with the job.  Not simply into `tail`, because that waits for every
process that holds the output, and a job may leave a daemon behind; cron does not wait for it.
"""

from __future__ import annotations

from functools import cache

STDOUT_BYTES, STDERR_BYTES = 23_900, 7_900
"""What is told of each: with the first line it stays within Run Command's limits."""

AGENT_CODES = (137, 168, 169, 194)
"""The agent tells them as timed out, success without output and failure, and reboots the host
(AWS's page on rebooting from scripts; `exitcodes` in the agent's source)."""

HOLD_BACK = """\
t=$(mktemp -d) || exit 1
# keeps the end of an output, at most 12 MB on disk, and reads on when the job is over
keep() {
  cd $t
  exec >/dev/null 2>&1 <$1
  while dd bs=4k count=1000 of=$1.new; [ -s $1.new ]; do
    mv $1.cur $1.old
    mv $1.new $1.cur
  done
  touch $1.end
  cat
}
last() { cat $t/$1.old $t/$1.cur $t/$1.new 2>/dev/null | tail -c $2; }
mkfifo $t/1 $t/2
keep 1 &
keep 2 &
s=$(date +%s)
"""

REDIRECTION = "</dev/null >$t/1 2>$t/2"
"""The job's descriptors: both pipes stay open for as long as it runs."""

_REPORT = f"""\
c=$?
s=$(($(date +%s)-s))
# what the job left running may hold its outputs open
i=0
until [ -e $t/1.end ] && [ -e $t/2.end ] || [ $i = 40 ]; do
  i=$((i+1))
  sleep .05
done
echo "[cron2aws] exit=$c seconds=$s"
last 1 {STDOUT_BYTES}
last 2 {STDERR_BYTES} >&2
{{whole}}rm -r $t
# codes that the agent would act on
case $c in {"|".join(map(str, AGENT_CODES))}) exit 1;; esac
exit $c
"""

WHOLE_OUTPUT = "[cron2aws] whole output"
"""What follows this line is not told in messages: it is for a log group or a bucket."""

_WHOLE = f"""\
for n in 1 2; do
  echo "{WHOLE_OUTPUT}" >&$n
  last $n 99999999 >&$n
done
"""


@cache
def report(*, whole: bool) -> str:
    """The end of a script: exit code, last lines and, if asked for, all that was kept."""
    return _REPORT.format(whole=_WHOLE if whole else "")
