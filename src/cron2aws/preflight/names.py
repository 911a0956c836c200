"""Checks of names that are taken, and of stacks in a bad state."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import NotKnown, PreflightFacts
from cron2aws.preflight.of_account import named, unknown
from cron2aws.preflight.values import Check, CheckOutcome, some

IN_WORDS = {
    Way.WAIT: "waited for",
    Way.CONTINUE: "repaired",
    Way.ROLL_BACK: "repaired",
    Way.REPLACE: "made anew",
}


def names(demand: Demand, facts: PreflightFacts) -> Iterator[Check]:
    """Whether the names of what is made are free."""
    why = "CloudFormation refuses to make what is there already, and takes the stack back"
    passed = []
    for kind, wanted in demand.names.items():
        found = facts.taken.get(kind, NotKnown(why="it was not asked"))
        if isinstance(found, NotKnown):
            id_ = f"names-{kind.replace(' ', '-')}"
            yield unknown(id_, f"names of {kind}", found, why)
            continue
        taken = sorted(wanted & found)
        passed += [some(len(wanted), kind.removesuffix("s"))] * (not taken)
        if taken:
            yield Check(
                id=f"names-{kind.replace(' ', '-')}",
                title=f"names of {kind}",
                outcome=CheckOutcome.STOPS,
                seen=f"taken by something else: {named(taken)}",
                why=why,
                fix="delete or rename what has the name, or leave the entry out with --exclude",
            )
    if passed:
        yield Check(
            id="names",
            title="names",
            outcome=CheckOutcome.PASSES,
            seen=f"free: {', '.join(passed)}",
            why=why,
        )


def states(_: Demand, facts: PreflightFacts) -> Iterator[Check]:
    """Whether the stacks that are there can be worked on."""
    if not facts.stacks:
        return
    why = "a stack that stands in no good state is repaired or made anew first, or takes no work"
    good = 0
    for each in facts.stacks:
        how = way(each.status, Doing.END if each.ends else Doing.MAKE)
        if how is Way.GO:
            good += 1
            continue
        refused = how is Way.REFUSE
        yield Check(
            id="states",
            title="stacks' states",
            outcome=CheckOutcome.STOPS if refused and each.shared else CheckOutcome.WARNS,
            seen=f"{each.name} is in {each.status}: it "
            + ("takes no work" if refused else f"is {IN_WORDS.get(how, 'made anew')} first"),
            why=why,
            fix="look at it in CloudFormation; `cron2aws status` names the way out"
            if refused
            else "",
        )
    if good == len(facts.stacks):
        yield Check(
            id="states",
            title="stacks' states",
            outcome=CheckOutcome.PASSES,
            seen=f"in a good state: {some(good, 'stack')}",
            why=why,
        )
