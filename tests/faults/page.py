"""docs/reliability.md, from what was measured and the words of reliability.md."""

import os
from pathlib import Path

from lab import ROOT, STAGES


def write(lab, seconds):
    page = (Path(__file__).parent / "reliability.md").read_text()
    tallies = lab.tallies
    times = sum(tally.times for tally in tallies)
    found = [(tally, what) for tally in tallies for what, _ in tally.violations]
    fill = {
        "in_short": in_short(times, len(found)),
        "how": "--long" if lab.long else "--short",
        "seed": lab.seed,
        "cores": os.cpu_count(),
        "minutes": f"{seconds / 60:.0f}",
        "faults": f"{times:,}",
        "table": table(tallies),
        "stages": counts(tallies, "`kill -9`", STAGES, "moment", "kills"),
        "full": counts(tallies, "the disk is full", STAGES, "moment", "times"),
        "damage": damage(tallies),
        "violations": violations(found),
        "interrupt": longest(tallies, "an interrupt by", "seconds until it ended"),
        "twice": longest(tallies, "two interrupts", "seconds until it ended"),
        "lost": longest(tallies, "`kill -9` of a long run", "seconds of work lost"),
        "skipped": skipped(tallies),
    }
    for key, text in fill.items():
        page = page.replace("{{" + key + "}}", str(text))
    assert "{{" not in page, page[page.index("{{") :][:80]
    (ROOT / "docs/reliability.md").write_text(page.rstrip() + "\n")
    print("docs/reliability.md written")


def in_short(times, bad):
    if bad:
        return f"Of {times:,} faults {bad} led to something that may not be; they are told below."
    return f"After {times:,} faults of the kinds below no result was wrong, no folder half there, and all that had been kept was gone on with to the same bytes."


def table(tallies):
    rows = ["| fault | times | what must hold | violations |", "|---|---|---|---|"]
    for tally in tallies:
        times = tally.skipped or f"{tally.times:,}"
        rows.append(f"| {tally.fault} | {times} | {tally.holds} | {len(tally.violations)} |")
    return "\n".join(rows)


def counts(tallies, prefix, keys, what, unit):
    """How often each of some outcomes came, over the faults whose names begin so."""
    those = [tally for tally in tallies if tally.fault.startswith(prefix) or "killed" in tally.fault and "kill" in prefix]
    rows = [f"| {what} | {unit} |", "|---|---|"]
    for key in keys:
        count = sum(tally.counts[key] for tally in those)
        if count:
            rows.append(f"| {key} | {count:,} |")
    return "\n".join(rows)


def damage(tallies):
    rows = ["| what is done with it | file | noticed | not needed | not noticed |", "|---|---|---|---|---|"]
    for tally in tallies:
        if not tally.fault.startswith("damage to "):
            continue
        kinds = sorted({key.split(": ")[0] for key in tally.counts})
        for kind in kinds:
            noticed, unneeded, missed = (tally.counts[f"{kind}: {how}"] for how in ("noticed", "not needed", "NOT NOTICED"))
            rows.append(f"| {tally.fault.removeprefix('damage to ')} | `{kind}` | {noticed} | {unneeded} | {missed} |")
    return "\n".join(rows)


def violations(found):
    if not found:
        return "There was no violation."
    rows = ["**Violations:**", ""]
    for tally, what in found:
        row = f"- {tally.fault}: {what}"
        if row not in rows:
            rows.append(row)
    return "\n".join(rows)


def longest(tallies, prefix, what):
    values = [tally.worst[what] for tally in tallies if tally.fault.startswith(prefix) and what in tally.worst]
    return f"{max(values):.1f} s" if values else "(not measured)"


def skipped(tallies):
    return "\n".join(f"- {tally.fault}: {tally.skipped}." for tally in tallies if tally.skipped)
