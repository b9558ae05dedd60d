"""This program's own random numbers, for the NumPy peer: docs/model.md, 7.10.

With them each of its histories is the program's. `of_inputs` is for its `read_plan`, `Block` for its `simulate`.
"""

import numpy as np
from blake3 import blake3

import numpy_model

CONTEXT = "simulate stream contract v1"
CONSTANTS = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
WORDS = 16  # That a block of ChaCha has.
LOW = 0xFFFFFFFF


def channel_key(seed, *names):
    """Eight words: of the seed, a purpose and what it is about."""
    data = seed.to_bytes(8, "little")
    for name in names:
        data += len(name.encode()).to_bytes(8, "little") + name.encode()
    return np.frombuffer(blake3(data, derive_key_context=CONTEXT).digest(), "<u4")


def chacha8(key, block, nonces):
    """The words of a block of a stream for each nonce, (word, nonce)."""
    nonces = np.asarray(nonces, np.uint64)
    first = [*CONSTANTS, *key, block, 0, nonces & np.uint64(LOW), nonces >> np.uint64(32)]
    first = [np.broadcast_to(np.asarray(word, np.uint64), nonces.shape).astype(np.uint32) for word in first]
    s = list(first)

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = s[x] + s[y]
            mixed = s[z] ^ s[x]
            s[z] = (mixed << np.uint32(turn)) | (mixed >> np.uint32(32 - turn))

    for _ in range(4):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for place in range(4):
            quarter(place, 4 + (place + 1) % 4, 8 + (place + 2) % 4, 12 + (place + 3) % 4)
    return np.array([x + y for x, y in zip(s, first)])


def of_inputs(scenario, path, number, draws):
    """The uniform numbers behind an input, of each draw; where draws lie by chance (`run.design` is random)."""
    match number["dist"]:
        case "table":
            names = "table", number["table"]
        case "dirichlet":
            names = "shares", number["group"], path
        case _:
            names = "input", path
    low, high = chacha8(channel_key(scenario["run"]["seed"], *names), 0, np.arange(draws))[:2].astype(np.uint64)
    return (((low | (high << np.uint64(32))) >> np.uint64(11)) + 0.5) / 2.0**53


class Block(numpy_model.Block):
    """A block whose numbers within a run are the program's. The model asks for them in the same order in every step."""

    def __init__(self, plan, first, count, seed):
        super().__init__(plan, first, count, seed)
        self.nonces = np.arange(first, first + count)
        factions, arenas, land = self.cast.factions, self.cast.arenas, self.cast.arenas[: self.cast.nt]
        pairs = lambda purpose, i, j: [(purpose, *sorted((factions[x], factions[y]))) for x, y in zip(i, j)]
        asked = [
            [("event", event.id) for event in plan.events],
            [("mood",)],
            pairs("pair noise", *np.triu_indices(self.cast.n, 1)),
            [("tempo", name) for name in factions],
            [("threat tempo",)],
            [("battle luck", name) for name in land],
            [("rout", name) for name in land],
            [("rout of a faction", factions[i], arenas[a]) for i, a in self.cast.claims],
            [("assault", name) for name in land],
            pairs("pair feud", self.cast.politics.pi, self.cast.politics.pj),
            pairs("pair conflict", self.cast.ground.pi, self.cast.ground.pj),
            [("uprising", name) for name in land],
            [("split",)],
            [("oil",)],
        ]
        self.keys = [[channel_key(seed, *names) for names in channels] for channels in asked]
        self.calls, self.made = 0, None

    def words(self):
        step, call = divmod(self.calls, len(self.keys))
        self.calls += 1
        block, place = divmod(step, WORDS)
        if (block, call) not in (self.made or {}):
            # (channel, word, replicate)
            of = lambda keys: np.array([chacha8(key, block, self.nonces) for key in keys]).reshape(len(keys), WORDS, self.count)
            self.made = {(block, call): of(keys) for call, keys in enumerate(self.keys)}
        return self.made[block, call][:, place]

    def uniform(self, rows):
        return (((self.words() >> np.uint32(1)) + 0.5) / 2**31).astype(np.float32)

    def normal(self, *shape):
        return numpy_model.normal_quantile((self.words() + 0.5) / 2**32).astype(np.float32).reshape(*shape, self.count)
