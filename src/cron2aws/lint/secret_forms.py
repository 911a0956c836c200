r"""How a command line carries a secret: patterns, each with what it is called.

The secret is the group `double`, `single`, `bare` or `token`; a token is one by its shape, the
others only where they are no variable, file or place-holder (`secrets`). `name` is told with it.
The shapes of tokens are those that their issuers document.
"""

from __future__ import annotations

import re
from functools import cache

_BARE = r"""(?P<bare>[^\s"'&|;<>()]+)"""
_QUOTED = r""""(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'"""
_VALUE = rf"(?:{_QUOTED}|{_BARE})"
_UNTIL_COMMA = r"""(?P<bare>[^\s,"'&|;<>()]+)"""
_REST = r"""(?P<bare>[^"']+)"""
"""Of a quoted text."""

_GLUED = (
    r"(?:pg|mysql_?|db|ssh|restic_?|borg_?|auth|access|refresh|session|client|api|app|bot|bearer"
    r"|user|root|admin|store|key|trust|(?:key|trust)store|http|ftp|proxy|sudo|become|bind)?"
)
_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd?|secret|tokens?|credentials?|creds?|oauth2-bearer|bearer"
)
_KEY = (
    r"(?:api|access|auth|secret|private|account|storage|shared(?:_?access)?|cron|license|signing"
    r"|encryption|master|app|ssh_?private)[_-]?key"
)
NAME = rf"(?:[\w.-]{{0,60}}[_.-])?(?:{_GLUED}(?:{_WORDS})|{_KEY}|apikey)"
"""A name whose value is a secret, in any case."""

_NAMED_SIGNS = r"pass|pw|secret|token|cred|key|hash=|sig|authorization|bearer|auth|cookie|login"
_NAMED = (
    # PGPASSWORD=x, --password=x, -Ddb.password=x, ?token=x
    (rf"(?<![\w$,])(?<!-o )(?P<name>{NAME})={_VALUE}", "the value of"),
    # -o username=u,password=x
    (rf"(?:,|(?<=-o ))(?P<name>{NAME})={_UNTIL_COMMA}", "the value of"),
    # --password x, -password x, --api-key x
    (rf"(?<!\S)--?(?P<name>{NAME})\s+(?!-){_VALUE}", "the value of"),
    (r"[?&](?:key|hash|sig|signature|auth)=(?P<bare>[\w~.%-]{3,})", "a key in a URL"),
    # "password": "x"
    (rf"""["'](?P<name>{NAME})\\?["']\s*:\s*\\?{_VALUE}""", "the value of"),
    # `password: x` in a text
    (
        (
            rf"(?:(?<![\w-])|(?<=\\n))(?P<name>{_GLUED}(?:pass(?:word|wd|phrase)|secret))"
            rf"\s*:\s+(?:{_QUOTED}|(?P<bare>[^\s\"'&|;<>()\\]+))"
        ),
        "the value of",
    ),
    # npm's //host/:_authToken x
    (rf":_(?:authToken|password|auth)[\s=]+{_VALUE}", "npm's token"),
    # Authorization: Bearer x, 'Authorization': 'Basic x', Authorization: Token token="x"
    (
        (
            r"(?:proxy-)?authorization\\?[\"']?\s*[:=]\s*\\?[\"']?(?:[\w-]+\s+)?(?:token=|key=)?"
            r"\\?[\"']?(?P<bare>[^\s\"'\\]+)"
        ),
        "an Authorization header",
    ),
    (
        (
            rf"(?:x-)?(?:{_KEY}|apikey|[\w-]*token|[\w-]*secret|x-auth|[\w-]*auth-key)"
            r"\s*:\s+\\?[\"']?(?P<bare>[^\s\"'\\]+)"
        ),
        "a header",
    ),
    # -H 'X-Api-Key:x', without a blank
    (
        (
            r"[\"'](?:x-[\w-]*(?:key|token|secret|auth)|api-?key|private-token)"
            r"\s*:\s*(?P<bare>[^\s\"'\\]+)"
        ),
        "a header",
    ),
    (rf"\bsecret_id={_VALUE}", "the value of secret_id"),
    (rf"cookie\s*:\s*[\w.-]+={_REST}", "a cookie"),
    # .netrc, nmcli
    (rf"\blogin\s+\S+\s+password\s+{_VALUE}", "a password"),
    (rf"\b(?:nmcli|ngrok)\s[^|;&]*?\b(?:password|authtoken)\s+{_VALUE}", "a password"),
    (rf"\b(?:owner_pw|user_pw)\s+{_VALUE}", "a password"),
)  # fmt: skip
_CAPITAL_SIGNS = "key|auth|dsn"
_CAPITALS = (
    # KEY=x, MY_AUTH=x, CF_Key=x: small ones name columns and tags
    (
        (
            r"(?<![\w$-])(?P<name>(?!(?:\w*_)?(?:PUBLIC|PUB|S3|OBJECT|CACHE|SORT|PRIMARY|FOREIGN)_KEY)"
            rf"(?:[A-Z][A-Za-z0-9_]*_)?(?:KEY|AUTH)|[A-Z]\w*_Key)={_VALUE}"
        ),
        "the value of",
    ),
    (r"(?<![\w$-])(?P<name>\w*DSN)=[\"']?\w+://(?P<bare>[^\s:@/\"']+)@", "the value of"),
)


def _option(programs: str, option: str, kind: str, value: str = _VALUE) -> tuple[str, str]:
    """`program ... -p x`."""
    return rf"\b(?:{programs})\s(?:[^|;&]*?\s)?{option}{value}", kind


_USER = r"[\"']?[^\s:,\"'$]+[:,](?P<bare>[^\s\"']+)"
_HTTP = r"curl|wget|lftp|https?|xh|wput"
_READ = (
    r"sudo\s+(?:-\w+\s+)*-\w*S\b|gpg2?\s[^|;&]*--passphrase-fd|passwd\s[^|;&]*--stdin"
    r"|\w+\s[^|;&]*--password-stdin|gh\s+auth|kinit\b|cryptsetup\s"
)
"""Programs that read a password from standard input."""

_STDIN = rf"{_READ}|su\b"
_HTTP_SIGNS = r"lynx|curl|wget|wput|lftp|https?\s|xh\s"
_PROGRAM_SIGNS = (
    r"mysql|maria|xtrabackup|innobackupex|sshpass|smb|rpcclient|winexe|wmic|net\s|ldap|redis"
    r"|mongo|sql|bcp|zip\s|7z|rar|openssl|sudo|gpg|passwd|docker|podman|buildah|skopeo|helm|login"
    r"|cryptsetup|kinit|su\b|gh\s|aws\s|vault|exp(?:dp)?\s|imp(?:dp)?\s|rman\s|snmp|ipmi|mosquitto|rabbit"
    r"|useradd|usermod|ssh-keygen|mc\s|using\s|sendemail|swaks|upscmd|upsrw|cqlsh|yt-dlp|youtube-dl"
    r"|rdesktop|freerdp|kadmin|send\s|doctl|from-literal|stdin|with-token|ncftp|ftpfs"
)
_OF_HTTP = (
    _option(_HTTP, r"(?:-u|-U|-a|--user|--auth|--proxy-user)[\s=]*", "a user's password", _USER),
    _option("lynx", "-p?auth=", "a user's password", _USER),
    _option("curl", r"-u\s*[\"']?", "a key", r"(?P<bare>[\w.-]{12,}):(?=[\"'\s]|$)"),
    _option("curl", r"(?:-E|--cert)\s+", "a certificate's", r"[^\s:\"']+:(?P<bare>[^\s\"']+)"),
    _option("curl", r"(?:-b|--cookie)[\s=]*[\"']", "a cookie", rf"[\w.-]+={_REST}"),
    _option("curl", r"(?:-b|--cookie)[\s=]*", "a cookie", rf"[\w.-]+={_BARE}"),
)  # fmt: skip
_PROGRAMS = (
    _option(r"(?:mysql|maria(?:db)?|xtrabackup|innobackupex)\S*", "-p", "mysql -p"),
    (rf"\bsshpass\s+-p\s*{_VALUE}", "sshpass -p"),
    _option("smb\\w+|rpcclient|winexe|wmic|net", "-U\\s*[\"']?", "a user's password",
            r"[^\s%\"']+%(?P<bare>[^\s\"']+)"),
    _option(r"ldap\w+|kadmin", r"-w\s*", "ldap -w"),
    _option("redis-cli", r"-a\s*", "redis-cli -a"),
    _option(r"(?:mongo\w*|cqlsh|ncftp\w*|upscmd|upsrw|rdesktop|yt-dlp|youtube-dl|useradd|usermod)",
            r"-p\s*", "a password"),
    _option(r"(?:sqlcmd|bcp|tsql|osql|mssql-cli|mosquitto_\w+|ipmitool|(?:un)?zip|ssh-keygen)",
            r"-P\s*", "a password"),
    _option("ssh-keygen", r"-N\s*", "a passphrase"),
    _option(r"snmp\w+", r"-A\s*", "an SNMP password"),
    _option(r"snmp\w+", r"-X\s*", "an SNMP password"),
    _option(r"snmp\w+", r"-c\s*(?!public\b)", "an SNMP community"),
    _option(r"7z[ar]?|rar|unrar", r"-h?p", "an archive's password"),
    _option(r"xfreerdp\d?|wlfreerdp", r"/p:", "a password"),
    _option("sendEmail|sendemail", r"-xp\s*", "a password"),
    _option("swaks", r"-ap\s*", "a password"),
    (rf"\bopenssl\s[^|;&]*?\bpass:{_VALUE}", "openssl pass:"),
    _option("openssl", r"(?:-k|-K)\s+", "openssl -k"),
    _option(r"(?:docker|podman|buildah|skopeo|helm|nerdctl|crane|oras|az|oc|cf|argocd)\s(?:[^|;&]*?\s)?login",
            r"(?:-p[\s=]*|--password[\s=])", "login -p"),
    _option(r"vault\s+login", r"(?:-\S+\s+)*(?:token=)?", "vault login", r"(?!-)(?!\w+=)" + _VALUE),
    _option("doctl", r"-t\s*", "doctl -t"),
    (rf"\baws\s+configure\s+set\s+\S*(?:secret|token|password)\S*\s+{_VALUE}", "aws configure set"),
    (rf"\brabbitmqctl\s[^|;&]*?(?:add_user|change_password)\s+\S+\s+{_VALUE}", "a password"),
    (rf"\bhtpasswd\s+(?:-\w+\s+)*-\w*b\w*\s+(?:-\w+\s+)*\S+\s+\S+\s+{_VALUE}", "htpasswd -b"),
    (rf"\bmc\s+(?:alias\s+set|config\s+host\s+add)\s+\S+\s+\S+\s+\S+\s+{_VALUE}", "a secret key"),
    (rf"\buser\s+\S+\s+using\s+{_VALUE}", "a password"),
    (rf"--from-literal=[\w.-]+={_VALUE}", "a literal"),
    # sqlplus scott/tiger@db
    (
        (
            r"\b(?:sqlplus|sqlldr|exp(?:dp)?|imp(?:dp)?|rman)\s+(?:-\S+\s+)*(?:(?:userid=|target\s+)?[\"']?)"
            r"[\w$#]+/(?P<bare>[^\s@/\"']+)"
        ),
        "a user's password",
    ),
    (r"\bcurlftpfs\s[^|;&]*?(?<!\S)[\w.-]+:(?P<bare>[^\s:@/\"']+)@", "a user's password"),
    (
        (
            r"assword:?[\"'\\]*\s*[;}]?\s*\{?\s*send\s+(?:--\s+)?"
            r"\\?[\"'](?P<bare>[^\"'\\]+)\\+[rn]"
        ),
        "a password",
    ),
    # echo x | sudo -S
    (
        (
            r"\b(?:echo|printf)\s+(?:-\w+\s+)*(?:['\"]?%s(?:\\n)?['\"]?\s+)?"
            rf"{_VALUE}\s*\|\s*(?:{_STDIN})"
        ),
        "a password",
    ),
    (
        (
            r"\becho\s+(?:-\w+\s+)*[\"']?[\w.-]+:(?P<bare>[^\s\"'|]+)[\"']?\s*\|\s*"
            r"(?:sudo\s+)?chpasswd"
        ),
        "a password",
    ),
    (rf"--(?:password-stdin|with-token|stdin)\b[^|;&<]*<<<\s*{_VALUE}", "a password"),
    # what follows a crontab's first %: all of it is read
    (rf"\b(?:{_READ})[^|;&%]*%(?P<bare>[^%\r\n]+)", "a password"),
    (r"\bchpasswd\b[^|;&%]*%\s*[\w.-]+:(?P<bare>[^\r\n]+)", "a password"),
)  # fmt: skip
_SHAPE_SIGNS = (
    r"akia|asia|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|discord|telegram|rk_|sk_|aiza"
    r"|sg\.|npm_|pypi-|dop_v1_|eyj|-----begin|://|hvs\."
)
_SHAPES = (
    (r"(?<![A-Za-z0-9])(?P<token>(?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9])", "an AWS access key"),
    (r"(?P<token>\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,})", "a GitHub token"),
    (r"(?P<token>\bglpat-[\w-]{20,})", "a GitLab token"),
    (r"(?P<token>\bxox[abeprs]-[\w-]{10,})", "a Slack token"),
    (r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<token>[\w/]{20,})", "a Slack webhook"),
    (r"discord(?:app)?\.com/api/webhooks/(?P<token>\d+/[\w-]{20,})", "a Discord webhook"),
    (r"://[\w.]+\.office\.com/webhookb?2?/(?P<token>[\w@/-]{20,})", "a Teams webhook"),
    (r"://maker\.ifttt\.com/trigger/\w+/with/key/(?P<token>[\w-]{8,})", "an IFTTT key"),
    (r"api\.telegram\.org/bot(?P<token>\d+:[\w-]{30,})", "a Telegram token"),
    (r"(?P<token>\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,})", "a Stripe key"),
    (r"(?P<token>\bAIza[\w-]{35})", "a Google API key"),
    (r"(?P<token>\bSG\.[\w-]{16,}\.[\w-]{16,})", "a SendGrid key"),
    (r"(?P<token>\b(?:npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{40,}|dop_v1_[0-9a-f]{64}))", "a token"),
    (r"(?P<token>\bhvs\.[\w-]{20,})", "a Vault token"),
    (r"(?P<token>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)", "a JSON web token"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<token>[^-]+)", "a private key"),
    (r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'$]*:(?P<bare>[^\s/@\"']+)@", "a password in a URL"),
    (r"\b[a-z][a-z0-9+.-]*://(?P<bare>(?=[\w-]*[0-9])[\w-]{16,})@", "a key in a URL"),
)


def _any_of(*signs: str) -> re.Pattern[str]:
    """One search for all signs, those with the same first letter together.

    Most places in a text then fail at one comparison, not at one for each sign.
    """
    behind: dict[str, list[str]] = {}
    for sign in "|".join(signs).split("|"):
        behind.setdefault(sign[0], []).append(sign[1:])
    return re.compile("|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in behind.items()))


@cache
def recognisers() -> tuple[tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]], ...]:
    """Patterns behind their signs: whatever they match holds one of these, in lower case.

    Nearly no text has a sign, and to look for these alone takes a fiftieth of the time. They are
    compiled for the first text that has one, as that takes as long as hundreds of lines.
    """
    return tuple(
        (_any_of(signs), tuple((re.compile(pattern, flags), kind) for pattern, kind in patterns))
        for signs, patterns, flags in (
            (_NAMED_SIGNS, _NAMED, re.IGNORECASE),
            (_CAPITAL_SIGNS, _CAPITALS, 0),
            (_HTTP_SIGNS, _OF_HTTP, 0),
            (_PROGRAM_SIGNS, _PROGRAMS, 0),
            (_SHAPE_SIGNS, _SHAPES, 0),
        )
    )


READS_PASSWORD = re.compile(rf"\b(?:{_READ}|chpasswd\b)", re.IGNORECASE)
"""A command whose input is a password, whatever it looks like."""

ANY_SIGN = _any_of(_NAMED_SIGNS, _CAPITAL_SIGNS, _HTTP_SIGNS, _PROGRAM_SIGNS, _SHAPE_SIGNS)
"""Any of them all."""
