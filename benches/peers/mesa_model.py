"""The model as objects, the way a Mesa author would write it: one `Simulation` is one replicate.

Equations are those of docs/model.md, section 7; methods carry the names of its submodels. `simulate` runs replicates one
after another, or in several processes.
"""

from functools import partial
from math import exp, expm1, inf, log, log2, sqrt
from multiprocessing import Pool
from operator import mul
from types import SimpleNamespace

import mesa
import numpy as np
import outcomes
import results
from scenario import ADD, MULTIPLY, NOBODY, THREAT, VARIABLES, share

# What is recorded, and the attribute of the model it comes from.
SERIES = {name: name for name in "strength cohesion infighting open underground watched".split()} | {"rivalry": "mean_rivalry"}
ROUNDS_OF_HOSTILITY, ROUNDS_OF_EFFORT = 8, 12


def clip(x):
    return 0.0 if x < 0.0 else 1.0 if x > 1.0 else x


def part(rate):
    """What is lost at a rate, never more than all."""
    return rate / (1.0 + rate)


def lack(men, need):
    """Which share of the men needed is missing."""
    return 1.0 - men / (need + 1e-6) if men < need else 0.0


def strikes(u, hazard):
    """Whether a hazard strikes in this step, by a uniform number."""
    return u < -expm1(-hazard)


def softmax(utilities, temperature):
    top = max(utilities)
    weights = [exp((u - top) / temperature) for u in utilities]
    total = sum(weights)
    return [w / total for w in weights]


def log_odds(share):
    share = min(share, 0.995)
    return -40.0 if share <= 1e-6 else log(share / (1.0 - share))


class Claim:
    """A faction's claim on an arena and what it does there."""

    __slots__ = (
        "faction arena stake want control way_in gain change effort attack guard govern shield presence hostile besiegers siege breaking"
        " danger contacts lost clash access arrives post grudge"
    ).split()

    def __init__(self, faction, arena, stake, control, way_in):
        self.faction, self.arena = faction, arena
        self.stake = self.want = stake
        self.control, self.way_in, self.contacts = control, way_in, []
        self.gain = self.change = self.effort = self.attack = self.guard = self.govern = self.shield = 0.0
        self.presence = self.hostile = self.besiegers = self.siege = self.breaking = self.danger = self.lost = self.clash = 0.0
        self.post = self.grudge = self.arrives = 0.0
        self.access = 1.0

    def win(self, control):
        self.control += control
        self.change += control

    def abandon(self):
        """Whoever is routed guards what is left."""
        faction = self.faction
        faction.hold_effort += self.effort + sum(contact.effort for contact in self.contacts)
        self.effort = self.post = 0.0
        for contact in self.contacts:
            contact.effort = 0.0


class Contact:
    """A faction meets a rival in an arena: the two claims, and what of the first's power tells against the second."""

    __slots__ = "own rival effort sent".split()

    def __init__(self, own, rival):
        self.own, self.rival = own, rival
        self.effort = self.sent = 0.0

    def in_earnest(self, skirmish):
        """How far the two are in open quarrel, a clash counting for so much of a war; in politics any rung does."""
        own, j = self.own.faction, self.rival.faction.index
        if self.own.arena.political:
            return max(own.conflict[j], own.clash[j], own.feud[j])
        return own.conflict[j] + skirmish * own.clash[j]


class Populace:
    """A community in a territory."""

    __slots__ = "territory community mix sympathy grievance pool full_pool abusers strangers".split()

    def __init__(self, territory, community, mix, grievance, pool_share):
        self.territory, self.community = territory, community
        self.mix, self.sympathy, self.grievance = mix, mix * community.sympathy, grievance
        self.pool = self.full_pool = territory.population * mix * community.sympathy * pool_share
        self.abusers, self.strangers = [], []

    def willing(self, appeal):
        """The shares of its pool that would join openly, and hidden."""
        land = self.territory
        come = part(appeal * self.grievance * max(1.0 - land.order, 0.0))
        return come * land.threat_control, come * max(1.0 - land.threat_control, 0.0) * land.refuge

    def drain(self, appeal, refill, steps):
        """Whoever joined before the start is no longer in its pool."""
        turnover = sum(self.willing(appeal)) + refill
        rest = self.full_pool * refill / (turnover + 1e-9)
        self.pool = rest + (self.full_pool - rest) * exp(-turnover * steps)


class Community(mesa.Agent):
    def __init__(self, model, sympathy):
        super().__init__(model)
        self.sympathy = sympathy
        self.importance = self.provoked = 0.0


class Patron(mesa.Agent):
    def __init__(self, model, index, given):
        super().__init__(model)
        self.index = index
        self.commitment = self.full_commitment = given.commitment[index]
        self.exposure, self.air = given.patron_exposure[index], given.air[index]
        self.backing, self.usual_backing = given.backing[index], list(given.backing[index])
        self.offer, self.strikes = given.offer[index], given.strikes[index]
        self.hostility = given.patron_hostility[index]
        self.toward = {j: h for j, h in enumerate(given.patron_toward[index]) if h == h}
        self.perceived = self.perceived_at_start = 0.0

    def perceive(self, share):
        self.perceived += share * (1.0 - 1.0 / (1.0 + self.exposure * self.model.strength) - self.perceived)

    def support(self):
        self.given = [backing * self.commitment for backing in self.backing]

    def judge(self):
        """Its animosity toward every faction: its own, and that of backing by patrons it is at odds with."""
        model = self.model
        common_enemy = model.par.rivalry.common_enemy
        animosity = [0.0] * len(model.faction)
        for j, hostility in self.toward.items():
            animosity[j] = model.weight(hostility - common_enemy * sqrt(self.perceived * model.faction[j].perceived))
        for other in model.patron:
            if other is self:
                continue
            at_odds = model.weight(self.hostility[other.index] - common_enemy * sqrt(self.perceived * other.perceived))
            if at_odds > 0.0:
                animosity = [before + at_odds * given for before, given in zip(animosity, other.given)]
        self.animosity = [min(a, 1.0) for a in animosity]

    def polity(self):
        model = self.model
        start = self.perceived_at_start
        seen = 1.0 if start <= 1e-6 else self.perceived / start
        target = self.full_commitment * (1.0 - model.par.patronage.fatigue * max(1.0 - seen, 0.0))
        share = model.rates.commitment_returns if target > self.commitment else model.rates.commitment_erodes
        self.commitment += share * (target - self.commitment)
        self.realign()

    def realign(self):
        """Clients who make war on others are dropped, and such as lost support are taken up."""
        model, drop, backing = self.model, self.model.par.patronage.drop, self.backing
        self.backing = []
        for faction, before, usual, offer in zip(model.faction, backing, self.usual_backing, self.offer):
            stray = min(sum(back for other, back in zip(model.faction, backing) if back and model.newly_at_war(faction, other)), 1.0)
            target = usual * (1.0 - drop * stray) + max(offer - usual, 0.0) * faction.short()
            self.backing.append(before + model.rates.realign * (target - before))


class Arena(mesa.Agent):
    political = False

    def __init__(self, model, index, given):
        super().__init__(model)
        self.index = index
        self.value = given.value[index]
        self.front, self.floor, self.asked = given.front[index], given.floor[index], given.asked[index]
        self.threat_control = self.threat_at_start = given.threat_control[index]
        self.claims, self.contacts, self.pairs = [], [], []
        self.patron_stakes = [(model.patron[u], stakes[index]) for u, stakes in enumerate(given.patron_stake) if stakes[index]]
        self.threat_lost = self.threat_won = self.assault = 0.0

    def connect(self):
        """Contacts among the claims; pairs are the same without their direction."""
        for claim in self.claims:
            for rival in self.claims:
                if rival is not claim:
                    contact = Contact(claim, rival)
                    claim.contacts.append(contact)
                    self.contacts.append(contact)
        self.pairs = [(one, other) for n, one in enumerate(self.claims) for other in self.claims[:n]]
        self.nobody = max(1.0 - self.threat_control - sum(claim.control for claim in self.claims), 0.0)

    def start_step(self):
        self.threat_lost = self.threat_won = 0.0
        for claim in self.claims:
            claim.change = 0.0

    def give_threat(self, control):
        self.threat_control += control
        self.threat_won += control

    def take_from_threat(self, control):
        self.threat_control -= control
        self.threat_lost += control

    def gather(self):
        """What is aimed at each claim, once all factions are deployed."""
        for claim in self.claims:
            claim.hostile = claim.besiegers = 0.0
        for contact in self.contacts:
            sent = contact.sent
            if sent:
                faction, rival = contact.own.faction, contact.rival
                j = rival.faction.index
                rival.hostile += sent
                rival.besiegers += sent * faction.conflict[j]
                faction.fighting[j] += sent

    def win(self, force, against):
        """The contest success function."""
        ratio = max(force / (against + self.floor), 1e-12)
        return 1.0 / (1.0 + exp(min(-self.model.par.contest.decisiveness * log(ratio), 700.0)))

    def room(self, force):
        """What of a force finds room at the front."""
        return force / (force + self.front + 0.001)

    def fight(self):
        """Factions take ground from each other; in territories it costs lives."""
        for claim in self.claims:
            claim.lost = claim.clash = 0.0
            if claim.hostile:
                rate = self.model.rates.seize * self.win(claim.hostile, claim.presence) * self.room(claim.hostile)
                self.resist(claim, part(rate))
        for contact in self.contacts:
            if contact.sent:
                rival = contact.rival
                contact.own.win(rival.lost * contact.sent / (rival.hostile + 1e-6))
                contact.own.faction.lose(rival.clash * contact.sent)
        self.nobody = max(1.0 - self.threat_control - sum(claim.control for claim in self.claims), 0.0)

    def resist(self, claim, share):
        claim.lost = share * claim.control
        claim.win(-claim.lost)


class Institution(Arena):
    """A political arena."""

    political = True

    def __init__(self, model, index, given):
        super().__init__(model, index, given)
        self.crisis = given.crisis_start[index]

    def polity(self):
        model = self.model
        hostile, power = sum(c.hostile for c in self.claims), sum(c.faction.power for c in self.claims)
        x = model.par.polity.obstruction * hostile / (0.001 + power)
        self.crisis += model.rates.crisis * (part(x) - self.crisis)

    def elect(self, anew):
        """An election, by which so much of what factions hold is shared anew by what became of their support."""
        swing = self.model.par.polity.swing
        held = sum(claim.control for claim in self.claims)
        votes = [claim.control * claim.faction.following() ** swing for claim in self.claims]
        each = held / (sum(votes) + 1e-9)
        for claim, vote in zip(self.claims, votes):
            claim.win(anew * (each * vote - claim.control))


class Territory(Arena):
    def __init__(self, model, index, given):
        super().__init__(model, index, given)
        self.population, self.revenue = given.population[index], given.revenue_musd_per_month[index]
        self.border, self.refuge, self.terrain = given.border[index], given.refuge[index], given.terrain[index]
        self.underground = given.underground[index]
        self.neighbours, self.populaces = [], []
        self.garrison = self.defence = self.attack_effort = self.joint = self.pressure = self.luck = self.post = 0.0
        self.present = self.guards = self.guards_morale = self.garrison_breaking = self.guards_breaking = self.prize = 0.0
        self.governance = self.order = self.unrest = self.resentment = self.siege = self.threat_siege = 0.0
        self.starved = self.guards_starved = 0.0
        self.besieged_weeks, self.threatened_weeks = given.besieged_weeks[index], given.threatened_weeks[index]

    def gather(self):
        super().gather()
        self.joint = sum(claim.attack for claim in self.claims)
        self.present = sum(claim.shield for claim in self.claims)
        self.guards = self.present * self.unity("shield") * self.terrain
        self.guards_morale = sum(claim.shield * claim.faction.morale for claim in self.claims) / (self.present + 1e-6)

    def unity(self, kind):
        """What discord leaves of the joint power of a kind."""
        powers = {claim: getattr(claim, kind) for claim in self.claims}
        quarrel = sum(powers[one] * powers[other] * one.faction.mutual(other.faction) for one, other in self.pairs)
        return 1.0 - self.model.par.contest.discord * min(2.0 * quarrel / (sum(powers.values()) ** 2 + 1e-6), 1.0)

    def cells(self):
        return self.underground / (self.underground + self.model.par.upkeep.cell_presence)

    def cut_off_threat(self):
        """How far the place is cut off from what the threat holds next to it."""
        return max(1.0 - sum(road * near.threat_control for near, road in self.neighbours), 0.0) if self.neighbours else 0.0

    def cut_off_factions(self):
        held = sum(road * max(1.0 - near.threat_control - near.nobody, 0.0) for near, road in self.neighbours)
        return max(1.0 - held, 0.0) if self.neighbours else 0.0

    def men(self):
        """Men with whom the threat holds the place."""
        return self.garrison + self.model.par.strategy.cell_force * self.underground

    def need(self, control, hostile):
        """Men that it takes to hold so much of the place, so many of the people being hostile."""
        contest = self.model.par.contest
        return contest.men_per_head * self.population * control * (1.0 + contest.hostile_need * hostile)

    def threat_need(self):
        return self.need(self.threat_control, self.alien)

    def battle_luck(self):
        rates = self.model.rates
        self.luck = rates.luck_keep * self.luck + rates.luck_noise * self.model.normal()

    def confront(self):
        self.united = self.joint * self.unity("attack")
        self.fortune = exp(self.model.par.contest.battle_luck * self.luck)
        self.pressure = self.united * self.fortune

    def steep(self, force, against, morale):
        """By how much the odds and the defenders' morale multiply the hazard of breaking."""
        contest = self.model.par.contest
        odds = min(log(max(force / (against + self.floor), 1e-12)), 3.0)
        return exp(contest.break_odds * odds - contest.break_morale * (morale - 0.5))

    def besiege(self, share, used_up):
        """Forces before the threat, its own, and those before claims build up by this share; stores of who is cut off are used up by that."""
        build_up = lambda siege, now: min(now, siege + share * (now - siege))
        self.siege = build_up(self.siege, self.united)
        self.threat_siege = build_up(self.threat_siege, self.assault)
        for claim in self.claims:
            claim.siege = build_up(claim.siege, claim.besiegers)
        use_up = lambda lacking, cut: min(cut, lacking + used_up * (cut - lacking))
        self.starved = use_up(self.starved, self.cut_off_threat())
        self.guards_starved = use_up(self.guards_starved, self.cut_off_factions())

    def lie_before(self):
        """Sieges of the start, as long as they have lasted."""
        weeks, stores = self.model.par.contest.siege_weeks, self.model.par.contest.stores_weeks
        self.besiege(1.0, 1.0)
        self.starved *= -expm1(-self.besieged_weeks / stores)
        self.guards_starved *= -expm1(-self.threatened_weeks / stores)
        self.siege *= -expm1(-self.besieged_weeks / weeks)
        self.threat_siege *= -expm1(-self.threatened_weeks / weeks)

    def breaking_of_garrison(self):
        """The hazard that the garrison breaks, relative to `break_per_week`."""
        contest, morale = self.model.par.contest, self.model.threat.morale
        force = self.siege * self.fortune
        hazard = self.room(force) * self.steep(force, self.defence, morale - contest.residents * self.alien)
        return hazard * (1.0 + contest.encirclement * self.starved)

    def breaking_of_guards(self, force):
        """The same for all who defend the place against such a force of the threat."""
        contest = self.model.par.contest
        hazard = self.room(force) * self.steep(force, self.guards, self.guards_morale - contest.residents * self.resentment)
        return hazard * (1.0 + contest.encirclement * self.guards_starved)

    def brace(self):
        """Who is near breaking, before anything happens."""
        rate = self.model.rates.breaking
        self.garrison_breaking = rate * self.breaking_of_garrison()
        self.guards_breaking = rate * self.breaking_of_guards(self.threat_siege)
        for claim in self.claims:
            claim.breaking = rate * self.room(claim.siege) * self.steep(claim.siege, claim.presence, claim.faction.morale)

    def attack_threat(self):
        """The factions take ground from the threat; men are lost by the midpoint rule."""
        model, contest, threat = self.model, self.model.par.contest, self.model.threat
        joint, force, defence = self.joint, self.pressure, self.defence
        lost = self.threat_control * part(model.rates.advance * self.win(force, defence) * self.room(force))
        if model.hit(self.garrison_breaking):
            lost = self.threat_control
            held = max(self.garrison / (threat.open + 1e-6), lost * self.value / model.highest_value)
            threat.morale -= threat.morale * min(model.par.morale.rout * held, 1.0)
        self.take_from_threat(lost)
        attackers = [(claim, claim.attack / (joint + 1e-6)) for claim in self.claims if claim.attack > 0.0]
        for claim, own in attackers:
            claim.win(lost * own)
        self.nobody += lost * (1.0 - sum(own for _, own in attackers))

        base, slope = 1.0 - contest.linear_law, contest.linear_law / contest.linear_reference_power
        threat_loss, coalition_loss = model.rates.threat_loss, model.rates.coalition_loss
        half_threat = min(threat_loss * force * (base + slope * defence) / 2.0, self.garrison / 2.0)
        half_coalition = coalition_loss * defence * (base + slope * force) / 2.0
        force_mid = force * sum(
            own * (1.0 - min(half_coalition * own / (claim.faction.fighters + 1e-6), 0.5)) for claim, own in attackers
        )
        defence_mid = defence * (1.0 - half_threat / (threat.open + 1e-6))
        coalition_loss *= defence_mid * (base + slope * force_mid)
        threat.lose_in_fight(min(threat_loss * force_mid * (base + slope * defence_mid), self.garrison))
        for claim, own in attackers:
            faction = claim.faction
            faction.lose(min(coalition_loss * own, 0.5 * faction.fighters * claim.attack / (faction.power + 1e-6)))

    def resist(self, claim, share):
        breaks = self.model.hit(claim.breaking)
        if breaks:
            self.rout(claim)
        claim.post *= 1.0 - share
        super().resist(claim, 1.0 if breaks else share)
        claim.clash = self.model.rates.rival_loss * claim.presence / (claim.hostile + claim.presence + self.floor)
        claim.faction.lose(claim.clash * claim.hostile)

    def rout(self, claim):
        """The forces of a claim break and give it up."""
        model, faction = self.model, claim.faction
        share = min(claim.presence / (faction.power + 1e-6), 1.0)
        faction.lose(model.par.contest.rout_loss * faction.fighters * share)
        shaken = max(share, claim.control * self.value / model.highest_value)
        faction.morale -= faction.morale * model.par.morale.rout * shaken
        claim.abandon()

    def occupy(self):
        """Who has not the men loses ground to nobody, and who has men to spare takes it."""
        rates, threat = self.model.rates, self.model.threat
        takers = []
        for claim in self.claims:
            faction = claim.faction
            men = faction.fighters * claim.presence / (faction.power + 1e-6)
            need = self.need(claim.control, claim.grudge)
            takers.append((claim, claim.presence * lack(need, men)))
            slips = claim.control * part(rates.slip * lack(men, need))
            claim.win(-slips)
            self.nobody += slips
        men, need = self.men(), self.threat_need()
        slips = self.threat_control * part(rates.slip * lack(men, need))
        self.threat_control -= slips
        self.nobody += slips
        spare = men * threat.fighting_power * lack(need, men)
        takes = spare + sum(take for _, take in takers)
        flow = self.nobody * part(rates.occupy * takes / (takes + self.front + self.floor)) / (takes + 1e-6)
        for claim, take in takers:
            claim.win(flow * take)
        self.give_threat(flow * spare)
        self.nobody -= flow * takes

    def assaulted(self):
        """An attack by the threat gains ground, or all where the defenders break."""
        model, rates, threat = self.model, self.model.rates, self.model.threat
        assault, guards = self.assault, self.guards
        breaks = model.hit(self.guards_breaking)
        share = part(rates.advance * self.win(assault, guards) * self.room(assault))
        clash = assault / (assault + guards + self.floor)
        each = rates.coalition_loss * guards * clash / (self.present + 1e-6)
        for claim in self.claims:
            claim.faction.lose(each * claim.shield)
            if breaks:
                self.rout(claim)
            claim.post *= 1.0 - share
        threat.lose_in_fight(rates.threat_loss * guards * clash)
        if breaks:
            threat.funds += model.par.upkeep.loot * self.revenue * (1.0 - self.threat_control)
            self.post += self.attack_effort
            threat.hold_effort += self.attack_effort
            self.attack_effort = 0.0
        self.fall(1.0 if breaks else share)

    def fall(self, share):
        for claim in self.claims:
            taken = share * claim.control
            claim.win(-taken)
            self.give_threat(taken)
        taken = share * self.nobody
        self.nobody -= taken
        self.give_threat(taken)
        rising = share * self.underground
        self.underground -= rising
        self.model.threat.core += rising

    def offer(self):
        """What the threat lost of it is a prize for a while."""
        self.prize = self.model.rates.prize_keep * self.prize + self.threat_lost

    def resent(self):
        self.unrest = sum(p.mix * p.grievance for p in self.populaces)
        self.resentment = sum(p.sympathy * p.grievance for p in self.populaces)
        for claim in self.claims:
            claim.grudge = 0.0
        for populace in self.populaces:
            for claim, strange in populace.strangers:
                claim.grudge += populace.mix * populace.grievance * strange

    def govern(self):
        polity, threat = self.model.par.polity, self.model.threat
        order = sum(
            c.control * c.faction.governance * c.govern / (c.govern + polity.governance_power * (c.control + 0.05))
            for c in self.claims
        )
        hindered = 1.0 + polity.cell_disruption * self.underground
        self.order = order / hindered
        self.governance = (order + self.threat_control * threat.governance * threat.pay) / hindered

    def toll(self, force, against):
        return force * against / (force + against + self.floor)

    def bloodshed(self):
        """How much of the place is fought over."""
        fought = self.toll(self.pressure, self.defence) + self.toll(self.assault, self.guards)
        fought += sum(self.toll(claim.hostile, claim.presence) for claim in self.claims) / 2.0
        return fought / (fought + self.front)

    def grieve(self):
        rates = self.model.rates
        everybody = rates.vacuum * max(1.0 - self.governance, 0.0) + rates.bloodshed * self.bloodshed()
        heals = rates.healing * self.governance
        for populace in self.populaces:
            abused = sum(claim.control * abuse for claim, abuse in populace.abusers)
            rises = rates.abuse * abused + everybody + rates.provoked * populace.community.provoked
            populace.grievance = (populace.grievance + rises) / (1.0 + rises + heals)
        self.resent()


class Faction(mesa.Agent):
    def __init__(self, model, index, given):
        super().__init__(model)
        self.index, self.bloc = index, given.bloc[index]
        n = len(given.fighters)
        self.fighters = self.fighters_at_start = given.fighters[index]
        self.quality = given.quality[index]
        self.pay = self.pay_at_start = given.pay[index]
        self.support = self.support_at_start = given.support[index]
        self.morale = self.morale_at_start = given.morale_start[index]
        self.full_pay = given.full_pay[index]
        self.own_resources, self.governance = given.own_resources[index], given.governance[index]
        self.position, self.salience = given.position[index], given.salience[index]
        self.people, self.abuse = given.people[index], given.abuse[index]
        self.given_hostility = given.given_hostility[index]
        self.memory, self.truce = given.memory[index], given.truce[index]
        self.conflict = [float(at_war) for at_war in given.at_war[index]]
        self.old_conflict, self.clash = list(self.conflict), [0.0] * n
        self.feud = [float(at_feud) for at_feud in given.at_feud[index]]
        self.agreement = [float(in_agreement) for in_agreement in given.in_agreement[index]]
        self.leadership = 1.0
        self.perceived = self.alarm = self.tempo = self.power = self.received = self.worn = 0.0
        self.shift, self.fighting, self.weight, self.hostility = [0.0] * n, [0.0] * n, [0.0] * n, [0.0] * n
        self.hold_effort = self.govern_effort = 0.0
        self.claims, self.lands, self.contacts, self.exposed = [], [], [], []

    def mutual(self, other):
        """The rivalry weights of both directions."""
        return self.weight[other.index] + other.weight[self.index]

    def lose(self, fighters):
        """Men lost in a fight, and the morale that goes with them."""
        if self.fighters > 0.0:
            lost = min(fighters, self.fighters)
            self.morale -= self.morale * min(self.model.par.morale.per_loss * lost / self.fighters, 1.0)
            self.fighters -= lost

    def following(self):
        """Its support relative to the start."""
        return max(self.support, 0.001) / max(self.support_at_start, 0.001)

    def bled(self):
        """The share of its men of the start that is gone."""
        return max(1.0 - self.fighters / (self.fighters_at_start + 0.001), 0.0)

    # Perception.

    def sense_danger(self):
        """The danger from the threat in every territory that the faction is exposed to, and in all."""
        weight = self.model.par.perception.underground_weight
        scale = self.model.threat.leadership / (self.power + 0.001)
        self.danger, self.claimed_danger = 0.0, 1e-6
        for territory, exposure, claim in self.exposed:
            danger = exposure * scale * (territory.garrison + weight * territory.underground)
            self.danger += danger
            if claim:
                claim.danger = danger
                self.claimed_danger += danger

    def take_alarm(self, able):
        attacked = sum(share * community.provoked for share, community in zip(self.people, self.model.community))
        self.alarm = self.model.rates.alarm_keep * self.alarm + self.model.rates.alarm * able * attacked

    def perceive(self, share):
        self.sense_danger()
        target = 1.0 - 1.0 / ((1.0 + self.danger) * (1.0 + self.alarm))
        self.perceived += share * (target - self.perceived)

    # Rivalry.

    def draw_baseline(self):
        rivalry = self.model.par.rivalry
        scale = rivalry.hostility_scale * rivalry.from_issues / 2.0
        self.baseline = []
        for other, given in zip(self.model.faction, self.given_hostility):
            if given != given:
                apart = sum(s * abs(x - y) for s, x, y in zip(self.salience, self.position, other.position))
                given = log_odds(scale * apart)
            self.baseline.append(given)

    def receive(self):
        """Support by patrons, whom else they support, and what it makes the faction want."""
        i = self.index
        self.backers = [patron for patron in self.model.patron if patron.given[i] > 0.0]
        self.received = sum(patron.given[i] for patron in self.backers)
        self.aid = 1.0 + sum(patron.air * patron.given[i] for patron in self.backers)
        self.shared = [0.0] * len(self.weight)
        for patron in self.backers:
            self.shared = [before + patron.given[i] * given for before, given in zip(self.shared, patron.given)]
        self.shared = [min(shared, 1.0) for shared in self.shared]
        for claim in self.claims:
            claim.want = claim.stake + sum(stake * patron.given[i] for patron, stake in claim.arena.patron_stakes)

    def forget(self):
        keep = self.model.rates.memory_keep
        self.memory = [keep * memory for memory in self.memory]

    def outgrown(self, all_power):
        """How much the others resent that it has grown faster than they."""
        share = self.power / (0.001 + all_power)
        self.growth = self.model.par.rivalry.outgrowing * log2(max(share / max(self.share_at_start, 0.005), 1.0))

    def make_ties(self):
        """The balance term's ties to all; its own diagonal only where `self_tie` is on."""
        rivalry = self.model.par.rivalry
        self.ties = [-h / (1.0 + abs(h) / rivalry.tie_saturation) for h in self.hostility]
        self.ties[self.index] *= rivalry.self_tie

    def met(self):
        """What land won and contested offices add to hostility toward each rival."""
        rivalry = self.model.par.rivalry
        pull = [0.0] * len(self.hostility)
        for contact in self.contacts:
            own, rival = contact.own, contact.rival
            j = rival.faction.index
            if rival.gain > 0.0:
                pull[j] += rivalry.land_gain * own.want * rival.gain
            if own.arena.political:
                pull[j] += rivalry.crisis_strain * own.arena.crisis * min(own.stake * rival.stake, 1.0)
            else:
                both = min(own.want * rival.want, 1.0)
                pull[j] += rivalry.spoils * max(1.0 - self.model.strength, 0.0) * both * own.arena.threat_at_start
        return pull

    def aim(self, columns):
        """The target of its hostility toward everybody; columns are everybody's ties to each faction."""
        model, rivalry, i = self.model, self.model.par.rivalry, self.index
        balance, root, skirmish = model.rates.balance, rivalry.common_enemy * sqrt(self.perceived), model.par.conflict.skirmish
        support = [(patron.given[i], patron.animosity) for patron in self.backers]
        self.target = []
        for other, pull in zip(model.faction, self.met()):
            j = other.index
            spread = balance * sum(map(mul, self.ties, columns[j]))
            if i == j:
                self.target.append(-spread)
                continue
            target = self.baseline[j] + self.shift[j] + self.memory[j] + pull + other.growth - spread + model.mood_term
            target -= root * sqrt(other.perceived)
            target += rivalry.open_conflict * (self.conflict[j] + skirmish * self.clash[j]) + rivalry.feud * self.feud[j]
            target -= rivalry.agreement * self.agreement[j]
            if self.truce[j] > 0.0:
                target -= rivalry.ceasefire
            if self.bloc >= 0 and self.bloc == other.bloc:
                target += rivalry.pay_strain * (1.0 - (self.pay + other.pay) / 2.0)
            if support:
                opposed = sum(given * animosity[j] for given, animosity in support)
                target += rivalry.patron_rivalry * opposed - rivalry.shared_patron * self.shared[j]
            self.target.append(target)

    def move_hostility(self, share):
        self.hostility = [h + share * (target - h) for h, target in zip(self.hostility, self.target)]

    def weigh(self):
        self.weight = [self.model.weight(h) for h in self.hostility]
        self.weight[self.index] = 0.0

    # Allocation.

    def open_ways(self, share):
        """Ground that it holds opens the places around it; what is cut off is so at once."""
        model, allocation = self.model, self.model.par.allocation
        if model.roads:
            opened = {claim.arena: claim.control * (1.0 - claim.arena.threat_control) for claim in self.lands}
            for claim in self.lands:
                near = opened[claim.arena] + claim.way_in
                near += sum(road * opened.get(land, 0.0) for land, road in claim.arena.neighbours)
                within = part((allocation.access * near) ** 2)
                claim.access = min(within, claim.access + share * (within - claim.access))
        for claim in self.claims:
            claim.arrives = min(allocation.supply * claim.access, 1.0)

    def allocate(self, share):
        """Move effort toward the logit choice among all options."""
        model, allocation = self.model, self.model.par.allocation
        force = allocation.decision_share * self.power
        stakes, met = 1e-6, 0.0
        for claim in self.claims:
            stakes += claim.stake
            met += claim.stake * claim.control
        fear = self.perceived * (1.0 - allocation.met_aims * met / stakes) / self.claimed_danger
        rivals = [contact for contact in self.contacts if self.weight[contact.rival.faction.index] > 0.0]
        utilities = [self.worth_of_attack(claim, force, fear) for claim in self.lands]
        utilities += [self.worth_against(contact, force) for contact in rivals]
        utilities += self.worth_of_holding()
        chosen = softmax(utilities, allocation.temperature)

        self.govern_effort += share * (chosen.pop() - self.govern_effort)
        self.hold_effort += share * (chosen.pop() - self.hold_effort)
        for contact in self.contacts:
            contact.effort -= share * contact.effort
        shares = iter(chosen)
        for claim in self.lands:
            claim.effort += share * (next(shares) - claim.effort)
        for contact in rivals:
            contact.effort += share * next(shares)

    def way(self, claim):
        return self.model.par.allocation.temperature * log(max(claim.access, 1e-12))

    def worth_of_attack(self, claim, force, fear):
        allocation, land = self.model.par.allocation, claim.arena
        here = land.threat_control + (1.0 - land.threat_control) * land.cells()
        force, front = force * claim.arrives, land.front + 0.001
        success = force / (force + land.joint + land.defence + land.asked) * front / (front + land.joint)
        wanted = fear * claim.danger + allocation.land_hunger * claim.stake * land.threat_control
        paid = allocation.patron_pay * min(self.received, 1.0) * here
        cost = allocation.threat_cost + allocation.idle_cost * (1.0 - here)
        return allocation.threat_weight * wanted * success + paid - cost + self.way(claim)

    def worth_against(self, contact, force):
        allocation, own, rival = self.model.par.allocation, contact.own, contact.rival
        j, arena = rival.faction.index, own.arena
        worth = own.want * rival.control + allocation.contact * min(own.want * rival.want, 1.0) * (1.0 - own.control)
        if self.conflict[j] and not arena.political:
            worth += allocation.war_aim * rival.control
        force, front = force * own.arrives, arena.front + 0.001
        success = force / (force + contact.sent + rival.presence + arena.asked) * front / (front + contact.sent)
        cost = allocation.rival_cost * (1.0 - max(self.conflict[j], self.clash[j]))
        return allocation.rival_weight * self.weight[j] * worth * success - cost + self.way(own)

    def worth_of_holding(self):
        allocation = self.model.par.allocation
        held, people, risk, ground, aggrieved = 1e-6, 1e-6, 0.0, 0.0, 0.0
        for claim in self.claims:
            worth = claim.control * claim.arena.value
            against = claim.hostile + claim.arena.assault
            held += worth
            risk += worth * against / (against + claim.guard + claim.arena.asked)
        for claim in self.lands:
            living = claim.control * claim.arena.population
            people += living
            ground += claim.control * claim.arena.value
            aggrieved += living * claim.arena.unrest
        holder = held / (held + allocation.foothold)
        hold = allocation.hold_weight * holder * (allocation.garrison + (1.0 - allocation.garrison) * risk / held)
        return [hold, allocation.govern_weight * ground / (ground + allocation.foothold) * aggrieved / people]

    def change_tempo(self):
        rates = self.model.rates
        self.tempo = rates.tempo_keep * self.tempo + rates.tempo_noise * self.model.normal()

    def deploy(self, share):
        model, contest, conflict = self.model, self.model.par.contest, self.model.par.conflict
        self.post_guards(share)
        quick = self.power * exp(contest.tempo * self.tempo)
        governed = [c.control * (c.arena.population + 0.001) for c in self.lands]
        govern = self.power * self.govern_effort / (1e-9 + sum(governed))
        for claim, weight in zip(self.lands, governed):
            claim.govern, claim.attack = govern * weight, quick * claim.arrives * claim.effort
        self.fighting, self.massed = [0.0] * len(self.weight), [0.0] * len(self.weight)
        for claim in self.claims:
            claim.guard = self.power * self.hold_effort * claim.post
            claim.shield = claim.guard + claim.attack + contest.policing * claim.govern
            claim.presence = claim.guard + claim.attack + claim.govern
            for contact in claim.contacts:
                sent = quick * claim.arrives * contact.effort
                contact.sent = sent * (conflict.quiet + (1.0 - conflict.quiet) * contact.in_earnest(conflict.skirmish))
                claim.shield += sent - contact.sent + contest.engaged * contact.sent
                claim.presence += sent
                if not claim.arena.political:
                    self.massed[contact.rival.faction.index] += sent

    def post_guards(self, share):
        """Guards move to where they are needed, as far as they can get there."""
        wanted = [c.control * (c.arena.value + 0.01) * (c.hostile + c.arena.assault + c.arena.asked) for c in self.claims]
        each = 1.0 / (1e-9 + sum(wanted))
        for claim, weight in zip(self.claims, wanted):
            claim.post += share * claim.access * (each * weight - claim.post)
        posted = 1e-9 + sum(claim.post for claim in self.claims)
        for claim in self.claims:
            claim.post /= posted

    # Quarrels.

    def meet(self):
        """How it meets each other faction: in what it wants, in the field, over institutions and over the threat's losses."""
        n = len(self.weight)
        self.contact, self.facing, self.rift = [0.0] * n, [0.0] * n, [0.0] * n
        self.coveted, self.withheld = [0.0] * n, [0.0] * n
        for contact in self.contacts:
            own, rival, arena = contact.own, contact.rival, contact.own.arena
            j = rival.faction.index
            self.contact[j] += own.stake * (0.5 * rival.stake + rival.control)
            if arena.political:
                self.rift[j] += own.stake * rival.stake
            else:
                both = own.presence + rival.presence
                self.facing[j] += 4.0 * own.presence * rival.presence / ((both + 1e-6) * (both + arena.front))
                self.coveted[j] += min(own.want * rival.want, 1.0) * arena.prize * arena.value / arena.model.highest_value
                self.withheld[j] += own.stake * rival.control + rival.stake * own.control

    def resent_attacks(self):
        model = self.model
        for other in model.faction:
            j = other.index
            fighting = other.fighting[self.index]
            if fighting:
                self.memory[j] += model.rates.memory_of_fighting * min(fighting / (self.power + 0.001), 1.0)
            if self.truce[j]:
                self.truce[j] = max(self.truce[j] - model.dt, 0.0)

    def agree(self, other, rung, value):
        """Set what is the same both ways."""
        getattr(self, rung)[other.index] = getattr(other, rung)[self.index] = value

    def feud_with(self, other):
        """A feud begins or ends."""
        j, rates = other.index, self.model.rates
        weight = self.mutual(other) / 2.0
        hazard = rates.feud_ends * (1.5 - weight) if self.feud[j] else rates.feud * weight * min(self.rift[j], 1.0)
        if self.model.hit(hazard):
            self.agree(other, "feud", 1.0 - self.feud[j])

    def come_to_blows(self, other):
        """Clashes and wars begin and end; one number decides, so that climbing and ending exclude each other."""
        model, conflict, rates, j = self.model, self.model.par.conflict, self.model.rates, other.index
        u = model.random.random()
        if self.conflict[j]:
            if strikes(1.0 - u, self.peace_with(other)):
                self.agree(other, "conflict", 0.0)
                self.agree(other, "old_conflict", 0.0)
                self.agree(other, "truce", max(self.truce[j], conflict.ceasefire_weeks))
        elif self.clash[j]:
            deterred = conflict.deterrence * sqrt(self.perceived * other.perceived)
            if self.truce[j] <= 0.0 and strikes(u, rates.war * self.heat(other) * (1.0 - deterred)):
                self.agree(other, "clash", 0.0)
                self.agree(other, "conflict", 1.0)
            elif strikes(1.0 - u, rates.clash_ends):
                self.agree(other, "clash", 0.0)
        else:
            flares, decides = self.outbreaks(other) if self.truce[j] <= 0.0 else (0.0, 0.0)
            if strikes(u, flares + decides):
                self.agree(other, "agreement", 0.0)
                self.agree(other, "clash" if strikes(u, flares) else "conflict", 1.0)
            elif strikes(1.0 - u, self.settlement(other)):
                self.agree(other, "agreement", 1.0 - self.agreement[j])

    def outbreaks(self, other):
        """The hazards of a clash, and that one of the two decides for war."""
        conflict, rates, j, both = self.model.par.conflict, self.model.rates, other.index, self.power + other.power + 0.001
        anger, weight = self.anger(other), self.mutual(other) / 2.0
        massed = (self.massed[j] + other.massed[self.index]) / both
        deterred = conflict.deterrence * sqrt(self.perceived * other.perceived)
        equal = 4.0 * self.power * other.power / both**2
        flares = rates.clash * self.heat(other) * self.facing[j] * (1.0 + conflict.escalation * massed)
        wanted = min(self.withheld[j], 1.0)
        return flares, rates.decision * anger * wanted * (1.0 - deterred) * weight * weight * equal

    def settlement(self, other):
        """The hazard that two come to an agreement, or that theirs falls apart."""
        rates, j = self.model.rates, other.index
        weight, fear = self.mutual(other) / 2.0, sqrt(self.perceived * other.perceived)
        if self.agreement[j]:
            return rates.agreement_ends * (0.5 + weight) * (1.5 - fear)
        return rates.agreement * 4.0 * weight * (1.0 - weight) * fear * (1.0 + self.model.par.conflict.brokerage * self.shared[j])

    def short(self):
        """How much of its support from patrons a faction has lost."""
        start = self.received_at_start
        return max(1.0 - self.received / start, 0.0) if start > 0.001 else 0.0

    def anger(self, other):
        conflict, j, weight = self.model.par.conflict, other.index, self.mutual(other) / 2.0
        return weight * weight * (1.0 - conflict.restraint * self.shared[j]) * (1.0 + conflict.prize * self.coveted[j])

    def heat(self, other):
        return self.anger(other) * min(self.contact[other.index] + other.contact[self.index], 1.0)

    def peace_with(self, other):
        """The hazard that a war ends."""
        conflict = self.model.par.conflict
        hazard = self.model.rates.end * (1.5 - self.mutual(other) / 2.0)
        hazard *= 1.0 + conflict.exhaustion * max(self.bled(), other.bled())
        hazard *= 1.0 + conflict.brokerage * self.shared[other.index]
        return hazard * (1.0 + conflict.plea * max(self.perceived, other.perceived))

    # Polity.

    def resources(self):
        model, polity = self.model, self.model.par.polity
        bloc = 0.0
        if self.bloc >= 0:
            oil = 1.0 - min(exp(model.oil - model.rates.log_budget), 1.5)
            bloc = (1.0 - model.oil_dependence[self.bloc] * oil) * (1.0 - polity.crisis_pay * model.crisis_of(self.bloc))
        return self.own_resources + (1.0 - self.own_resources) * min(bloc + polity.patron_upkeep * self.received, 1.5)

    def land(self):
        return sum(claim.control * claim.arena.value for claim in self.claims)

    def pay_and_support(self):
        polity, rates = self.model.par.polity, self.model.rates
        self.pay += rates.pay * (min(self.pay_scale * self.resources(), 1.0) - self.pay)
        weary = polity.war_weariness * self.bled()
        target = clip(self.support_at_start + polity.support_per_pay * (self.pay - self.pay_at_start) - weary)
        self.support += rates.support * (target - self.support)
        self.leadership += rates.leadership * (1.0 - self.leadership)

    def take_heart(self):
        """Morale follows pay, support, patrons and fear; attacks wear it down, and success raises it."""
        model, morale, rates = self.model, self.model.par.morale, self.model.rates
        attacking = sum(claim.attack for claim in self.lands) + sum(map(mul, self.fighting, self.conflict))
        self.worn += rates.exertion * (min(attacking / (self.power + 1e-6), 1.0) - self.worn)
        rest = self.morale_at_start - morale.per_exertion * self.worn
        rest += morale.per_pay * (self.pay - self.pay_at_start) + morale.per_support * (self.support - self.support_at_start)
        rest += morale.per_patron * (self.received - self.received_at_start)
        rest += morale.per_fear * (self.perceived - self.perceived_at_start)
        self.morale += rates.morale * (clip(rest) - self.morale)
        won = sum(max(claim.change, 0.0) * claim.arena.value for claim in self.claims) / model.highest_value
        self.morale += (1.0 - self.morale) * min(morale.per_gain * won, 1.0)

    def rebuild(self):
        means = min(self.pay / max(self.pay_at_start, 0.001), 1.0)
        will = min(self.support / max(self.support_at_start, 0.001), 1.0)
        more = (self.land() - self.land_at_start) / (self.land_at_start + 1.0)
        grown = 1.0 + self.model.par.polity.land_growth * min(max(more, -0.5), 2.0)
        goal = self.fighters_at_start * means * will * grown
        self.fighters += self.model.rates.rebuild * (goal - self.fighters)

    def count_power(self):
        polity = self.model.par.polity
        paid = polity.unpaid_effectiveness + (1.0 - polity.unpaid_effectiveness) * self.pay
        backed = polity.unsupported_effectiveness + (1.0 - polity.unsupported_effectiveness) * self.support
        able = 1.0 - polity.crisis_effectiveness * self.model.crisis_of(self.bloc)
        self.power = self.fighters * self.quality * paid * backed * able * self.leadership * self.aid

    def against_threat(self):
        return sum(claim.effort for claim in self.lands)

    def measure(self):
        """Effort spent on each rival."""
        self.effort_against = [0.0] * len(self.weight)
        for contact in self.contacts:
            self.effort_against[contact.rival.faction.index] += contact.effort


class Threat(mesa.Agent):
    def __init__(self, model, given):
        super().__init__(model)
        for key, value in vars(given.threat).items():
            setattr(self, key, value)
        self.fighters_at_start, self.legitimacy_at_start, self.morale_at_start = self.fighters, self.legitimacy, self.morale
        self.core, self.joiners = self.fighters * (1.0 - self.opportunists), self.fighters * self.opportunists
        self.funds, self.fighting_power = self.funds_musd, self.quality
        self.leadership = self.foreign_inflow = self.hold_effort = 1.0
        self.tempo = self.melt_effort = 0.0

    @property
    def open(self):
        return self.core + self.joiners

    @property
    def hidden(self):
        return sum(territory.underground for territory in self.model.territory)

    def value_held(self):
        return sum(land.threat_control * land.value for land in self.model.territory)

    def lose(self, fighters):
        """Take fighters from the open, in proportion; return how many there were."""
        present = self.core + self.joiners
        if present <= 0.0:
            return 0.0
        taken = min(fighters, present)
        self.core -= self.core * taken / present
        self.joiners -= self.joiners * taken / present
        return taken

    def lose_in_fight(self, fighters):
        """Fighters lost, and the morale that goes with them."""
        present = self.open
        self.morale -= self.morale * min(self.model.par.morale.per_loss * self.lose(fighters) / (present + 1e-6), 1.0)

    def room(self):
        return 1.0 / (1.0 + (self.open + self.hidden) / (self.model.par.upkeep.saturation * self.fighters_at_start))

    def change_tempo(self):
        rates = self.model.rates
        self.tempo = rates.tempo_keep * self.tempo + rates.tempo_noise * self.model.normal()

    # Strategy.

    def strategy(self, share):
        model, par = self.model, self.model.par
        strategy, unpaid = par.strategy, par.polity.unpaid_effectiveness
        lands, communities = model.territory, model.community
        self.fighting_power = self.quality * self.leadership * (unpaid + (1.0 - unpaid) * self.pay)
        self.fighting_power *= exp(par.contest.tempo * self.tempo)
        shelter = sum(land.garrison * land.refuge for land in lands) / (self.open + 0.001)
        pressure, defence = sum(land.pressure for land in lands), sum(land.defence for land in lands)
        peril = pressure / (pressure + 0.001 + defence)
        utilities = [strategy.hold * peril * model.held_value / model.reference_value, strategy.melt * shelter * peril]
        utilities += [self.worth_of_assault(land) for land in lands]
        utilities += [strategy.provoke * community.importance for community in communities]
        shares = iter(softmax(utilities, strategy.temperature))
        self.hold_effort += share * (next(shares) - self.hold_effort)
        self.melt_effort += share * (next(shares) - self.melt_effort)
        for land in lands:
            land.attack_effort += share * (next(shares) - land.attack_effort)
        for community in communities:
            community.provoked += share * (next(shares) - community.provoked)

    def worth_of_assault(self, land):
        model, allocation, strategy = self.model, self.model.par.allocation, self.model.par.strategy
        near = land.threat_control + sum(road * other.threat_control for other, road in land.neighbours)
        reach = strategy.access * (near + land.cells())
        force = (allocation.decision_share * self.open + strategy.cell_force * land.underground) * self.fighting_power
        hazard = model.par.contest.break_per_week * strategy.patience_weeks * land.breaking_of_guards(force)
        back = sum(claim.access * min(claim.want, 1.0) * claim.faction.power for claim in land.claims)
        kept = land.win(force, allocation.decision_share * back) / (1.0 + land.prize)
        prize = strategy.attack * kept * land.value / (model.held_value + model.highest_value) * (1.0 - land.threat_control)
        return prize * part(reach) * part(hazard) * (land.resentment + 0.5) - strategy.attack_cost

    def deploy(self, share):
        """Post fighters by value held, more where they are attacked, and send the rest to attack."""
        strategy, lands = self.model.par.strategy, self.model.territory
        self.post(share)
        attacking = sum(land.attack_effort for land in lands)
        present, power = self.open, self.fighting_power
        for land in lands:
            land.garrison = present * land.post
            land.defence = land.garrison * (1.0 - attacking) * power * land.terrain
            cells = strategy.cell_force * land.underground * land.attack_effort / (land.attack_effort + 0.1)
            land.assault = (present * land.attack_effort + cells) * power

    def post(self, share):
        """Garrisons move to where they are wanted, slowly where that is cut off."""
        model, contest, lands = self.model, self.model.par.contest, self.model.territory
        wanted = []
        for land in lands:
            attacked = land.pressure / (land.pressure + land.defence + land.floor)
            held = land.threat_control * land.value * (1.0 + contest.reinforcement * attacked)
            wanted.append(held + 0.001 * (land.refuge + 0.01))
        each = 1.0 / sum(wanted)
        for land, weight in zip(lands, wanted):
            island = model.roads and not land.neighbours
            cut_off = 1.0 if island else land.cut_off_threat()
            land.post += share * max(1.0 - cut_off, 0.05) * (each * weight - land.post)
        posted = 1e-9 + sum(land.post for land in lands)
        for land in lands:
            land.post /= posted

    # Upkeep.

    def dissent(self):
        model, upkeep = self.model, self.model.par.upkeep
        unpaid = 1.0 - self.pay
        unhappy = unpaid * (self.repression + (1.0 - self.repression) * unpaid)
        for land in model.territory:
            unmanned = 1.0 + lack(land.men(), land.threat_need())
            if model.hit(model.rates.uprising * unhappy * land.threat_control * unmanned):
                lost = upkeep.uprising_loss * land.threat_control
                land.take_from_threat(lost)
                land.nobody += lost
        if model.hit(model.rates.split * unhappy * (1.0 - self.legitimacy) * min(model.held_value / model.reference_value, 1.0)):
            if model.splinter >= 0:
                self.lose_to(model.faction[model.splinter])
            self.core *= 1.0 - upkeep.split_loss
            self.joiners *= 1.0 - upkeep.split_loss

    def lose_to(self, splinter):
        """Those who split off are a faction, with what they hold."""
        share = self.model.par.upkeep.split_loss
        splinter.fighters += share * self.open
        for claim in splinter.lands:
            taken = share * claim.arena.threat_control
            claim.arena.threat_control -= taken
            claim.win(taken)

    def displaced(self):
        """Garrisons that lost their ground die, hide or go elsewhere; others melt away."""
        upkeep, melt = self.model.par.upkeep, self.model.rates.melt * self.melt_effort
        hides = (1.0 - upkeep.garrison_lost) * upkeep.go_underground
        for land in self.model.territory:
            share = min(land.threat_lost / (land.threat_control + land.threat_lost + 1e-6), 1.0)
            lost = land.garrison * share
            land.post *= 1.0 - share
            self.lose(upkeep.garrison_lost * lost)
            land.underground += land.refuge * self.lose(hides * lost)
            land.underground += self.lose(land.refuge * melt * land.garrison)

    def access(self):
        """Its access to the outside world, relative to the start."""
        return sum(land.threat_control * land.border for land in self.model.territory) / self.model.reference_access

    def settle_accounts(self):
        """Spend what is needed, as far as there is money."""
        model, upkeep, rates = self.model, self.model.par.upkeep, self.model.rates
        revenue = sum(rates.monthly * land.revenue * land.threat_control for land in model.territory)
        revenue *= 1.0 - min(sum(patron.strikes * patron.commitment for patron in model.patron), 1.0)
        extorted = sum(land.revenue * max(1.0 - land.threat_control, 0.0) * land.cells() for land in model.territory)
        income = rates.external + upkeep.extortion * rates.monthly * extorted + revenue * (1.0 - upkeep.trade * (1.0 - min(self.access(), 1.0)))
        needed = (self.open + upkeep.cell_wage * self.hidden) * rates.wage
        needed += rates.administration * model.held_value / model.reference_value
        spent = min(needed, income + rates.reserve * self.funds)
        self.pay = min(spent / (needed + 1e-9), 1.0) if needed > 1e-9 else 1.0
        return income - spent

    def pay_fighters(self):
        model, rates = self.model, self.model.rates
        self.funds += self.settle_accounts()
        unpaid = rates.desertion * (1.0 - self.pay)
        self.joiners -= self.joiners * min(unpaid, 1.0)
        self.core -= self.core * min(unpaid * (1.0 - model.par.upkeep.core_loyalty), 1.0)

    def tend_cells(self):
        """Cells are cleared, dissolve, or come back into the open."""
        rates = self.model.rates
        mustering = sum(land.attack_effort for land in self.model.territory)
        for land in self.model.territory:
            steady = sum(claim.shield * min(2.0 * claim.faction.morale, 1.0) for claim in land.claims)
            pressed = steady / (land.present + land.front + land.floor)
            cleared = rates.clearing * pressed * (1.0 - land.refuge)
            dissolved = rates.cell_decay * (1.0 - land.refuge) * (1.0 - land.resentment)
            emerged = rates.emergence * (land.resentment + mustering) * (1.0 - pressed)
            leave = cleared + dissolved + emerged
            each = land.underground / (1.0 + leave)
            land.underground -= each * leave
            self.core += each * emerged

    def recruit(self):
        model, upkeep, rates = self.model, self.model.par.upkeep, self.model.rates
        room = self.room()
        appeal = rates.recruit * self.legitimacy * room
        hired, faithful = upkeep.recruit_opportunists * self.pay, 1.0 - upkeep.recruit_opportunists
        for populace in model.populace:
            openly, hidden = (populace.pool * share for share in populace.willing(appeal))
            refilled = populace.pool + rates.pool_refill * (populace.full_pool - populace.pool)
            populace.pool = max(refilled - openly * (hired + faithful) - hidden, 0.0)
            self.joiners += openly * hired
            self.core += openly * faithful
            populace.territory.underground += hidden
        legitimacy = self.legitimacy / max(self.legitimacy_at_start, 0.001)
        self.core += rates.foreign * self.foreign_inflow * self.access() * legitimacy * room / model.initial_room

    def win_hearts(self):
        """Legitimacy follows success."""
        model, upkeep, scale = self.model, self.model.par.upkeep, self.model.reference_value
        lost = sum(land.threat_lost * land.value for land in model.territory) / scale
        won = sum(land.threat_won * land.value for land in model.territory) / scale
        fallen = 1.0 - min(self.value_held() / scale, 1.0)
        rest = self.legitimacy_at_start * (1.0 - self.statehood * upkeep.statehood_weight * fallen)
        self.legitimacy += model.rates.legitimacy * (rest - self.legitimacy)
        cost = upkeep.legitimacy_per_loss * (1.0 + upkeep.statehood_penalty * self.statehood) * lost
        self.legitimacy -= self.legitimacy * min(cost, 1.0)
        self.legitimacy += (1.0 - self.legitimacy) * min(upkeep.legitimacy_per_gain * won, 1.0)
        self.leadership += model.rates.leadership * (1.0 - self.leadership)

    def take_heart(self):
        """Morale follows pay and legitimacy, and success raises it."""
        model, morale = self.model, self.model.par.morale
        paid = morale.per_pay * (self.pay - self.pay_at_start) * self.joiners / (self.open + 1e-6)
        rest = self.morale_at_start + paid + morale.per_support * (self.legitimacy - self.legitimacy_at_start)
        self.morale += model.rates.morale * (clip(rest) - self.morale)
        won = sum(land.threat_won * land.value for land in model.territory) / model.highest_value
        self.morale += (1.0 - self.morale) * min(morale.per_gain * won, 1.0)


class Event:
    """Something that may happen once or several times."""

    def __init__(self, model, given):
        self.model, self.given = model, given
        self.happened = False
        self.hazard = given.hazard_per_year * model.dt / 52.0
        self.conditions = [(self.named(c.on), c.above, c.below, c.slope, c.at) for c in given.conditions]
        self.effects = [(self.named(e.on), e.verb, e.amount) for e in given.effects]

    @staticmethod
    def named(on):
        return VARIABLES[on[0]], on[1], on[2]

    def step(self):
        """Let it happen if it does, and tell whether it did."""
        given, model = self.given, self.model
        if not given.first <= model.steps <= given.last or self.happened and not given.repeats:
            return False
        if given.after >= 0 and not model.event[given.after].happened:
            return False
        x = 0.0
        for on, above, below, slope, at in self.conditions:
            value = read(model, *on)
            if not above <= value <= below:
                return False
            x += slope * (value - at)
        if given.dated:
            struck = model.random.random() < given.probability
        else:
            struck = model.hit(self.hazard * share(given, model.steps) * exp(min(max(x, -20.0), 20.0)))
        if struck:
            self.happened = True
            for on, verb, amount in self.effects:
                write(model, *on, verb, amount)
            if any(on[0] == "position" for on, _, _ in self.effects):
                model.factions.do("draw_baseline")
        return struck


# Variables that are an attribute of the threat, a faction or an arena, and the limits of those that events change.
OF_THREAT = {"funds": inf, "foreign_inflow": inf, "legitimacy": 1.0}
OF_FACTION = {"fighters": inf, "quality": inf, "leadership": inf, "pay": 1.0, "support": 1.0, "morale": 1.0}
OF_ARENA = {"underground": inf, "crisis": 1.0}


def read(model, name, a, b):
    """The value of a variable of events and outcomes."""
    threat = model.threat
    if name in OF_THREAT:
        return getattr(threat, name)
    if name in OF_FACTION:
        return getattr(model.faction[a], name)
    if name in OF_ARENA:
        return getattr(model.arena[a], name)
    match name:
        case "threat_strength":
            return model.strength
        case "threat_share":
            return model.threat_share
        case "threat_people":
            return sum(land.threat_control * land.population for land in model.territory)
        case "threat_pay":
            return threat.pay
        case "threat_leadership":
            return threat.leadership
        case "threat_morale":
            return threat.morale
        case "open_fighters":
            return threat.open
        case "rivalry":
            return model.faction[a].weight[b]
        case "infighting":
            return model.infightings[a]
        case "cohesion":
            return 1.0 - model.infightings[a]
        case "perceived_threat":
            return model.faction[a].perceived
        case "hostility":
            return model.faction[a].shift[b]
        case "memory" | "conflict" | "clash" | "feud" | "agreement" | "position":
            return getattr(model.faction[a], name)[b]
        case "ceasefire":
            return model.faction[a].truce[b]
        case "stake":
            claim = model.claim.get((a, b))
            return claim.stake if claim else 0.0
        case "control":
            return control_of(model, a, b)
        case "grievance":
            return model.populace_at[a, b].grievance
        case "commitment":
            return model.patron[a].commitment
        case "backing":
            return model.patron[a].backing[b]
        case "oil_price":
            return exp(model.oil)
        case "attack" | "election":
            return 0.0
        case "week":
            return model.week
        case "underground_fighters":
            return threat.hidden
        case "power":
            return model.faction[a].power
        case "fighting":
            return model.faction[a].fighting[b]
        case "effort_threat":
            return model.faction[a].against_threat()
        case "effort_rival":
            return sum(contact.effort for contact in model.faction[a].contacts if contact.rival.faction.index == b)
        case "effort_guard":
            return model.faction[a].hold_effort
        case "effort_govern":
            return model.faction[a].govern_effort
        case "contested":
            arena = model.arena[a]
            return 1.0 - max([arena.threat_control, *(claim.control for claim in arena.claims)])
        case "governance" | "unrest":
            # Nobody lives in an institution.
            return getattr(model.arena[a], name, 0.0)
        case "assault":
            return model.arena[a].assault
        case "power_in_conflict":
            return model.at_odds_of(model.coalitions[a], Simulation.newly_at_war)
        case "power_in_clash":
            return model.at_odds_of(model.coalitions[a], Simulation.in_arms)
        case "purpose":
            return model.purpose_of(model.coalitions[a])
        case "mean_rivalry":
            return model.rivalry_of(model.coalitions[a])
        case "support_given":
            return model.patron[a].given[b]
    raise ValueError(f"unknown variable {name}")


def control_of(model, a, holder):
    if holder == THREAT:
        return model.arena[a].threat_control
    if holder == NOBODY:
        return model.arena[a].nobody
    claim = model.claim.get((holder, a))
    return claim.control if claim else 0.0


def changed(before, verb, amount):
    return before + amount if verb == ADD else before * amount if verb == MULTIPLY else amount


def write(model, name, a, b, verb, amount):
    """An effect of an event."""
    before = read(model, name, a, b)
    value = changed(before, verb, amount)
    positive, change, threat = max(value, 0.0), value - before, model.threat
    for limits, owner in ((OF_THREAT, threat), (OF_FACTION, model.faction), (OF_ARENA, model.arena)):
        if name in limits:
            setattr(owner if owner is threat else owner[a], name, min(positive, limits[name]))
            return
    match name:
        case "threat_leadership":
            threat.leadership = positive
        case "threat_morale":
            threat.morale = clip(value)
        case "open_fighters":
            threat.joiners = positive * threat.joiners / (before + 1e-6)
            threat.core = positive - threat.joiners
        case "perceived_threat":
            model.faction[a].perceived = clip(value)
        case "hostility":
            for i, j in ((a, b), (b, a)):
                model.faction[i].shift[j] += change
        case "memory":
            for i, j in ((a, b), (b, a)):
                model.faction[i].memory[j] = max(model.faction[i].memory[j] + change, 0.0)
        case "conflict":
            one, other, war = model.faction[a], model.faction[b], 1.0 if value >= 0.5 else 0.0
            one.agree(other, "conflict", war)
            one.agree(other, "old_conflict", min(one.old_conflict[b], war))
            one.agree(other, "clash", min(one.clash[b], 1.0 - war))
            one.agree(other, "agreement", min(one.agreement[b], 1.0 - war))
        case "clash":
            one, other = model.faction[a], model.faction[b]
            one.agree(other, "clash", 1.0 if value >= 0.5 and not one.conflict[b] else 0.0)
            one.agree(other, "agreement", min(one.agreement[b], 1.0 - one.clash[b]))
        case "agreement":
            one, other = model.faction[a], model.faction[b]
            one.agree(other, "agreement", 1.0 if value >= 0.5 and not one.conflict[b] and not one.clash[b] else 0.0)
        case "feud":
            model.faction[a].agree(model.faction[b], "feud", 1.0 if value >= 0.5 else 0.0)
        case "ceasefire":
            model.faction[a].agree(model.faction[b], "truce", positive)
        case "position":
            model.faction[a].position[b] = min(max(value, -1.0), 1.0)
        case "stake":
            model.claim[a, b].stake = positive
        case "control":
            set_control(model.arena[a], before, clip(value), model.claim.get((b, a)), b)
        case "grievance":
            model.populace_at[a, b].grievance = clip(value)
        case "commitment":
            patron = model.patron[a]
            patron.commitment = clip(value)
            patron.full_commitment = clip(changed(patron.full_commitment, verb, amount))
        case "backing":
            patron = model.patron[a]
            patron.backing[b] = clip(value)
            patron.usual_backing[b] = clip(changed(patron.usual_backing[b], verb, amount))
        case "oil_price":
            model.oil = log(max(value, 1.0))
        case "election":
            model.arena[a].elect(clip(value))
        case "attack":
            for faction in model.faction:
                faction.alarm += faction.people[a] * positive
        case _:
            raise ValueError(f"{name} is only readable")


def set_control(arena, before, share, holder, code):
    """Give a share of an arena to one holder; the others keep their proportions."""
    others = 1.0 - before
    scale = (1.0 - share) / others if others > 1e-6 else 0.0
    for claim in arena.claims:
        claim.win((share if claim is holder else scale * claim.control) - claim.control)
    change = (share if code == THREAT else scale * arena.threat_control) - arena.threat_control
    if change > 0.0:
        arena.give_threat(change)
    else:
        arena.take_from_threat(-change)
    arena.nobody = share if code == NOBODY else scale * arena.nobody
    if others <= 1e-6:
        arena.nobody += 1.0 - share


def step_rates(par, threat, dt):
    """Everything that depends only on the length of a step: `rate`, `toward`, `keep`, `unit` and `vol` of section 7."""
    toward = lambda weeks: -expm1(-dt / weeks)
    keep = lambda weeks: exp(-dt / weeks)
    unit = lambda weeks: sqrt(-expm1(-2.0 * dt / weeks))
    vol = lambda volatility, weeks: volatility * sqrt(weeks / 2.0) * unit(weeks)
    upkeep, polity, rivalry, contest, strategy = par.upkeep, par.polity, par.rivalry, par.contest, par.strategy
    conflict = par.conflict
    month = dt / (52.0 / 12.0)
    rates = dict(
        perception=toward(par.perception.lag_weeks),
        alarm=par.perception.alarm_per_week * dt,
        alarm_keep=keep(par.perception.alarm_memory_weeks),
        hostility=toward(rivalry.relaxation_weeks),
        hostility_noise=vol(rivalry.noise, rivalry.relaxation_weeks),
        mood_keep=keep(rivalry.mood_memory_weeks),
        mood_noise=unit(rivalry.mood_memory_weeks),
        memory_keep=keep(rivalry.memory_weeks),
        memory_of_fighting=rivalry.memory_per_fighting * dt,
        gain_keep=keep(rivalry.gain_memory_weeks),
        allocation=toward(par.allocation.adjustment_weeks),
        strategy=toward(strategy.adjustment_weeks),
        roads=toward(par.allocation.road_weeks),
        melt=strategy.melt_per_week * dt,
        tempo_keep=keep(contest.tempo_weeks),
        tempo_noise=unit(contest.tempo_weeks),
        luck_keep=keep(contest.battle_luck_weeks),
        luck_noise=unit(contest.battle_luck_weeks),
        advance=contest.advance_per_week * dt,
        seize=contest.seize_per_week * dt,
        occupy=contest.occupy_per_week * dt,
        slip=contest.slip_per_week * dt,
        breaking=contest.break_per_week * dt,
        siege=toward(contest.siege_weeks),
        stores=toward(contest.stores_weeks),
        threat_loss=contest.threat_loss * dt,
        coalition_loss=contest.coalition_loss * dt,
        rival_loss=contest.rival_loss * dt,
        morale=toward(par.morale.weeks),
        exertion=toward(par.morale.exertion_weeks),
        prize_keep=keep(conflict.prize_weeks),
        feud=conflict.feud_per_week * dt,
        feud_ends=conflict.feud_end_per_week * dt,
        clash=conflict.clash_per_week * dt,
        clash_ends=conflict.clash_end_per_week * dt,
        war=conflict.war_per_week * dt,
        decision=conflict.decision_per_week * dt,
        agreement=conflict.agreement_per_week * dt,
        agreement_ends=conflict.agreement_end_per_week * dt,
        end=conflict.end_per_week * dt,
        uprising=upkeep.uprising_per_year * dt / 52.0,
        split=upkeep.split_per_year * dt / 52.0,
        monthly=month,
        external=threat.external_musd_per_month * month,
        administration=threat.administration_musd_per_month * month,
        wage=threat.wage_usd_per_month * month * 1e-6,
        reserve=toward(upkeep.reserve_weeks),
        foreign=threat.foreign_per_month * month,
        desertion=upkeep.desertion_per_week * dt,
        clearing=upkeep.clearing_per_week * dt,
        cell_decay=upkeep.cell_decay_per_week * dt,
        emergence=upkeep.emergence_per_week * dt,
        recruit=upkeep.recruit_per_week * dt,
        pool_refill=min(upkeep.pool_refill_per_week * dt, 1.0),
        legitimacy=toward(upkeep.legitimacy_weeks),
        leadership=toward(upkeep.leadership_recovery_weeks),
        oil=toward(par.oil.reversion_weeks),
        oil_noise=vol(par.oil.volatility, par.oil.reversion_weeks),
        log_mean=log(par.oil.mean_usd),
        log_budget=log(par.oil.budget_usd),
        crisis=toward(polity.crisis_weeks),
        pay=toward(polity.pay_weeks),
        support=toward(polity.support_weeks),
        rebuild=min(polity.rebuild_per_week * dt, 1.0),
        abuse=polity.grievance_scale * polity.abuse_per_week * dt,
        vacuum=polity.grievance_scale * polity.vacuum_per_week * dt,
        bloodshed=polity.grievance_scale * polity.bloodshed_per_week * dt,
        provoked=polity.grievance_scale * polity.provoked_per_week * dt,
        healing=polity.healing_per_week * dt,
        commitment_returns=toward(par.patronage.return_weeks),
        commitment_erodes=toward(par.patronage.erosion_weeks),
        realign=toward(par.patronage.realign_weeks),
    )
    return SimpleNamespace(**rates)


class Simulation(mesa.Model):
    """One replicate: its scenario with every number settled, and its own random numbers."""

    def __init__(self, given, seed):
        super().__init__(seed=seed)
        self.par, self.dt = given, given.dt
        self.rates = step_rates(given, given.threat, given.dt)
        self.rates.balance = given.rivalry.balance / max(len(given.fighters) - 2, 1)
        self.mood = self.mood_term = 0.0
        self.splinter = given.splinter
        self.oil, self.oil_dependence = log(given.oil.price_usd), given.oil_dependence
        self.build(given)
        self.settle_world()
        self.settle_minds()
        self.datacollector = mesa.DataCollector(model_reporters=SERIES)
        self.measure()
        self.datacollector.collect(self)

    # What it is made of.

    def build(self, given):
        self.patron = [Patron(self, u, given) for u in range(len(given.commitment))]
        self.community = [Community(self, sympathy) for sympathy in given.sympathy]
        self.faction = [Faction(self, i, given) for i in range(len(given.fighters))]
        self.arena = [(Territory if land else Institution)(self, a, given) for a, land in enumerate(given.territory)]
        self.threat = Threat(self, given)
        self.patrons, self.factions = self.agents.select(agent_type=Patron), self.agents.select(agent_type=Faction)
        self.arenas, self.territories = self.agents.select(agent_type=Arena), self.agents.select(agent_type=Territory)
        self.institutions = self.agents.select(agent_type=Institution)
        self.territory, self.institution = list(self.territories), list(self.institutions)
        self.build_claims(given)
        self.build_peoples(given)
        self.event = [Event(self, event) for event in given.events]
        self.bloc_institutions = [[] for _ in given.oil_dependence]
        for arena, bloc in zip(self.arena, given.arena_bloc):
            if bloc >= 0 and arena.political:
                self.bloc_institutions[bloc].append(arena)
        self.pairs = [(self.faction[i], self.faction[j]) for i, j in given.pair]
        self.fighting = [pair for pair, meets in zip(self.pairs, given.pair_on_land) if meets]
        self.feuding = [pair for pair, meets in zip(self.pairs, given.pair_in_politics) if meets]
        self.coalitions = [[f for f, belongs in zip(self.faction, members) if belongs] for members in given.member]
        self.variables = [Event.named(on) for on in given.watched]

    def build_claims(self, given):
        self.claim = {}
        for (i, a), stake, control in zip(given.claim, given.stake, given.control):
            faction, arena = self.faction[i], self.arena[a]
            claim = self.claim[i, a] = Claim(faction, arena, stake, control, given.access[i][a])
            faction.claims.append(claim)
            arena.claims.append(claim)
            if not arena.political:
                faction.lands.append(claim)
        for arena in self.arena:
            arena.connect()
        danger = given.perception.sensitivity * given.threat.quality
        for faction in self.faction:
            faction.contacts = [contact for claim in faction.claims for contact in claim.contacts]
            for land in self.territory:
                if exposure := given.exposure[faction.index][land.index]:
                    faction.exposed.append((land, danger * exposure, self.claim.get((faction.index, land.index))))

    def build_peoples(self, given):
        for land in self.territory:
            roads = enumerate(zip(given.neighbour[land.index], given.road[land.index]))
            land.neighbours = [(self.arena[b], road) for b, (near, road) in roads if near]
        self.roads = any(land.neighbours for land in self.territory)
        self.populace, self.populace_at = [], {}
        for (a, g), mix, grievance in zip(given.populace, given.mix, given.grievance):
            populace = Populace(self.arena[a], self.community[g], mix, grievance, given.upkeep.pool_share)
            claims = populace.territory.claims
            populace.abusers = [(claim, claim.faction.abuse[g]) for claim in claims if claim.faction.abuse[g]]
            populace.strangers = [(claim, max(1.0 - claim.faction.people[g], 0.0)) for claim in claims]
            populace.territory.populaces.append(populace)
            self.populace.append(populace)
            self.populace_at[a, g] = populace
        for land in self.territory:
            land.alien = 1.0 - sum(populace.sympathy for populace in land.populaces)
        power = [faction.fighters * faction.quality for faction in self.faction]
        for g, community in enumerate(self.community):
            among = sum(faction.people[g] * p for faction, p in zip(self.faction, power))
            community.importance = among / (1e-9 + sum(power))

    # The start, section 5.

    def settle_world(self):
        """Steps 2 to 6: what follows from the scenario alone, before anybody has chosen anything."""
        self.strength = 1.0
        self.factions.do("draw_baseline")
        values = [land.value for land in self.territory]
        self.all_value, self.highest_value = sum(values), max(values, default=0.0)
        self.highest_value = max(self.highest_value, 1e-9)
        self.held_value = self.initial_value = self.threat.value_held()
        self.reference_value = max(self.initial_value, self.all_value / 20.0, 1e-6)
        self.reference_access = max(sum(land.threat_control * land.border for land in self.territory), 0.05)
        self.initial_room = self.threat.room()
        self.fighters_at_start = self.threat.open + self.threat.hidden
        self.threat.settle_accounts()
        self.threat.pay_at_start = self.threat.pay
        self.patrons.do("support")
        self.factions.do("receive")
        for faction in self.faction:
            faction.pay_scale = faction.full_pay or faction.pay_at_start / max(faction.resources(), 0.001)
            faction.land_at_start, faction.received_at_start = faction.land(), faction.received
            faction.count_power()
        all_power = sum(faction.power for faction in self.faction)
        for faction in self.faction:
            faction.share_at_start = faction.power / (0.001 + all_power)
        self.territories.do("resent")
        self.threat.deploy(1.0)
        self.factions.do("perceive", 1.0)
        self.patrons.do("perceive", 1.0)
        for actor in (*self.faction, *self.patron):
            actor.perceived_at_start = actor.perceived

    def settle_minds(self):
        """Steps 7 to 9: hostility and effort come to rest."""
        for faction in self.faction:
            faction.hostility = list(faction.baseline)
            faction.hostility[faction.index] = 0.0
        for _ in range(ROUNDS_OF_HOSTILITY):
            self.aim()
            self.factions.do("move_hostility", 0.5).do("weigh")
        for turn in range(ROUNDS_OF_EFFORT):
            share = 1.0 if turn == 0 else 0.3
            self.factions.do("sense_danger")
            self.allocate(share, 1.0)
            self.deploy(share)
            self.territories.do("confront")
            self.threat.strategy(share)
            self.threat.deploy(share)
        self.territories.do("lie_before").do("govern")
        appeal = self.rates.recruit * self.threat.legitimacy * self.initial_room
        for populace in self.populace:
            populace.drain(appeal, self.rates.pool_refill, self.threat.recruiting_weeks / self.dt)

    # Small tools of all submodels.

    def normal(self):
        return self.random.gauss(0.0, 1.0)

    def hit(self, hazard):
        return strikes(self.random.random(), hazard)

    def weight(self, hostility):
        """The rivalry weight of a hostility."""
        floor = self.par.rivalry.weight_floor
        return max((1.0 / (1.0 + exp(min(-hostility, 700.0))) - floor) / (1.0 - floor), 0.0)

    def crisis_of(self, bloc):
        if bloc < 0:
            return 0.0
        return min(sum(institution.crisis for institution in self.bloc_institutions[bloc]), 1.0)

    # One step, section 3.

    def step(self):
        self.events()
        self.perceive()
        self.rivalry()
        self.allocate(self.rates.allocation, self.rates.roads)
        self.change_fortunes()
        self.deploy(self.rates.allocation)
        self.threat.strategy(self.rates.strategy)
        self.threat.deploy(self.rates.strategy)
        self.contest()
        self.quarrels()
        self.upkeep()
        self.polity()
        self.measure()
        self.datacollector.collect(self)

    def events(self):
        self.arenas.do("start_step")
        # Every one is to have its turn, so no generator.
        if any([event.step() for event in self.event]):
            self.factions.do("count_power")

    def perceive(self):
        reach = self.threat.open + self.threat.hidden
        able = reach / (reach + 0.25 * self.threat.fighters_at_start)
        self.factions.do("take_alarm", able).do("perceive", self.rates.perception)
        self.patrons.do("perceive", self.rates.perception)

    def rivalry(self):
        rates = self.rates
        self.patrons.do("support")
        self.factions.do("receive").do("forget")
        self.mood = rates.mood_keep * self.mood + rates.mood_noise * self.normal()
        self.mood_term = self.par.rivalry.mood * self.mood
        self.aim()
        self.factions.do("move_hostility", rates.hostility)
        for one, other in self.pairs:
            noise = rates.hostility_noise * self.normal()
            one.hostility[other.index] += noise
            other.hostility[one.index] += noise
        self.factions.do("weigh")

    def aim(self):
        """Everybody's target of hostility."""
        self.patrons.do("judge")
        self.factions.do("outgrown", sum(faction.power for faction in self.faction)).do("make_ties")
        columns = list(zip(*(faction.ties for faction in self.faction)))
        self.factions.do("aim", columns)

    def allocate(self, share, roads):
        self.factions.do("open_ways", roads).do("allocate", share)

    def change_fortunes(self):
        self.factions.do("change_tempo")
        self.threat.change_tempo()
        self.territories.do("battle_luck")

    def deploy(self, share):
        self.factions.do("deploy", share)
        self.arenas.do("gather")

    def contest(self):
        self.territories.do("confront").do("besiege", self.rates.siege, self.rates.stores).do("brace").do("attack_threat")
        self.arenas.do("fight")
        for land in self.territories:
            land.occupy()
            land.assaulted()
        for claim in self.claim.values():
            claim.gain = self.rates.gain_keep * claim.gain + max(claim.change, 0.0)

    def quarrels(self):
        """Contact, memory and ceasefires; feuds, clashes and wars begin and end."""
        self.territories.do("offer")
        self.factions.do("meet").do("resent_attacks")
        for one, other in self.feuding:
            one.feud_with(other)
        for one, other in self.fighting:
            one.come_to_blows(other)

    def upkeep(self):
        threat = self.threat
        threat.dissent()
        threat.displaced()
        threat.pay_fighters()
        threat.tend_cells()
        threat.recruit()
        threat.win_hearts()

    def polity(self):
        rates = self.rates
        self.oil += rates.oil * (rates.log_mean - self.oil) + rates.oil_noise * self.normal()
        self.institutions.do("polity")
        self.factions.do("pay_and_support").do("take_heart").do("rebuild")
        self.threat.take_heart()
        self.territories.do("govern").do("grieve")
        self.patrons.do("polity")
        self.factions.do("count_power")

    # What is seen of it.

    def measure(self):
        threat = self.threat
        self.week = self.steps * self.dt
        self.held_value = threat.value_held()
        self.threat_share = self.held_value / (1e-6 + self.all_value)
        manned = threat.open / threat.fighters_at_start
        self.strength = manned if self.initial_value <= 1e-6 else (manned + self.held_value / self.initial_value) / 2.0
        self.factions.do("measure")
        self.infightings = [self.infighting_of(members) for members in self.coalitions]
        self.infighting = self.infighting_of(self.faction)
        self.cohesion = 1.0 - self.infightings[0]
        self.mean_rivalry = self.rivalry_of(self.coalitions[0])
        self.open, self.underground = threat.open / self.fighters_at_start, threat.hidden / self.fighters_at_start
        self.watched = [read(self, *on) for on in self.variables]

    def infighting_of(self, members):
        spent = sum(one.power * sum(one.effort_against[other.index] for other in members) for one in members)
        return spent / (1e-6 + sum(one.power for one in members))

    def purpose_of(self, members):
        spent = sum(one.power * one.against_threat() for one in members)
        return spent / (1e-6 + sum(one.power for one in members))

    def rivalry_of(self, members):
        weights = sum(one.weight[other.index] for one in members for other in members)
        return weights / max(len(members) * (len(members) - 1), 1)

    @staticmethod
    def newly_at_war(one, other):
        return one.conflict[other.index] and not one.old_conflict[other.index]

    @staticmethod
    def in_arms(one, other):
        return one.clash[other.index] or Simulation.newly_at_war(one, other)

    def at_odds_of(self, members, at_odds):
        """The share of a coalition's power that is at odds with fellow members."""
        spent = sum(one.power for one in members if any(at_odds(one, other) for other in members))
        return spent / (1e-6 + sum(one.power for one in members))


def settled(value, draw):
    """The plan with the numbers of one draw, as plain numbers and lists."""
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**{key: settled(one, draw) for key, one in vars(value).items()})
    if isinstance(value, list):
        return [settled(one, draw) for one in value]
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind != "f":
        return value.tolist()
    # A number by itself is an array of one axis: of draws.
    return value[..., draw if value.shape[-1] > 1 else 0].tolist()


def replicate(plan, seed, r):
    """The series of one replicate by name, a row for each step."""
    own = int(np.random.SeedSequence([seed, r]).generate_state(1, np.uint64)[0])
    model = Simulation(settled(plan, r // plan.per_draw), own)
    for _ in range(plan.steps):
        model.step()
    # Mesa counts its agents by model in a table that would keep every model alive.
    mesa.Agent._ids.pop(model, None)
    return model.datacollector.model_vars


def simulate(plan, replicates, seed, processes=1):
    """What is seen of so many replicates."""
    seen = results.empty(plan, replicates)
    run = partial(replicate, plan, seed)
    pool = Pool(processes) if processes > 1 else None
    for r, series in enumerate(pool.imap(run, range(replicates), 4) if pool else map(run, range(replicates))):
        for name in SERIES:
            # Those that outcomes read come as a row for each step, and are kept by variable.
            getattr(seen, name)[..., r] = np.transpose(series[name])
    if pool:
        pool.close()
        pool.join()
    seen.first = outcomes.first_steps(plan, seen.watched)
    return seen
