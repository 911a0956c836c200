"""Names of time zones: what a host may call its zone, and what EventBridge Scheduler takes.

Scheduler takes names of the IANA database.  Names of tzdata's `backward` file are kept for old
systems, and not every implementation knows them: each becomes the name that it links to.  Names of
`zone.tab` stay as they are, although some of them are links, too.
"""

from __future__ import annotations

import re

_BACKWARD = """
    Africa/Asmera Africa/Nairobi · Africa/Timbuktu Africa/Abidjan ·
    America/Argentina/ComodRivadavia America/Argentina/Catamarca · America/Atka America/Adak ·
    America/Buenos_Aires America/Argentina/Buenos_Aires ·
    America/Catamarca America/Argentina/Catamarca · America/Coral_Harbour America/Panama ·
    America/Cordoba America/Argentina/Cordoba · America/Ensenada America/Tijuana ·
    America/Fort_Wayne America/Indiana/Indianapolis · America/Godthab America/Nuuk ·
    America/Indianapolis America/Indiana/Indianapolis · America/Jujuy America/Argentina/Jujuy ·
    America/Knox_IN America/Indiana/Knox · America/Louisville America/Kentucky/Louisville ·
    America/Mendoza America/Argentina/Mendoza · America/Montreal America/Toronto ·
    America/Nipigon America/Toronto · America/Pangnirtung America/Iqaluit ·
    America/Porto_Acre America/Rio_Branco · America/Rainy_River America/Winnipeg ·
    America/Rosario America/Argentina/Cordoba · America/Santa_Isabel America/Tijuana ·
    America/Shiprock America/Denver · America/Thunder_Bay America/Toronto ·
    America/Virgin America/Puerto_Rico · America/Yellowknife America/Edmonton ·
    Antarctica/South_Pole Pacific/Auckland · Asia/Ashkhabad Asia/Ashgabat ·
    Asia/Calcutta Asia/Kolkata · Asia/Choibalsan Asia/Ulaanbaatar ·
    Asia/Chongqing Asia/Shanghai · Asia/Chungking Asia/Shanghai · Asia/Dacca Asia/Dhaka ·
    Asia/Harbin Asia/Shanghai · Asia/Istanbul Europe/Istanbul · Asia/Kashgar Asia/Urumqi ·
    Asia/Katmandu Asia/Kathmandu · Asia/Macao Asia/Macau · Asia/Rangoon Asia/Yangon ·
    Asia/Saigon Asia/Ho_Chi_Minh · Asia/Tel_Aviv Asia/Jerusalem · Asia/Thimbu Asia/Thimphu ·
    Asia/Ujung_Pandang Asia/Makassar · Asia/Ulan_Bator Asia/Ulaanbaatar ·
    Atlantic/Faeroe Atlantic/Faroe · Atlantic/Jan_Mayen Europe/Berlin ·
    Australia/ACT Australia/Sydney · Australia/Canberra Australia/Sydney ·
    Australia/Currie Australia/Hobart · Australia/LHI Australia/Lord_Howe ·
    Australia/NSW Australia/Sydney · Australia/North Australia/Darwin ·
    Australia/Queensland Australia/Brisbane · Australia/South Australia/Adelaide ·
    Australia/Tasmania Australia/Hobart · Australia/Victoria Australia/Melbourne ·
    Australia/West Australia/Perth · Australia/Yancowinna Australia/Broken_Hill ·
    Brazil/Acre America/Rio_Branco · Brazil/DeNoronha America/Noronha ·
    Brazil/East America/Sao_Paulo · Brazil/West America/Manaus · CET Europe/Brussels ·
    CST6CDT America/Chicago · Canada/Atlantic America/Halifax · Canada/Central America/Winnipeg ·
    Canada/Eastern America/Toronto · Canada/Mountain America/Edmonton ·
    Canada/Newfoundland America/St_Johns · Canada/Pacific America/Vancouver ·
    Canada/Saskatchewan America/Regina · Canada/Yukon America/Whitehorse ·
    Chile/Continental America/Santiago · Chile/EasterIsland Pacific/Easter ·
    Cuba America/Havana · EET Europe/Athens · EST America/Panama · EST5EDT America/New_York ·
    Egypt Africa/Cairo · Eire Europe/Dublin · Etc/GMT+0 Etc/GMT · Etc/GMT-0 Etc/GMT ·
    Etc/GMT0 Etc/GMT · Etc/Greenwich Etc/GMT · Etc/UCT Etc/UTC · Etc/Universal Etc/UTC ·
    Etc/Zulu Etc/UTC · Europe/Belfast Europe/London · Europe/Kiev Europe/Kyiv ·
    Europe/Nicosia Asia/Nicosia · Europe/Tiraspol Europe/Chisinau · Europe/Uzhgorod Europe/Kyiv ·
    Europe/Zaporozhye Europe/Kyiv · GB Europe/London · GB-Eire Europe/London · GMT Etc/GMT ·
    GMT+0 Etc/GMT · GMT-0 Etc/GMT · GMT0 Etc/GMT · Greenwich Etc/GMT · HST Pacific/Honolulu ·
    Hongkong Asia/Hong_Kong · Iceland Africa/Abidjan · Iran Asia/Tehran · Israel Asia/Jerusalem ·
    Jamaica America/Jamaica · Japan Asia/Tokyo · Kwajalein Pacific/Kwajalein ·
    Libya Africa/Tripoli · MET Europe/Brussels · MST America/Phoenix · MST7MDT America/Denver ·
    Mexico/BajaNorte America/Tijuana · Mexico/BajaSur America/Mazatlan ·
    Mexico/General America/Mexico_City · NZ Pacific/Auckland · NZ-CHAT Pacific/Chatham ·
    Navajo America/Denver · PRC Asia/Shanghai · PST8PDT America/Los_Angeles ·
    Pacific/Enderbury Pacific/Kanton · Pacific/Johnston Pacific/Honolulu ·
    Pacific/Ponape Pacific/Guadalcanal · Pacific/Samoa Pacific/Pago_Pago ·
    Pacific/Truk Pacific/Port_Moresby · Pacific/Yap Pacific/Port_Moresby · Poland Europe/Warsaw ·
    Portugal Europe/Lisbon · ROC Asia/Taipei · ROK Asia/Seoul · Singapore Asia/Singapore ·
    Turkey Europe/Istanbul · UCT UTC · US/Alaska America/Anchorage · US/Aleutian America/Adak ·
    US/Arizona America/Phoenix · US/Central America/Chicago ·
    US/East-Indiana America/Indiana/Indianapolis · US/Eastern America/New_York ·
    US/Hawaii Pacific/Honolulu · US/Indiana-Starke America/Indiana/Knox ·
    US/Michigan America/Detroit · US/Mountain America/Denver · US/Pacific America/Los_Angeles ·
    US/Samoa Pacific/Pago_Pago · Universal UTC · W-SU Europe/Moscow · WET Europe/Lisbon ·
    Zulu UTC
"""
_LINKS = dict(pair.split() for pair in _BACKWARD.split("·"))

NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
"""Files in a folder of zones that are no zone's name."""

LOCAL = "localtime"
_FOLDER = re.compile(r"/usr/(?:share|lib)/zoneinfo/")
_FIXED = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([+-]?)0*(\d{1,2})(?::0+)*")
_EAST, _WEST = 14, 12


def canonical(name: str) -> str:
    """The zone's present name in the IANA database, where `name` is an old one; else `name`."""
    for folder in ("posix/", "right/"):
        name = name.removeprefix(folder)
    return _LINKS.get(name, name)


def zone_of_tz(value: str) -> str:
    """The zone that a TZ in the environment stands for, as glibc reads it (tzset(3)).

    `localtime` where it names the host's own file; what is not a name of the IANA database is
    returned as it was.
    """
    name = value.removeprefix(":")
    if not name:
        return "UTC"
    if name == "/etc/localtime":
        return LOCAL
    name = _FOLDER.sub("", name, count=1)
    fixed = _FIXED.fullmatch(name)
    if fixed and name not in _LINKS:
        return _fixed(fixed[1] or "+", int(fixed[2])) or value
    return canonical(name)


def _fixed(sign: str, hours: int) -> str | None:
    """`JST-9`: like those of POSIX, the signs of Etc/GMT-9 are the other way round."""
    if not hours:
        return "UTC"
    return f"Etc/GMT{sign}{hours}" if hours <= (_EAST if sign == "-" else _WEST) else None
