//! Expressions over the variables of the model, as outcomes and watched quantities are written:
//! `cohesion(iraq) < outcomes.cohesion_floor and not happened(regroup)`.
//!
//! | binds | |
//! |---|---|
//! | weakest | `or` |
//! | | `and` |
//! | | `not` |
//! | | `<` `<=` `>` `>=` `==` `!=` |
//! | | `+` `-` |
//! | strongest | `*` `/`, a sign |
//!
//! Beside variables there are numbers; numbers of the scenario by their key (`outcomes.drop`, in
//! single quotes where a key has other signs than letters, digits, `_` and `.`); `min(a, b)` and
//! `max(a, b)`; `start(x)`, `lowest(x)` and `highest(x)`, which are x at the start, and the least
//! and greatest so far; `happened(outcome)` and `holds(outcome)` of an earlier outcome.

use super::diagnostics::{Place, Problem, suggestion};
use super::number::Quantity;
use super::reader::Gathered;
use super::variable::{Each, Variable, Word, to_read};

/// What an expression says of a state and of the way to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A number that stands there.
    Constant(f64),
    /// A number of the scenario.
    Number(Quantity),
    /// A variable.
    Variable(Variable),
    /// Of all that another one has been so far.
    SoFar(SoFar, Box<Expression>),
    /// Whether the outcome of this index has come about, or counts now.
    Outcome(Asked, usize),
    /// What isn't so.
    Not(Box<Expression>),
    /// The negative.
    Negative(Box<Expression>),
    /// Of two.
    Both(Operator, Box<Expression>, Box<Expression>),
}

/// What is kept of all that something has been so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoFar {
    /// What it was at the start.
    Start,
    /// The least.
    Lowest,
    /// The greatest.
    Highest,
}

/// What is asked of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whether it has come about.
    Happened,
    /// Whether it has come about and still is so.
    Holds,
}

/// What is made of two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // What `SIGNS` and `pair_of` say.
pub enum Operator {
    Or,
    And,
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Different,
    Add,
    Subtract,
    Multiply,
    Divide,
    Least,
    Greatest,
}

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// A number.
    Number,
    /// True or false.
    Truth,
}

impl Gives {
    fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Truth => "true or false",
        }
    }
}

impl Expression {
    /// Every variable in it.
    pub fn variables(&self) -> Vec<Variable> {
        match self {
            Self::Variable(variable) => vec![*variable],
            Self::Constant(_) | Self::Number(_) | Self::Outcome(..) => Vec::new(),
            Self::SoFar(_, of) | Self::Not(of) | Self::Negative(of) => of.variables(),
            Self::Both(_, a, b) => [a.variables(), b.variables()].concat(),
        }
    }

    /// Every outcome that it asks for, by index.
    pub fn outcomes(&self) -> Vec<usize> {
        match self {
            Self::Outcome(_, index) => vec![*index],
            Self::Constant(_) | Self::Number(_) | Self::Variable(_) => Vec::new(),
            Self::SoFar(_, of) | Self::Not(of) | Self::Negative(of) => of.outcomes(),
            Self::Both(_, a, b) => [a.outcomes(), b.outcomes()].concat(),
        }
    }

    /// What it gives.
    pub(super) fn gives(&self) -> Gives {
        match self {
            Self::Outcome(..) | Self::Not(_) => Gives::Truth,
            Self::Constant(_) | Self::Number(_) | Self::Variable(_) | Self::Negative(_) => {
                Gives::Number
            }
            Self::SoFar(_, of) => of.gives(),
            Self::Both(operator, ..) => operator.kind().1,
        }
    }

    /// What is so if both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::Both(Operator::And, Box::new(self), Box::new(other))
    }
}

impl Operator {
    /// What it takes, and what it gives.
    fn kind(self) -> (Gives, Gives) {
        match self {
            Self::Or | Self::And => (Gives::Truth, Gives::Truth),
            Self::Less
            | Self::AtMost
            | Self::More
            | Self::AtLeast
            | Self::Equal
            | Self::Different => (Gives::Number, Gives::Truth),
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Least
            | Self::Greatest => (Gives::Number, Gives::Number),
        }
    }
}

/// Most characters of an expression, most of its brackets within each other, and most values
/// that wait for others.
const MOST_CHARACTERS: usize = 4_000;
const DEEPEST: usize = 24;

/// Reads an expression that gives `wanted`; `each` is what that word stands for. What is wrong
/// is said at its place in the text.
pub(super) fn parse(
    text: &str,
    place: &Place,
    wanted: Gives,
    each: Each,
    gathered: &mut Gathered,
) -> Option<Expression> {
    parse_as(text, place, Some(wanted), each, gathered)
}

/// The same of one that may give either.
pub(super) fn parse_any(
    text: &str,
    place: &Place,
    each: Each,
    gathered: &mut Gathered,
) -> Option<Expression> {
    parse_as(text, place, None, each, gathered)
}

fn parse_as(
    text: &str,
    place: &Place,
    wanted: Option<Gives>,
    each: Each,
    gathered: &mut Gathered,
) -> Option<Expression> {
    if text.len() > MOST_CHARACTERS {
        let message = format!("an expression of more than {MOST_CHARACTERS} characters");
        gathered
            .problems
            .push(Problem::at(place.clone(), message, "too long"));
        return None;
    }
    let mut parser = Parser {
        text,
        place,
        at: 0,
        depth: 0,
        each,
        gathered,
    };
    let found = parser.either().and_then(|found| {
        let rest = parser.peek();
        match rest.text {
            "" => match wanted {
                Some(wanted) => parser.must_give(found, wanted),
                None => Some(found),
            },
            word => {
                let (message, help) = unexpected(word);
                parser.wrong(&rest.place, &message, "not expected here", help)
            }
        }
    });
    found.map(|typed| typed.is)
}

/// A name with the names in its brackets, and the place of all of it.
pub(super) type Call<'a> = (Word<'a>, Vec<Word<'a>>, Place);

/// Reads a text that is one name with names in brackets, as the variable of a condition.
pub(super) fn call<'a>(
    text: &'a str,
    place: &'a Place,
    gathered: &mut Gathered,
) -> Option<Call<'a>> {
    let mut parser = Parser {
        text,
        place,
        at: 0,
        depth: 0,
        each: None,
        gathered,
    };
    let name = parser.take();
    let (arguments, end) = match parser.peek().text {
        "(" => parser.names(&name)?,
        _ => (Vec::new(), name.place.end()),
    };
    let rest = parser.peek();
    if !rest.text.is_empty() {
        let message = format!("`{}` can't stand here", rest.text);
        let help = "this is one variable; its limits have keys of their own, such as `above`";
        return parser.wrong(&rest.place, &message, "not expected here", help);
    }
    let whole = Place {
        file: name.place.file,
        span: name.place.span.start..end.max(name.place.end()),
    };
    Some((name, arguments, whole))
}

/// What is said of a word that can't stand where it does.
fn unexpected(word: &str) -> (String, &'static str) {
    let help = match word {
        "=" => "equality is written `==`",
        "&" | "&&" => "write `and`",
        "|" | "||" => "write `or`",
        "!" => "write `not`",
        "^" | "**" => "a square is written x * x",
        "%" => "shares are numbers from 0 to 1",
        "<" | "<=" | ">" | ">=" | "==" | "!=" => "compare twice: `0.2 < x and x < 0.5`",
        _ => "after a whole expression there can be an operator, such as `and`, `<` or `+`",
    };
    (format!("`{word}` can't stand here"), help)
}

/// A part of an expression with what it gives and where it stands.
struct Typed {
    is: Expression,
    gives: Gives,
    place: Place,
}

struct Parser<'a, 'g> {
    text: &'a str,
    place: &'a Place,
    at: usize,
    depth: usize,
    each: Each,
    gathered: &'g mut Gathered,
}

impl<'a> Parser<'a, '_> {
    /// The next word without taking it; an empty one at the end.
    fn peek(&self) -> Word<'a> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        let text = &self.text[start..start + word_length(&self.text[start..])];
        Word {
            text,
            place: self.within(start, start + text.len()),
        }
    }

    fn take(&mut self) -> Word<'a> {
        let word = self.peek();
        let rest = &self.text[self.at..];
        self.at += (rest.len() - rest.trim_start().len()) + word.text.len();
        word
    }

    /// Takes the next word if it is this one.
    fn takes(&mut self, text: &str) -> bool {
        let is = self.peek().text == text;
        if is {
            self.take();
        }
        is
    }

    /// The place of a part of the text; of the whole one where escapes move things.
    fn within(&self, start: usize, end: usize) -> Place {
        let place = self.place;
        match place.span.len() == self.text.len() + 2 {
            true => Place {
                file: place.file,
                span: place.span.start + 1 + start..place.span.start + 1 + end,
            },
            false => place.clone(),
        }
    }

    fn wrong<T>(&mut self, place: &Place, message: &str, label: &str, help: &str) -> Option<T> {
        let problem = Problem::at(place.clone(), message, label);
        let problem = match help {
            "" => problem,
            help => problem.help(help),
        };
        self.gathered.problems.push(problem);
        None
    }

    fn must_give(&mut self, typed: Typed, wanted: Gives) -> Option<Typed> {
        if typed.gives == wanted {
            return Some(typed);
        }
        let message = format!("{} is wanted here", wanted.words());
        let help = match wanted {
            Gives::Truth => "compare it with something, for instance `… < 0.5`",
            Gives::Number => "",
        };
        let label = format!("this is {}", typed.gives.words());
        self.wrong(&typed.place, &message, &label, help)
    }

    fn both(&mut self, operator: Operator, a: Typed, b: Typed) -> Option<Typed> {
        let (takes, gives) = operator.kind();
        let place = Place {
            file: a.place.file,
            span: a.place.span.start..b.place.span.end.max(a.place.span.start),
        };
        let (a, b) = (self.must_give(a, takes), self.must_give(b, takes));
        Some(Typed {
            is: Expression::Both(operator, Box::new(a?.is), Box::new(b?.is)),
            gives,
            place,
        })
    }

    /// `or`, of what binds more.
    fn either(&mut self) -> Option<Typed> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let place = self.peek().place;
            let message = format!("more than {DEEPEST} brackets within each other");
            return self.wrong(&place, &message, "one too many", "");
        }
        let mut found = self.all()?;
        while self.takes("or") {
            let other = self.all()?;
            found = self.both(Operator::Or, found, other)?;
        }
        self.depth -= 1;
        Some(found)
    }

    fn all(&mut self) -> Option<Typed> {
        let mut found = self.opposite()?;
        while self.takes("and") {
            let other = self.opposite()?;
            found = self.both(Operator::And, found, other)?;
        }
        Some(found)
    }

    fn opposite(&mut self) -> Option<Typed> {
        let word = self.peek();
        let mut odd = false;
        while self.takes("not") {
            odd = !odd;
        }
        let found = self.comparison()?;
        if word.text != "not" {
            return Some(found);
        }
        let found = self.must_give(found, Gives::Truth)?;
        Some(match odd {
            true => Typed {
                is: Expression::Not(Box::new(found.is)),
                ..found
            },
            false => found,
        })
    }

    fn comparison(&mut self) -> Option<Typed> {
        let found = self.sum()?;
        let operator = match self.peek().text {
            "<" => Operator::Less,
            "<=" => Operator::AtMost,
            ">" => Operator::More,
            ">=" => Operator::AtLeast,
            "==" => Operator::Equal,
            "!=" => Operator::Different,
            _ => return Some(found),
        };
        self.take();
        let other = self.sum()?;
        self.both(operator, found, other)
    }

    fn sum(&mut self) -> Option<Typed> {
        let mut found = self.product()?;
        loop {
            let operator = match self.peek().text {
                "+" => Operator::Add,
                "-" => Operator::Subtract,
                _ => return Some(found),
            };
            self.take();
            let other = self.product()?;
            found = self.both(operator, found, other)?;
        }
    }

    fn product(&mut self) -> Option<Typed> {
        let mut found = self.signed()?;
        loop {
            let operator = match self.peek().text {
                "*" => Operator::Multiply,
                "/" => Operator::Divide,
                _ => return Some(found),
            };
            self.take();
            let other = self.signed()?;
            found = self.both(operator, found, other)?;
        }
    }

    fn signed(&mut self) -> Option<Typed> {
        let mut negative = false;
        let first = self.peek();
        loop {
            match self.peek().text {
                "-" => negative = !negative,
                "+" => {}
                _ => break,
            }
            self.take();
        }
        let found = self.atom()?;
        if !["-", "+"].contains(&first.text) {
            return Some(found);
        }
        let found = self.must_give(found, Gives::Number)?;
        Some(match (negative, found.is) {
            (true, Expression::Constant(number)) => Typed {
                is: Expression::Constant(-number),
                ..found
            },
            (true, is) => Typed {
                is: Expression::Negative(Box::new(is)),
                ..found
            },
            (false, is) => Typed { is, ..found },
        })
    }

    fn atom(&mut self) -> Option<Typed> {
        let word = self.take();
        let first = word.text.chars().next();
        match first {
            Some('(') => {
                let found = self.either()?;
                self.closes(&word)?;
                Some(found)
            }
            Some('\'') => {
                let key = word.text.trim_matches('\'');
                let closed = word.text.len() >= 2 && word.text.ends_with('\'');
                if !closed {
                    let help = "the key of a number ends with another `'`";
                    return self.wrong(&word.place, "a quote that doesn't end", "from here", help);
                }
                self.number_of_scenario(key, &word.place)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => match word.text.parse::<f64>() {
                Ok(number) if number.is_finite() => Some(Typed {
                    is: Expression::Constant(number),
                    gives: Gives::Number,
                    place: word.place,
                }),
                _ => {
                    let message = format!("`{}` is no number", word.text);
                    self.wrong(&word.place, &message, "not a number", "")
                }
            },
            Some(c) if is_of_name(c) && !KEYWORDS.contains(&word.text) => self.named(word),
            _ => {
                let message = match word.text {
                    "" => "the expression ends too soon".to_owned(),
                    text => format!("`{text}` can't stand here"),
                };
                let help = "here stands a variable, a number, or something in brackets";
                self.wrong(&word.place, &message, "not expected here", help)
            }
        }
    }

    fn closes(&mut self, opened: &Word<'_>) -> Option<()> {
        match self.takes(")") {
            true => Some(()),
            false => {
                let next = self.peek();
                let message = match next.text {
                    "" => "a bracket is not closed".to_owned(),
                    text => format!("`{text}` where a `)` is missing"),
                };
                let place = match next.text {
                    "" => opened.place.clone(),
                    _ => next.place,
                };
                self.wrong(&place, &message, "here", "close it with `)`")
            }
        }
    }

    fn number_of_scenario(&mut self, key: &str, place: &Place) -> Option<Typed> {
        let numbers = &self.gathered.numbers;
        if let Some(index) = numbers.iter().position(|number| number.path == key) {
            return Some(Typed {
                is: Expression::Number(Quantity(index)),
                gives: Gives::Number,
                place: place.clone(),
            });
        }
        let known: Vec<String> = numbers.iter().map(|number| number.path.clone()).collect();
        let place = place.clone();
        self.gathered.problems.push_with(|| {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let message = format!("the scenario has no number `{key}`");
            let mut problem = Problem::at(place, message, "not known");
            problem.help = suggestion(key, &known);
            problem
        });
        None
    }

    /// A variable, a function, or a number of the scenario.
    fn named(&mut self, word: Word<'a>) -> Option<Typed> {
        if self.peek().text != "(" {
            return match word.text.contains('.') {
                true => self.number_of_scenario(word.text, &word.place),
                false => self.variable(&word, &[], word.place.end()),
            };
        }
        match word.text {
            "min" => self.extreme(Operator::Least),
            "max" => self.extreme(Operator::Greatest),
            "start" => self.so_far(&word, SoFar::Start),
            "lowest" => self.so_far(&word, SoFar::Lowest),
            "highest" => self.so_far(&word, SoFar::Highest),
            "happened" => self.outcome(&word, Asked::Happened),
            "holds" => self.outcome(&word, Asked::Holds),
            _ => {
                let (names, end) = self.names(&word)?;
                self.variable(&word, &names, end)
            }
        }
    }

    fn variable(&mut self, name: &Word<'_>, arguments: &[Word<'_>], end: usize) -> Option<Typed> {
        let place = Place {
            file: name.place.file,
            span: name.place.span.start..end.max(name.place.span.end),
        };
        let (variable, _) = to_read(name, arguments, &place, self.each, self.gathered)?;
        Some(Typed {
            is: Expression::Variable(variable),
            gives: Gives::Number,
            place,
        })
    }

    /// The names in brackets that come next, and where they end.
    fn names(&mut self, of: &Word<'_>) -> Option<(Vec<Word<'a>>, usize)> {
        self.take();
        let mut names = Vec::new();
        loop {
            let word = self.take();
            match word.text {
                ")" => return Some((names, word.place.end())),
                "," if !names.is_empty() => {}
                "" => {
                    let place = Place {
                        file: of.place.file,
                        span: of.place.span.start..word.place.end(),
                    };
                    let message = format!("the bracket of `{}` is not closed", of.text);
                    let help = "close it with `)`";
                    return self.wrong(&place, &message, "no `)` at its end", help);
                }
                text if text.chars().all(is_of_name) => names.push(word),
                text => {
                    let message = format!("`{text}` is no name");
                    let help = "the names of a variable stand in brackets, with commas between";
                    return self.wrong(&word.place, &message, "not a name", help);
                }
            }
        }
    }

    fn extreme(&mut self, operator: Operator) -> Option<Typed> {
        let opened = self.take();
        let mut found = self.either()?;
        while self.takes(",") {
            let other = self.either()?;
            found = self.both(operator, found, other)?;
        }
        let found = self.must_give(found, Gives::Number)?;
        self.closes(&opened)?;
        Some(found)
    }

    fn so_far(&mut self, word: &Word<'_>, so_far: SoFar) -> Option<Typed> {
        let opened = self.take();
        let of = self.either()?;
        let of = self.must_give(of, Gives::Number)?;
        self.closes(&opened)?;
        Some(Typed {
            is: Expression::SoFar(so_far, Box::new(of.is)),
            gives: Gives::Number,
            place: word.place.clone(),
        })
    }

    fn outcome(&mut self, word: &Word<'_>, asked: Asked) -> Option<Typed> {
        let (names, _) = self.names(word)?;
        let [name] = names.as_slice() else {
            let message = format!("`{}` takes one outcome in brackets", word.text);
            return self.wrong(&word.place, &message, "here", "");
        };
        let is = match self.gathered.outcome(name, self.each)? {
            Some(index) => Expression::Outcome(asked, index),
            // What is called off never comes about.
            None => Expression::Both(
                Operator::Less,
                Box::new(Expression::Constant(0.0)),
                Box::new(Expression::Constant(0.0)),
            ),
        };
        Some(Typed {
            is,
            gives: Gives::Truth,
            place: word.place.clone(),
        })
    }
}

const KEYWORDS: [&str; 3] = ["and", "or", "not"];

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

/// How long the word is with which a text begins.
fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else {
        return 0;
    };
    if first == '\'' {
        return text[1..].find('\'').map_or(text.len(), |end| end + 2);
    }
    if is_of_name(first) {
        let length = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
        let word = &text[..length];
        // 1e-3 is one word.
        let is_cut = first.is_ascii_digit() && word.ends_with(['e', 'E']);
        let rest = &text[length..];
        if is_cut && rest.starts_with(['+', '-']) {
            let digits = rest[1..].find(|c: char| !c.is_ascii_digit());
            return length + 1 + digits.unwrap_or(rest.len() - 1);
        }
        return length;
    }
    match text.get(..2) {
        Some("<=" | ">=" | "==" | "!=" | "&&" | "||" | "**") => 2,
        _ => first.len_utf8(),
    }
}
