"""What the peers' measurements say, for report.py."""

# What is wanted: times as fast as the peer.
GOALS = (
    ("mesa", "the same model in Mesa, per core", 1000),
    ("numpy", "the same model in NumPy, batched, per core", 10),
    ("numba", "the same model in numba with `prange`, all cores", 8),
)


def peer_goals(peers):
    """Rows of the table of goals."""
    return [[what, f"{goal:,} times", "not in this session", "not measured"] for _, what, goal in GOALS]


def peer_section(peers, check):
    """A section, or nothing."""
    return ""
