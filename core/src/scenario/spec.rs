//! What may stand behind a key: said once, used for reading, the schema and the reference.

/// A number that a scenario may give: its key, unit, range, default and meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberSpec {
    /// The key.
    pub key: &'static str,
    /// The unit, e.g. `"weeks"`; `"1"` for a pure number.
    pub unit: &'static str,
    /// The lowest value allowed.
    pub low: f64,
    /// The highest value allowed.
    pub high: f64,
    /// What holds if the key is left out; `None`: the key must be given.
    pub default: Option<f64>,
    /// What it means.
    pub about: &'static str,
    /// Whether it asks something of the runs and claims nothing of the world: it needs no source.
    pub asks: bool,
}

impl NumberSpec {
    /// A required number.
    pub const fn new(
        key: &'static str,
        unit: &'static str,
        low: f64,
        high: f64,
        about: &'static str,
    ) -> Self {
        Self {
            key,
            unit,
            low,
            high,
            default: None,
            about,
            asks: false,
        }
    }

    /// The same as a question.
    #[must_use]
    pub const fn asking(mut self) -> Self {
        self.asks = true;
        self
    }

    /// The same with a default.
    #[must_use]
    pub const fn or(mut self, default: f64) -> Self {
        self.default = Some(default);
        self
    }

    /// Whether it is a number of people: a whole one, in the world.
    pub fn counts_people(&self) -> bool {
        self.unit.starts_with("persons")
    }

    /// The allowed range in words.
    pub fn range(&self) -> String {
        let unit = if ["1", "share"].contains(&self.unit) {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        let end = |value: f64| {
            if value.abs() >= 1e7 {
                format!("{value:e}")
            } else {
                value.to_string()
            }
        };
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => format!("{} to {}{unit}", end(self.low), end(self.high)),
            (true, false) => format!("at least {}{unit}", end(self.low)),
            (false, true) => format!("at most {}{unit}", end(self.high)),
            (false, false) => format!("any number{unit}"),
        }
    }
}

/// The kinds of thing a scenario names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// `[faction.*]`
    Faction,
    /// `[patron.*]`
    Patron,
    /// `[bloc.*]`
    Bloc,
    /// `[community.*]`
    Community,
    /// `[issue.*]`
    Issue,
    /// `[arena.*]`
    Arena,
    /// `[coalition.*]`
    Coalition,
    /// `[actor.*]` of a landscape file
    Actor,
}

impl NameKind {
    /// All kinds, in the order their names are collected.
    pub const ALL: [Self; 8] = [
        Self::Faction,
        Self::Patron,
        Self::Bloc,
        Self::Community,
        Self::Issue,
        Self::Arena,
        Self::Coalition,
        Self::Actor,
    ];

    /// The table the names stand in, which is also the word for one of them.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Faction => "faction",
            Self::Patron => "patron",
            Self::Bloc => "bloc",
            Self::Community => "community",
            Self::Issue => "issue",
            Self::Arena => "arena",
            Self::Coalition => "coalition",
            Self::Actor => "actor",
        }
    }

    /// Most of them in a file: what each does to each other one is kept and worked out.
    pub const fn most(self) -> usize {
        match self {
            Self::Faction => 128,
            Self::Patron | Self::Bloc | Self::Issue | Self::Coalition => 256,
            Self::Community | Self::Arena => 1000,
            // Every alignment of theirs is weighed: half a million times 16.
            Self::Actor => 24,
        }
    }

    /// The word for several of them.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Faction => "factions",
            Self::Patron => "patrons",
            Self::Bloc => "blocs",
            Self::Community => "communities",
            Self::Issue => "issues",
            Self::Arena => "arenas",
            Self::Coalition => "coalitions",
            Self::Actor => "actors",
        }
    }
}

/// What a key holds, as the schema and the reference need to know it.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A number or a distribution.
    Number(NumberSpec),
    /// A whole number within bounds.
    Integer(i64, i64),
    /// A text.
    Text,
    /// An expression over the variables.
    Expression,
    /// A number, or an expression that gives one.
    Amount(NumberSpec),
    /// A list of texts.
    Texts,
    /// `true` or `false`.
    Bool,
    /// A date.
    Date,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A list of names of one kind.
    Names(NameKind),
    /// A name of one kind.
    Name(NameKind),
    /// Two names of such things: factions or patrons, a landscape's actors, numbers.
    Pair(&'static str),
    /// A list of plain numbers.
    Numbers(NumberSpec),
    /// A table from names of one kind to numbers.
    NumbersBy(NameKind, NumberSpec),
    /// A table with fixed keys.
    Table(Vec<KeyDescription>),
    /// A table from names to tables.
    TablesBy(Vec<KeyDescription>),
    /// A list of tables.
    List(Vec<KeyDescription>),
}

/// A key with its shape and meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyDescription {
    /// The key.
    pub key: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be given.
    pub required: bool,
    /// The default, as TOML, where there is one.
    pub default: Option<String>,
    /// What it means.
    pub about: &'static str,
}
