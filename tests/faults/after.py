"""What must hold after a fault, and goes on from there until all is done."""

from lab import SCENARIOS, differs, unfinished


def check_place(work, lab, room, tally):
    """A folder that has a manifest is whole, wherever the work was stopped."""
    target = room / "X"
    expected = work.unbroken(lab)
    if not (target / "manifest.json").exists():
        return
    new = differs(target, expected.files)
    if new is None:
        return
    old = differs(target, expected.before) if expected.before else "nothing was there"
    if old is not None:
        tally.violated(f"{work.name}: X has a manifest.json and is not whole: {new}", room)


def go_on(work, lab, room, tally, is_spoiled=False):
    """Goes on as the messages say until X is whole; says which way it went.

    What is spoiled, because somebody removed some of it, may have to be begun anew.
    """
    target, expected = room / "X", work.unbroken(lab)
    way = "nothing was begun"
    # Parts of what is merged or extended are there before it is said what is done with them.
    had_parts = any((unfinished(target) / "parts").glob("*.part")) and (unfinished(target) / "work.json").is_file() and not is_spoiled
    if unfinished(target).exists():
        way = "resumed"
        ended = room.simulate("resume", "X", "--quiet", tally=tally)
        if ended.code != 0:
            way = "begun anew"
            if had_parts:
                tally.violated(f"{work.name}: something was kept, and resume ends with {ended.code}", room)
            elif "simulate clean" not in ended.said:
                tally.violated(f"{work.name}: resume doesn't say how to begin anew", room)
            cleaned = room.simulate("clean", unfinished(target), "--yes", tally=tally)
            if cleaned.code != 0 or unfinished(target).exists():
                tally.violated(f"{work.name}: clean leaves X.unfinished, so that nothing can be begun anew", room)
                return way
    if differs(target, expected.files) is not None and way != "resumed":
        ended = room.simulate(*work.words(lab), tally=tally)
        if ended.code != 0:
            tally.violated(f"{work.name}: can't be begun anew: exit code {ended.code}", room)
            return way
    check_whole(work, lab, room, tally)
    return way


def check_whole(work, lab, room, tally):
    """X is what it should be, nothing is left over, and going on once more does no harm."""
    target, expected = room / "X", work.unbroken(lab)
    for turn in ("in the end", "after another resume"):
        wrong = differs(target, expected.files)
        if wrong is not None:
            tally.violated(f"{work.name}: {turn} X is not as without the fault: {wrong}", room)
            return
        known = {"X", *SCENARIOS}
        left = sorted(p.name for p in room.path.iterdir() if p.name not in known)
        if left:
            tally.violated(f"{work.name}: {turn} something is left over: {', '.join(left)}", room)
            return
        if turn == "in the end":
            again = room.simulate("resume", "X", "--quiet", tally=tally)
            if again.code != 0:
                tally.violated(f"{work.name}: resume of a whole folder ends with {again.code}", room)
                return
