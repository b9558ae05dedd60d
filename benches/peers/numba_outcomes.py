"""What counts as what, as a resolved scenario says it: docs/model.md, 7.9, and docs/scenario.md, "Expressions".

`read` makes the `[[outcome]]` entries to a list, one for each of what an entry is about, in the scenario's order; none is known by name.
`first_steps` works them out with NumPy, in single precision, from the variables that a peer recorded at step 0 and at every step's end.

An expression is a nested tuple of an operation and what it is done to; truths are arrays of booleans.
"""

import re
from types import SimpleNamespace

import numpy as np

FLOAT = np.float32
# Replicates at a time: enough to drown the cost of a call for every step, few enough that their series stay in a cache.
CHUNK = 1000

# A key in quotes, a number with a signed exponent, a word (a name or the key of a number may begin with a digit), a sign.
WORD = re.compile(r"\s*('[^']*'|[0-9][A-Za-z0-9_.]*[eE][+-][0-9]*|[A-Za-z0-9_.]+|<=|>=|==|!=|[-+*/(),<>])")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
SO_FAR = ("start", "lowest", "highest")
ASKED = ("happened", "holds")


class Parser:
    """Of one text; a method for each row of what binds how strongly, from the weakest on. Every one returns (expression, is it a truth)."""

    def __init__(self, text, each, number, variable, outcome):
        self.text, self.each = text, each
        self.number, self.variable, self.outcome = number, variable, outcome
        self.words, at, end = [], 0, len(text.rstrip())
        while at < end:
            if not (found := WORD.match(text, at)):
                self.wrong(f"{text[at:end]!r} is no word")
            self.words.append(found[1])
            at = found.end()
        self.words.append("")

    def wrong(self, what):
        raise ValueError(f"{what} in the expression {self.text!r}")

    def take(self):
        return self.words.pop(0)

    def takes(self, *words):
        return self.take() if self.words[0] in words else ""

    def must_take(self, word):
        if not self.takes(word):
            self.wrong(f"{self.words[0]!r} where {word!r} is missing")

    def must_be(self, truth, found):
        if found[1] != truth:
            self.wrong("a number where a truth is wanted" if truth else "a truth where a number is wanted")
        return found[0]

    def both(self, operation, one, other, takes, gives):
        return (operation, self.must_be(takes, one), self.must_be(takes, other)), gives

    def whole(self, truth):
        found = self.either()
        if self.words[0]:
            self.wrong(f"{self.words[0]!r} can't stand")
        return self.must_be(truth, found)

    def either(self):
        found = self.all()
        while self.takes("or"):
            found = self.both("or", found, self.all(), True, True)
        return found

    def all(self):
        found = self.opposite()
        while self.takes("and"):
            found = self.both("and", found, self.opposite(), True, True)
        return found

    def opposite(self):
        if self.takes("not"):
            return ("not", self.must_be(True, self.opposite())), True
        return self.comparison()

    def comparison(self):
        found = self.sum()
        if operation := self.takes(*COMPARISONS):
            found = self.both(operation, found, self.sum(), False, True)
        return found

    def sum(self):
        found = self.product()
        while operation := self.takes("+", "-"):
            found = self.both(operation, found, self.product(), False, False)
        return found

    def product(self):
        found = self.signed()
        while operation := self.takes("*", "/"):
            found = self.both(operation, found, self.signed(), False, False)
        return found

    def signed(self):
        if self.takes("-"):
            return ("negative", self.must_be(False, self.signed())), False
        if self.takes("+"):
            return self.must_be(False, self.signed()), False
        return self.atom()

    def atom(self):
        word = self.take()
        if word == "(":
            found = self.either()
            self.must_take(")")
            return found
        if word.startswith("'"):
            return ("number", self.number(word[1:-1])), False
        if re.match(r"[0-9.]", word):
            return ("constant", FLOAT(word)), False
        if not re.match(r"[A-Za-z_]", word) or word in ("and", "or", "not"):
            self.wrong(f"{word or 'the end'!r} can't stand")
        return self.named(word)

    def named(self, word):
        if self.words[0] != "(":
            return (("number", self.number(word)) if "." in word else self.read(word, [])), False
        if word in ("min", "max"):
            self.take()
            found = self.either()
            while self.takes(","):
                found = self.both(word, found, self.either(), False, False)
            self.must_take(")")
            return self.must_be(False, found), False
        if word in SO_FAR:
            self.take()
            found = self.must_be(False, self.either())
            self.must_take(")")
            return (word, found), False
        names = self.names()
        if word in ASKED:
            return (word, self.outcome(*names)), True
        return self.read(word, names), False

    def names(self):
        self.take()
        names = [self.take()]
        while self.takes(","):
            names.append(self.take())
        self.must_take(")")
        return names

    def read(self, name, names):
        return "variable", self.variable(name, [self.each if one == "each" and self.each else one for one in names])


def number_of(tree, key):
    """A number of the scenario by its key, in single precision; an axis over draws where it is uncertain."""
    node = tree
    for word in key.split("."):
        if isinstance(node, list):
            # Of a list of tables by what tells them apart: their id, or the two they are between, in the order of the alphabet.
            known = {one.get("id") or "+".join(sorted(one.get("between", [str(k)]))): one for k, one in enumerate(node)}
            node = known.get(word)
        else:
            node = node.get(word) if isinstance(node, dict) else None
    if isinstance(node, bool) or not isinstance(node, (int, float, np.ndarray)):
        raise ValueError(f"the scenario has no number {key!r}")
    return np.asarray(node, FLOAT)[()]


def read(tree, kinds, variable):
    """The outcomes of a scenario whose numbers are drawn, every variable that they read, and every number by its key.

    `kinds` has the names of coalitions, arenas, ...; `variable(name, names)` is what stands for one with the names in its brackets.
    """
    found, watched, numbers, places = [], [], {}, {}

    def number(key):
        numbers[key] = number_of(tree, key)
        return key

    def watch(name, names):
        of = variable(name, names)
        if of not in watched:
            watched.append(of)
        return watched.index(of)

    for entry in tree.get("outcome", []):
        several = entry["each"] != "none"
        for nth, each in enumerate(kinds[entry["each"]] if several else [""]):
            key = f"{entry['id']}.{each}" if several else entry["id"]
            if not entry["enabled"]:
                places[key] = None
                continue

            def asked(name, each=each, own=key):
                place = next((one for one in (f"{name}.{each}", name) if one in places), None)
                if place is None:
                    raise ValueError(f"there is no outcome {name!r} before {own!r}")
                return places[place]

            def parse(text, truth, each=each, asked=asked):
                return Parser(text, each, number, watch, asked).whole(truth)

            condition = None
            for name in ("when", "after", "unless"):
                if name in entry and not entry["otherwise"]:
                    one = parse(entry[name], True)
                    one = ("not", one) if name == "unless" else one
                    condition = one if condition is None else ("and", condition, one)
            weeks = entry["for_weeks"]
            weeks = parse(weeks, False) if isinstance(weeks, str) else ("number", number(f"outcome.{entry['id']}.for_weeks"))
            places[key] = len(found)
            found.append(
                SimpleNamespace(
                    key=key,
                    condition=condition,
                    for_weeks=weeks,
                    # Of several the first alone, and none that comes about otherwise.
                    counts=entry["counts"] and nth == 0 and not entry["otherwise"],
                )
            )
    return found, watched, numbers


def first_steps(plan, watched):
    """The step at whose end each outcome first came about, 0 where it did not: (outcome, replicate).

    `watched` is (variable, step, replicate), in the order of `plan.watched`. All steps of some replicates are worked out at once, since an
    outcome asks for none but earlier ones.
    """
    replicates = np.arange(watched.shape[-1])
    first = np.zeros((len(plan.outcomes), len(replicates)), np.int32)
    for begin in range(0, len(replicates), CHUNK):
        some = slice(begin, begin + CHUNK)
        first[:, some] = History(plan, watched[..., some], replicates[some] // plan.per_draw).first
    return first


def lesser(a, b):
    """The lesser of two; the first where there is no order."""
    return np.where(b < a, b, a)


def greater(a, b):
    return np.where(b > a, b, a)


def so_far(better):
    """From step 0 on. What is no number is passed over, unless it is the first."""

    def kept(x):
        found = np.array(x)
        for t in range(1, len(x)):
            better(found[t - 1], x[t], out=found[t])
        return np.where(np.isnan(x[0]), x[0], found) if np.isnan(x[0]).any() else found

    return kept


OPERATIONS = {
    "or": np.logical_or,
    "and": np.logical_and,
    "not": np.logical_not,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    # What is no number is not different either.
    "!=": lambda a, b: (a < b) | (a > b),
    "negative": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "min": lesser,
    "max": greater,
}
OF_HISTORY = {"start": lambda x: x[:1], "lowest": so_far(np.fmin), "highest": so_far(np.fmax)}


class History:
    """The outcomes of some replicates: arrays are (step, replicate), or of length 1 where they are the same for all."""

    def __init__(self, plan, watched, draws):
        self.watched, self.steps = watched, np.arange(watched.shape[1])
        self.numbers = {key: of if of.ndim == 0 else of[draws][None] for key, of in plan.numbers.items()}
        self.known, self.holds = {}, []
        self.first = np.zeros((len(plan.outcomes), watched.shape[2]), np.int32)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for k, outcome in enumerate(plan.outcomes):
                self.holds.append(self.hold(outcome, plan.dt) if outcome.condition else np.zeros(watched.shape[1:], bool))
                # That of step 0 where there is none.
                self.first[k] = self.holds[k].argmax(0)
        counting = np.array([outcome.counts for outcome in plan.outcomes], bool)
        nothing = (self.first[counting] == 0).all(0)
        for k, outcome in enumerate(plan.outcomes):
            if not outcome.condition:
                self.first[k] = np.where(nothing, self.steps[-1], 0)

    def hold(self, outcome, dt):
        """Where a condition has held for long enough."""
        now = np.broadcast_to(self.value(outcome.condition), self.watched.shape[1:])
        weeks = np.broadcast_to(self.value(outcome.for_weeks), now.shape)
        holds, held = np.array(now), np.zeros(now.shape[1], FLOAT)
        for t in range(len(now)):
            held += FLOAT(dt)
            held *= now[t]
            holds[t] &= held >= weeks[t]
        holds[0] = False
        return holds

    def value(self, expression):
        operation, *of = expression
        match operation:
            case "constant":
                return of[0]
            case "number":
                return self.numbers[of[0]]
            case "variable":
                return self.watched[of[0]]
            case "happened" | "holds":
                return self.asked(operation, of[0])
        if operation not in OF_HISTORY:
            return OPERATIONS[operation](*(self.value(one) for one in of))
        # Worked out once, where several outcomes ask for the least of the same.
        if expression not in self.known:
            self.known[expression] = OF_HISTORY[operation](np.atleast_2d(self.value(of[0])))
        return self.known[expression]

    def asked(self, what, place):
        # What is called off never comes about.
        if place is None:
            return np.zeros((1, 1), bool)
        if what == "holds":
            return self.holds[place]
        return (self.first[place] > 0) & (self.first[place] <= self.steps[:, None])
