"""What the peers' measurements say, for report.py.

Read of peers.json: {"peers": {KEY: {"name", "version", "cores", "us_per_replicate", "engine_us_per_replicate", "ratio"}},
"notes": [text]}, where the last three are {"median", "low", "high", "n"} and the ratio is that of the turns. Read of
peers_check.json: {KEY: {"agrees": true or false, "says": text}, "alike": {KEY: most by which the history without chance
differs}, "exact": {"same": histories, "of": histories}}. A peer's time counts only if it agrees.
"""

# What is wanted: so many times as fast as the peer.
GOALS = (
    ("mesa", "the same model in Mesa, per core", 1150),
    ("numpy", "the same model in NumPy, batched, per core", 16),
    ("numba", "the same model in numba with `prange`, all cores", 8.3),
)


def found(peers, key):
    """A peer's measurements, if it was measured."""
    return ((peers or {}).get("peers") or {}).get(key)


def agrees(check, key):
    """Whether a peer was shown to give the same distributions."""
    return bool(((check or {}).get(key) or {}).get("agrees"))


def peer_goals(peers, check, shown):
    """Rows of the table of goals; `shown` puts a spread into words."""
    rows = []
    for key, what, goal in GOALS:
        peer = found(peers, key)
        if not peer:
            rows.append([what, f"{goal:,} times", "", "not measured"])
        elif not agrees(check, key):
            rows.append([what, f"{goal:,} times", shown(peer["ratio"], " times"), "doesn't count: not shown to agree"])
        else:
            met = "yes" if peer["ratio"]["median"] >= goal else "**no**"
            rows.append([what, f"{goal:,} times", shown(peer["ratio"], " times"), met])
    return rows


def peer_section(peers, check, shown, table):
    """A section, or nothing."""
    rows = []
    for key, peer in ((peers or {}).get("peers") or {}).items():
        same = ((check or {}).get(key) or {}).get("says", "not checked")
        rows.append(
            [
                f"{peer['name']} {peer['version']}",
                peer["cores"],
                shown(peer["us_per_replicate"]),
                shown(peer["engine_us_per_replicate"]),
                shown(peer["ratio"]),
                same,
            ]
        )
    if not rows:
        return ""
    head = ["peer", "cores", "its us a replicate", "ours", "times as fast", "same distributions"]
    check = check or {}
    one_by_one = ""
    if exact := check.get("exact"):
        one_by_one += (
            f"With this program's own random numbers {exact['same']:,} of {exact['of']:,} histories of NumPy's are this program's, in five series at "
            "every step and in when every outcome came; in the others rounding tips a choice. "
        )
    if alike := check.get("alike"):
        one_by_one += f"Without any chance the one history of each is this program's to {max(alike.values()):.0e} of the greatest value of a series."
    notes = "".join(f"- {note}\n" for note in peers.get("notes", []))
    return f"""## The same model in what people would use instead

The flagship, on as many cores each, in turn. A peer's time counts only if it gives the same chances and fans, also of the outcomes that
benches/peers/more.toml adds. NumPy's and Mesa's were written from [model.md](model.md) and [scenario.md](scenario.md) alone, by two who had seen
neither this program's code nor each other's. {one_by_one}

{table(head, rows)}

{notes}"""
