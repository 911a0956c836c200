"""Secrets on command lines: found, masked, and never imagined."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.lint.secret_forms import ANY_SIGN, recognisers
from cron2aws.lint.secrets import (
    MASK,
    find_input_secrets,
    find_secrets,
    mask,
    mask_input,
    script_holds_secret,
    secret_in_setting,
)

# Made up; none of them was ever valid
HUNTER = "hunter2x"
TOKENS = {
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "GitHub": "ghp_" + "a1B2" * 9,
    "GitHub, fine-grained": "github_pat_" + "a1B2" * 6,
    "GitLab": "glpat-" + "a1B2" * 5,
    "Slack": "xoxb-" + "1234567890-abc",
    "Stripe": "sk_live_" + "a1B2" * 5,
    "Google": "AIza" + "a1B2c" * 7,
    "SendGrid": "SG." + "a1B2" * 5 + "." + "a1B2" * 9,
    "npm": "npm_" + "a1B2" * 9,
    "PyPI": "pypi-AgE" + "a1B2" * 12,
    "DigitalOcean": "dop_v1_" + "0a1b" * 16,
    "JWT": "eyJ" + "hbGciOiJI" + ".eyJ" + "zdWIiOiIx" + ".c2ln",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
def test_tokens_are_known_by_their_shape(token: str) -> None:
    assert mask(f"/bin/x {token} y") == f"/bin/x {MASK} y"
    assert mask(f"/bin/x --token={token}") == f"/bin/x --token={MASK}"
    assert mask(f"/bin/x --header='{token}'") == f"/bin/x --header='{MASK}'"


@pytest.mark.parametrize(
    "command",
    [
        "PGPASSWORD=SECRET psql",
        "export DB_PASSWORD='SECRET'; x",
        'RESTIC_PASSWORD="SECRET" restic backup',
        "AWS_SESSION_TOKEN=SECRET aws s3 ls",
        "x --password=SECRET y",
        "x --db-password SECRET y",
        "x --api-key 'SECRET'",
        "java -Dspring.datasource.password=SECRET -jar x.jar",
        "curl 'https://x/update?user=bob&password=SECRET&y'",
        "wget -qO- https://x/cron.php?cron_key=SECRET",
        "curl https://x/run?key=SECRET",
        "curl https://bob:SECRET@x/",
        "psql postgresql://bob:SECRET@db:5432/x",
        "git pull https://oauth2:SECRET@x/y.git",
        "curl -u bob:SECRET https://x/",
        'curl --user "bob:SECRET" https://x/',
        "lftp -u bob,SECRET x",
        "curl -H 'Authorization: Bearer SECRET' https://x/",
        'curl -H "Authorization: token SECRET" https://x/',
        "curl -H 'X-Api-Key: SECRET' https://x/",
        "curl -H 'PRIVATE-TOKEN: SECRET' https://x/",
        """curl -d '{"user": "a", "password": "SECRET"}' https://x/""",
        "mysqldump -uroot -pSECRET db > /srv/db.sql",
        "mysql -u root -p'SECRET' -e 'select 1'",
        "mariadb-dump -pSECRET db",
        "sshpass -p SECRET ssh x",
        "sshpass -p'SECRET' ssh x",
        "smbclient //x/y -U bob%SECRET -c ls",
        "ldapsearch -x -D cn=admin -w SECRET -b dc=x",
        "redis-cli -a SECRET ping",
        "mongodump -u bob -p SECRET --db x",
        "sqlcmd -S x -U sa -P SECRET -i x.sql",
        "zip -r -P SECRET x.zip y",
        "7z a -pSECRET x.7z y",
        "openssl enc -aes-256-cbc -pass pass:SECRET -in x",
        "echo SECRET | sudo -S x",
        "curl https://hooks.slack.com/services/T00000000/B00000000/SECRET2345678901234",
        "echo '-----BEGIN PRIVATE KEY-----SECRET-----END PRIVATE KEY-----'",
        "curl https://discord.com/api/webhooks/1234/SECRET2345678901234",
        "curl https://api.telegram.org/bot12345:SECRETa1B2a1B2a1B2a1B2a1B2a1B2/sendMessage",
    ],
)
def test_a_secret_on_a_command_line_is_masked(command: str) -> None:
    text = command.replace("SECRET", HUNTER)
    assert HUNTER in text
    assert HUNTER not in mask(text)
    (secret,) = find_secrets(text)
    assert HUNTER in text[secret.start : secret.end]
    assert secret.kind
    assert HUNTER not in secret.kind


@pytest.mark.parametrize(
    "command",
    [
        "/usr/local/bin/backup --all",
        "PGPASSWORD=$PW psql",
        'PGPASSWORD="$(cat /run/secrets/db)" psql',
        "TOKEN=`cat /run/token` x",
        "x --password-file /etc/x --password-file=/etc/y",
        "x --password /run/secrets/db",
        "x --token=~/token --secret file:x",
        "x --password --verbose",
        "ffmpeg --pass 1 x; ffmpeg --pass=2 x",
        "x --auth-key=auto --token none --secret=true",
        "x --api-key <key> --token={token} --password=****",
        "PASSWORD= x",
        "mysql -P 3306 -p < x.sql",
        "mysql -u root -p$PW db",
        "mkdir -p /srv/x; cp -p a b",
        "ssh -p 22 x; docker run -p 80:80 x",
        "curl -u bob https://x/ | y a:b",
        "curl -u $U:$P https://x/",
        "curl https://$U:$P@x/",
        "curl -H 'Authorization: Bearer $T' https://x/",
        "curl -sf 'http://x:3000/api?key=$KEY'",
        'curl -d "{\\"password\\": \\"`cat /run/pw`\\"}" http://x:5000/',
        "rsync -a x:/y bob@z:/y",
        "bypass=1 compass=north x",
        "ssh -i ~/.ssh/private-keys/id_rsa x",
        "x --tls-key=server.key --private-key /etc/ssl/x.pem",
        "head -c 26 /dev/urandom > /tmp/keyfile",
        "sync-keys && rotate-tokens --days 30",
        "git log --format=%H:%an",
    ],
)
def test_what_is_no_secret_stays_readable(command: str) -> None:
    assert find_secrets(command) == ()
    assert mask(command) == command


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("DB_PASSWORD", HUNTER, "the value of DB_PASSWORD"),
        ("API_TOKEN", HUNTER, "the value of API_TOKEN"),
        ("secret", HUNTER, "the value of secret"),
        ("DATABASE_URL", f"mysql://a:{HUNTER}@x/y", "a password in a URL in DATABASE_URL"),
        ("MAILTO", "ops@example.com", None),
        ("PATH", "/usr/bin:/bin", None),
        ("PASSWORD_FILE", "/etc/x", None),
        ("TOKEN", "/run/token", None),
        ("KEYBOARD", "us", None),
        ("SECRET", "", None),
    ],
)
def test_environment_lines(name: str, value: str, kind: str | None) -> None:
    assert secret_in_setting(name, value) == kind


def test_several_secrets_are_masked_each_once() -> None:
    command = f"A_TOKEN={HUNTER} curl -u a:{HUNTER} https://b:{HUNTER}@x/?token={HUNTER}"
    assert mask(command) == f"A_TOKEN={MASK} curl -u a:{MASK} https://b:{MASK}@x/?token={MASK}"


@given(st.text("pas word=-:'\"@/\\$&?A1{}%", max_size=80))
def test_anything_can_be_masked(text: str) -> None:
    found = find_secrets(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert len(mask(text)) == len(text) + sum(len(MASK) - (s.end - s.start) for s in found)


@pytest.mark.parametrize(
    ("signs", "pattern"),
    [(signs, pattern) for signs, patterns in recognisers() for pattern, _ in patterns],
)
@settings(max_examples=8)
@given(data=st.data())
def test_whatever_a_pattern_matches_holds_a_sign_of_it(
    signs: re.Pattern[str], pattern: re.Pattern[str], data: st.DataObject
) -> None:
    printable = st.characters(min_codepoint=32, max_codepoint=126)
    text = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=printable))
    assert signs.search(text.lower())
    assert ANY_SIGN.search(text.lower())


NAMES_BEYOND_ASCII = ("pa\u017f\u017fword", "credent\u0131als", "credent\u0130als", "to\u212aen")


@pytest.mark.parametrize("name", NAMES_BEYOND_ASCII)
def test_letters_beyond_ascii_are_seen_as_the_patterns_see_them(name: str) -> None:
    assert mask(f"x --{name}={HUNTER}") == f"x --{name}={MASK}"


def test_these_are_all_the_letters_that_patterns_take_for_ascii() -> None:
    beyond = "".join(map(chr, range(0x80, sys.maxunicode + 1)))
    taken = set(re.findall("[a-z]", beyond, re.IGNORECASE))
    assert taken == {sign for name in NAMES_BEYOND_ASCII for sign in name if not sign.isascii()}


@pytest.mark.parametrize(
    ("command", "stdin", "shown"),
    [
        ("chpasswd", "root:SECRET\n", "root:****"),
        ("/usr/sbin/chpasswd -e", "root:SECRET\nbob:SECRET\n", "root:****"),
        ("kinit bob", "SECRET\n", "****\n"),
        ("sudo -S apt update", "SECRET\n", "****\n"),
        ("passwd --stdin bob", "SECRET", "****"),
        ("docker login -u bob --password-stdin", "SECRET", "****"),
        ("psql", "password=SECRET\nselect 1\n", "password=****\nselect 1\n"),
    ],
)
def test_what_a_program_reads_as_a_password_is_masked(command: str, stdin: str, shown: str) -> None:
    given = stdin.replace("SECRET", HUNTER)
    assert mask_input(command, given) == shown
    assert find_input_secrets(command, given)
    assert HUNTER not in mask(f"0 3 * * * root {command}%" + given.replace("\n", "%"))
    script = f"stdin() {{ printf %s '{given}'; }}\nc2a_run /bin/sh '{command}'\n"
    assert script_holds_secret(script)


def test_a_key_of_many_lines_is_masked_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\n"
    assert mask_input("cat > key", key) == (
        "-----BEGIN RSA PRIVATE KEY-----****-----END RSA PRIVATE KEY-----\n"
    )


@pytest.mark.parametrize("command", ["mail bob", "bin/chpasswords", "cat", "su - bob -c cat"])
def test_other_input_stays_readable(command: str) -> None:
    letter = "Dear all,\nthe news: nothing happened.\n"
    assert mask_input(command, letter) == letter
    assert not script_holds_secret(f"stdin() {{ printf %s '{letter}'; }}\n'{command}'\n")
