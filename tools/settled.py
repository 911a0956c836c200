"""A template of which some parameters are given: what only stands for their absence goes.

Conditions are judged as far as they can be. What depends on one that is judged is decided, and what
nothing refers to any more (conditions, parameters) is taken away.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Set
from typing import Any

GONE = object()
"""In place of a value that is not there: AWS::NoValue."""
OPTIONAL = re.compile(r"\^\((.*)\)\?\$")


def settled(
    template: Mapping[str, Any], given: Set[str], absent: Set[str] = frozenset()
) -> dict[str, Any]:
    """The template in which each parameter of `given` must be given and is never empty.

    Those of `absent` are always empty, and no parameters any more.
    """
    judged = _judged(template["Conditions"], given, absent)
    known = {name: value for name, value in judged.items() if isinstance(value, bool)}
    result = {
        section: _emptied(_decided(content, known), absent)
        for section, content in template.items()
        if section not in ("Conditions", "Parameters", "Rules")
    }
    for section in ("Resources", "Outputs"):
        result[section] = dict(_existing(result[section], known))
    conditions = {name: value for name, value in judged.items() if name not in known}
    result["Conditions"] = _used_conditions(conditions, result)
    parts = ("Resources", "Outputs", "Conditions")
    gone = set(_references([template[each] for each in parts]))
    gone -= set(_references([result[each] for each in parts]))
    result["Parameters"] = {
        name: _required(rule) if name in given else rule
        for name, rule in template["Parameters"].items()
        if name not in gone | absent
    }
    return {section: result[section] for section in template if section in result}


def with_short_conditions(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with a letter or two for the name of each condition."""
    letters = string.ascii_uppercase
    short = [*letters, *(one + other for one in letters for other in letters)]
    names = dict(zip(template["Conditions"], short, strict=False))
    renamed: dict[str, Any] = {key: _renamed(each, names) for key, each in template.items()}
    renamed["Conditions"] = {names[key]: each for key, each in renamed["Conditions"].items()}
    return renamed


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case {"Fn::If": [str(name), *choices]}:
            return {"Fn::If": [names[name], *(_renamed(each, names) for each in choices)]}
        case dict():
            return {
                key: names[each]
                if key == "Condition" and isinstance(each, str)
                else _renamed(each, names)
                for key, each in value.items()
            }
        case list():
            return [_renamed(each, names) for each in value]
        case _:
            return value


def _required(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter without its default, which is empty, and whose pattern lets nothing empty in."""
    kept = {key: value for key, value in rule.items() if key != "Default"}
    if optional := OPTIONAL.fullmatch(rule.get("AllowedPattern", "")):
        alternatives = optional[1] if "|" not in optional[1] else f"({optional[1]})"
        kept["AllowedPattern"] = f"^{alternatives}$"
    return kept


def _judged(conditions: Mapping[str, Any], given: Set[str], absent: Set[str]) -> dict[str, Any]:
    """Each condition as True, False, or what is left of it."""
    judged: dict[str, Any] = {}

    def judge(value: Any) -> Any:
        match value:
            case {"Fn::Equals": [{"Ref": name}, ""]} if name in given:
                return False
            case {"Fn::Equals": [{"Ref": name}, ""]} if name in absent:
                return True
            case {"Condition": name}:
                if name not in judged:
                    judged[name] = judge(conditions[name])
                return judged[name] if isinstance(judged[name], bool) else value
            case {"Fn::Not": [inner]}:
                told = judge(inner)
                return not told if isinstance(told, bool) else {"Fn::Not": [told]}
            case {"Fn::And": list(parts)}:
                return _all([judge(each) for each in parts])
            case _:
                return value

    for name in conditions:
        judge({"Condition": name})
    # AWS's page on conditions names no condition that is only another one
    return {name: _meant(left, judged) for name, left in judged.items()}


def _meant(left: Any, judged: Mapping[str, Any]) -> Any:
    match left:
        case {"Condition": str(other)}:
            return _meant(judged[other], judged)
        case _:
            return left


def _all(parts: list[Any]) -> Any:
    left = [each for each in parts if each is not True]
    if any(each is False for each in left):
        return False
    if len(left) > 1:
        return {"Fn::And": left}
    return left[0] if left else True


def _existing(named: Mapping[str, Any], known: Mapping[str, bool]) -> Iterator[tuple[str, Any]]:
    for name, body in named.items():
        condition = body.get("Condition")
        if known.get(condition, True):
            yield name, {k: v for k, v in body.items() if k != "Condition" or v not in known}


def _emptied(value: Any, absent: Set[str]) -> Any:
    """With nothing where a text under Fn::Sub names what is absent."""
    match value:
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\}", lambda m: m[0] * (m[1] not in absent), text)}
        case {"Fn::Sub": [str(text), own]}:
            return {
                "Fn::Sub": [*_emptied({"Fn::Sub": text}, absent).values(), _emptied(own, absent)]
            }
        case dict():
            return {key: _emptied(each, absent) for key, each in value.items()}
        case list():
            return [_emptied(each, absent) for each in value]
        case _:
            return value


def _decided(value: Any, known: Mapping[str, bool]) -> Any:
    match value:
        case {"Fn::If": [str(name), yes, no]} if name in known:
            return _decided(yes if known[name] else no, known)
        case {"Ref": "AWS::NoValue"}:
            return GONE
        case {"Fn::If": [str(name), yes, no]}:  # without a value stays one of two
            return {"Fn::If": [name, *(_chosen(each, known) for each in (yes, no))]}
        case dict():
            pairs = ((key, _decided(each, known)) for key, each in value.items())
            return {key: each for key, each in pairs if each is not GONE}
        case list():
            return [each for each in (_decided(each, known) for each in value) if each is not GONE]
        case _:
            return value


def _chosen(value: Any, known: Mapping[str, bool]) -> Any:
    decided = _decided(value, known)
    return {"Ref": "AWS::NoValue"} if decided is GONE else decided


def _used_conditions(conditions: dict[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    used = set(_conditions_of([result["Resources"], result["Outputs"]]))
    while more := {n for each in used for n in _conditions_of(conditions[each])} - used:
        used |= more
    return {name: value for name, value in conditions.items() if name in used}


def _conditions_of(value: Any) -> Iterator[str]:
    """Names of conditions that a value depends on; a policy's Condition is no name."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "Condition" and isinstance(each, str):
                yield each
            elif key == "Fn::If":
                yield each[0]
                yield from _conditions_of(each[1:])
            else:
                yield from _conditions_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from _conditions_of(each)


def _references(value: Any) -> Iterator[str]:
    """Names that a value refers to, by Ref or in a text under Fn::Sub."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{([^!}]+)\}", text)
        case {"Fn::Sub": [str(text), own]}:
            yield from re.findall(r"\$\{([^!}]+)\}", text)
            yield from _references(own)
        case dict():
            for each in value.values():
                yield from _references(each)
        case list():
            for each in value:
                yield from _references(each)
        case _:
            pass
