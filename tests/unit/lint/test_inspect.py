"""Findings about commands: what is told, and what is left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry
from cron2aws.crontab.reader import read_crontab
from cron2aws.findings import CATALOGUE, Level
from cron2aws.lint.case import case_of
from cron2aws.lint.inspect import BY_CODE, checks_for, inspect
from cron2aws.lint.words import simple_commands

NO_INPUT = "\\%"


def entry_of(text: str, dialect: str = "debian") -> Entry:
    """The last entry of a user's crontab; a line without a schedule gets one."""
    lines = [line.strip(" ") for line in text.split("\n")]
    if lines[-1][:1] not in "0123456789*@":
        lines[-1] = f"5 4 * * * {lines[-1]}"
    data = ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
    return read_crontab(data, DIALECTS[dialect], system=False, user="app").entries[-1]


def all_found(text: str, dialect: str = "debian", host: str | None = None) -> list[tuple[str, str]]:
    entry = entry_of(text, dialect)
    told = inspect(entry, DIALECTS[dialect], entry_id="3f9c01ab", host=host)
    return [(finding.code, finding.detail) for finding in told]


def found(text: str, dialect: str = "debian", host: str | None = None) -> list[tuple[str, str]]:
    """But for what becomes of output, which nearly every job is told of (`test_outlets`)."""
    return [each for each in all_found(text, dialect, host) if each[0] not in {"C315", "C320"}]


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        (
            "tar cf x-`date +%F`.tar /srv",
            "C301",
            "Debian's cron 3.0pl1 runs `tar cf x-`date +` and gives it `F`.tar /srv` to read",
        ),
        (
            "/bin/echo '100% sure'",
            "C301",
            "Debian's cron 3.0pl1 runs `/bin/echo '100` and gives it `sure'` to read",
        ),
        (
            "/opt/x --date %Y-%m",
            "C301",
            "Debian's cron 3.0pl1 runs `/opt/x --date` and gives it `Y- m` to read",
        ),
        (
            "/bin/mail ops%Hello%Bob",
            "C302",
            "what follows the first `%` is read by `/bin/mail ops`",
        ),
        ("PATH=/opt/bin:$PATH\n/bin/x", "C303", "PATH holds `$PATH` as it is written"),
        ("PATH=~/bin:/bin\n/bin/x", "C303", "PATH holds `~/` as it is written"),
        ("HOME=/bin\nPATH=/bin:~/bin\n/bin/x", "C303", "PATH holds `~/` as it is written"),
        ("D=$(date)\n/bin/x ${D}", "C303", "D holds `$(` as it is written"),
        ("bin/backup", "C304", "`bin/backup`"),
        ("nice ./backup", "C304", "`./backup`"),
        ("/bin/x > out/y", "C304", "`out/y`"),
        ("cd work && ./x", "C304", "`cd work`"),
        ("python3 backup.py", "C304", "`backup.py`"),
        ("sh -e jobs/backup", "C304", "`jobs/backup`"),
        ("vim +PlugUpdate", "C305", "`vim` asks for a terminal"),
        ("top -n 1", "C305", "`top` is told to take a terminal"),
        ("docker exec -it web /bin/x", "C305", "`docker` is told to take a terminal"),
        ("docker compose exec web /bin/x", "C305", "`docker` is told to take a terminal"),
        ("docker-compose run web", "C305", "`docker-compose` is told to take a terminal"),
        ("screen -r", "C305", "`screen` is told to take a terminal"),
        ("DISPLAY=:0 /bin/x", "C305", "`x` gets a DISPLAY"),
        ("env DISPLAY=:0 /bin/x", "C305", "`env` gets a DISPLAY"),
        ("DISPLAY=:0\n/bin/x", "C305", "the crontab sets DISPLAY"),
        ("notify-send hello", "C305", "`notify-send` opens a window"),
        ("firefox http://x/", "C305", "`firefox` opens a window"),
        ("/bin/x & /bin/y", "C306", "`/bin/x` with `&`"),
        ("/bin/x &2>/dev/null", "C306", "`/bin/x` with `&`"),  # where 2>&1 was meant
        ("(/bin/x; /bin/y) & /bin/z", "C306", "`/bin/y` with `&`"),
        ("nohup /bin/x", "C306", "`nohup`"),
        ("screen -dmS work /bin/x", "C306", "`screen` without its terminal"),
        ("tmux new-session -d /bin/x", "C306", "`tmux` without its terminal"),
        ("sudo -u bob /bin/x", "C307", "`sudo`"),
        ("cd / && su - bob -c x", "C307", "`su`"),
        ("/bin/x >> /srv/y 2>&1", "C308", "`/srv/y`"),
        ("/bin/x > /var/log/x.txt", "C308", "`/var/log/x.txt`"),
        ("/bin/x 2> /srv/x.err", "C308", "`/srv/x.err`"),
        ("/bin/x | tee -a /srv/x", "C308", "`/srv/x`"),
        ("/bin/x >/dev/null 2>&1", "C309", "both outputs of the last command go to /dev/null"),
        (
            "SHELL=/bin/bash\n/bin/x &>/dev/null",
            "C309",
            "both outputs of the last command go to /dev/null",
        ),
        (
            "SHELL=/bin/bash\n/bin/x >& /dev/null",
            "C309",
            "both outputs of the last command go to /dev/null",
        ),
        ("/bin/x 2>/dev/null >&2", "C309", "both outputs of the last command go to /dev/null"),
        (
            "/bin/x 2>/dev/null 1>/dev/null",
            "C309",
            "both outputs of the last command go to /dev/null",
        ),
        ("flock /tmp/x /bin/x", "C310", "`flock`"),
        ("/bin/x --lock /var/lock/x", "C310", "`/var/lock/x`"),
        ("[ -e /tmp/x.lock ] || /bin/x", "C310", "`/tmp/x.lock`"),
        (
            f"sleep $((RANDOM {NO_INPUT} 60)); /bin/x",
            "C311",
            "`sleep $((RANDOM`; but RANDOM is empty in Debian's sh",
        ),
        (f"SHELL=/bin/bash\nsleep $((RANDOM {NO_INPUT} 60))", "C311", "`sleep $((RANDOM`"),
        ("perl -e 'sleep rand 900' && /bin/x", "C311", "`sleep rand`"),
        ("curl -s http://localhost:8000/", "C312", "a service on `localhost`"),
        ("/bin/x --host=127.0.0.1", "C312", "a service on `127.0.0.1`"),
        ("* 3 * * * /bin/x", "C313", "`* 3 * * *` is due 60 times on each of its days"),
        ("* 3,4 * * 1 /bin/x", "C313", "`* 3,4 * * 1` is due 120 times on each of its days"),
        ("shutdown -h now", "C316", "`shutdown`"),
        ("systemctl --no-block reboot", "C316", "`systemctl reboot`"),
        ("init 6", "C316", "`init 6`"),
        ("bash -c 'x; reboot'", "C316", "`reboot`"),
    ],
)
def test_what_is_told(text: str, code: str, detail: str) -> None:
    assert found(text) == [(code, detail)]


@pytest.mark.parametrize(
    "text",
    [
        "/bin/x",
        f"/bin/x --at=$(date +{NO_INPUT}F)",
        "SOME=$HOME/x\n/bin/x",  # nobody uses it
        "cd /srv/app && ./manage.py work",
        "cd && bin/x",
        "cd $APP; bin/x",
        "~/bin/x",
        "$HOME/bin/x",
        "python3 -m backup.daily",
        "bash -c 'bin/x'",
        ". /etc/profile; /bin/x",
        "PATH=/bin:/usr/bin\n/bin/x",
        "top -b -n 1",
        "docker exec web /bin/x -it",
        "docker run --rm web",
        "docker compose exec -T web /bin/x",
        "docker ps",
        "kubectl get pods -t",
        "firefox --headless http://x/",
        "screen -ls",
        "/bin/x & /bin/y & wait",
        "/bin/x && /bin/y || /bin/z 2>&1",
        "echo 'a & b; sudo c'",
        "/bin/x # & vim",
        "/bin/x > /srv/report.html",
        "/bin/x > /proc/1/fd/1 2>/proc/1/fd/2",
        "/bin/x >> /dev/null",
        "/bin/x | tee /dev/stderr",
        "/bin/x | tee",
        "/bin/x < /var/log/x.log",
        "/bin/x 2>&1 >/dev/null",
        "/bin/x >/dev/null",
        "/bin/x 2>/dev/null",
        "sleep 60; /bin/x --random",
        "/bin/x --mail root@localhost",
        "/bin/x notlocalhost localhost.example.com",
        "* * * * * /bin/x",
        "* 8-18 * * * /bin/x",
        "*/2 3 * * * /bin/x",
        "@daily /bin/x",
        "@reboot /bin/x",
        "* 3 30 2 * /bin/x",  # never
        "shutdown -c",
        "systemctl restart x",
        "init 3",
    ],
)
def test_what_is_left_in_peace(text: str) -> None:
    assert found(text) == []


def test_output_that_is_thrown_away_is_never_mailed() -> None:
    assert [code for code, _ in all_found("MAILTO=ops\n/bin/x >/dev/null 2>&1")] == ["C309"]


def test_cronie_mails_failures_only_where_it_is_told() -> None:
    ((code, detail),) = all_found("-n /bin/x", "cronie-1.7")
    assert code == "C315"
    assert detail == (
        "cron mails all that it prints to the mailbox of `app` on its host (no"
        " MAILTO), of failures alone (`-n`); once it is a task, `cron2aws setup --tell failures"
        " --email ADDRESS` tells these"
    )


@pytest.mark.parametrize("dialect", ["cronie", "debian"])
def test_random_is_empty_in_dash_only(dialect: str) -> None:
    ((_, detail),) = found("sleep $RANDOM", dialect)
    assert detail.endswith("RANDOM is empty in Debian's sh") is (dialect == "debian")


@pytest.mark.parametrize(
    ("text", "host", "told"),
    [
        ("/bin/x --from web-1", "web-1", True),
        ("/bin/x --from web-1.example.com", "web-1", True),
        ("/bin/x --from web-10", "web-1", False),
        ("/bin/x /srv/web-1", "web-1", False),  # a folder may be called so
        ("/bin/x db", "db", False),  # too short to be sure
        ("/bin/x", None, False),
    ],
)
def test_the_hosts_own_name(text: str, host: str | None, told: bool) -> None:
    wanted = [("C312", f"the host's own name `{host}`")]
    assert found(text, host=host) == (wanted if told else [])


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("/bin/x --password=hunter2", "the value of `--password` in the command"),
        ("mail x%token=hunter2", "the value of `token` in its input"),
        ("DB_PASSWORD=hunter2\n/bin/x", "the value of DB_PASSWORD"),
        ("URL=http://a:hunter2@x/\n/bin/x", "a password in a URL in URL"),
    ],
)
def test_a_secret_waits_for_a_decision(text: str, detail: str) -> None:
    entry = entry_of(text)
    told = inspect(entry, DIALECTS["debian"], entry_id="3f9c01ab")[-1]
    assert (told.code, told.detail, told.level) == ("C340", detail, Level.ERROR)
    allowed = inspect(entry, DIALECTS["debian"], entry_id="3f9c01ab", allowed={"3f9c01ab"})[-1]
    assert (allowed.code, allowed.detail, allowed.level) == ("C341", detail, Level.INFO)


def test_no_finding_shows_a_secret() -> None:
    text = "DB_PASSWORD=hunter2\nMAILTO=x\ncurl -u a:hunter2 & y '%password=hunter2'"
    told = all_found(text)
    assert [code for code, _ in told] == ["C301", "C306", "C320", "C340"]
    assert "hunter2" not in str(told)


def test_plumbing_is_kept_and_nothing_else_said_but_of_secrets() -> None:
    text = "MAILTO=root\nTOKEN=hunter2\ncd / && run-parts --report /etc/cron.daily & vim"
    assert found(text) == [
        ("C340", "the value of TOKEN"),
        ("C360", "it runs the host's own scripts in /etc/cron.daily"),
    ]


def test_a_long_command_is_told_in_short() -> None:
    ((_, detail),) = found(f"/bin/{'x' * 80}%in")
    assert detail == f"what follows the first `%` is read by `/bin/{'x' * 52}...`"


@given(st.text("ab/ '\"$(){}&|;<>%\\-=~.x", max_size=60))
def test_any_command_can_be_judged(command: str) -> None:
    for finding in inspect(entry_of(f"* * * * * a{command}"), DIALECTS["debian"], entry_id="x"):
        assert finding.code in CATALOGUE
        assert finding.detail


@given(
    st.lists(
        st.sampled_from(
            ["/bin/x", "test -f /x", "flock -n /l", "date +\\%F", "[ a = b ]", "&&", "||", ";", "|",
             "'", "%", "$A", "if", "then", "fi", "exit 1"]
        ),
        max_size=8,
    ),
    st.sampled_from(["", "A=$B\n", "# cron2aws: guard\n"]),
    st.booleans(),
)  # fmt: skip
def test_checks_that_are_left_out_have_nothing_to_say(
    words: list[str], above: str, quiet: bool
) -> None:
    entry, dialect = entry_of(f"{above}5 4 * * * a {' '.join(words)}"), DIALECTS["debian"]
    commands = simple_commands(entry.command)
    case = case_of(entry, dialect, commands, host="web", quiet=quiet)
    asked = dict(checks_for(case))
    left_out = {code: check for code, check in BY_CODE.items() if code not in asked}
    assert [code for code, check in left_out.items() if check(case) is not None] == []
