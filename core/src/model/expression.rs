//! Expressions over a state and the way to it, worked out for all lanes at once.
//!
//! Truth is 1 or 0 in a lane.

use crate::numeric::{Lanes, List, Mask};
use crate::scenario::{Asked, Expression, Operator, Quantity, SoFar, Variable};

use super::params::Params;
use super::plan::Plan;
use super::state::State;
use super::variable::read;

/// An expression as a list of operations on a stack of values.
#[derive(Debug, Clone, Default)]
pub struct Program {
    operations: Vec<Operation>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operation {
    Constant(f32),
    /// One of [`Programs::numbers`].
    Number(usize),
    /// One of [`Programs::variables`].
    Variable(usize),
    /// One of [`Programs::memories`].
    Memory(usize),
    Outcome(Asked, usize),
    Not,
    Negative,
    Both(Operator),
}

/// What is kept of a history for the sake of expressions.
#[derive(Debug, Clone)]
struct Memory {
    so_far: SoFar,
    of: Program,
}

/// What the programs of a scenario have in common.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    /// The numbers of the scenario that they read.
    pub numbers: Vec<Quantity>,
    /// The variables that they read, each looked up once a step.
    variables: Vec<Variable>,
    memories: Vec<Memory>,
    known: Vec<(SoFar, Expression)>,
    deepest: usize,
}

impl Programs {
    /// The program of an expression.
    pub fn compile(&mut self, expression: &Expression) -> Program {
        let mut program = Program::default();
        self.add(expression, &mut program, 1);
        program
    }

    /// Adds the operations that leave the value of an expression on a stack on which it is the
    /// value at `depth`.
    fn add(&mut self, expression: &Expression, program: &mut Program, depth: usize) {
        self.deepest = self.deepest.max(depth);
        let operation = match expression {
            Expression::Constant(value) => Operation::Constant(*value as f32),
            Expression::Number(quantity) => {
                Operation::Number(place_of(&mut self.numbers, *quantity))
            }
            Expression::Variable(variable) => {
                Operation::Variable(place_of(&mut self.variables, *variable))
            }
            Expression::SoFar(so_far, of) => Operation::Memory(self.memory(*so_far, of)),
            Expression::Outcome(asked, outcome) => Operation::Outcome(*asked, *outcome),
            Expression::Not(of) => {
                self.add(of, program, depth);
                Operation::Not
            }
            Expression::Negative(of) => {
                self.add(of, program, depth);
                Operation::Negative
            }
            Expression::Both(operator, a, b) => {
                self.add(a, program, depth);
                self.add(b, program, depth + 1);
                Operation::Both(*operator)
            }
        };
        program.operations.push(operation);
    }

    fn memory(&mut self, so_far: SoFar, of: &Expression) -> usize {
        let wanted = (so_far, of.clone());
        if let Some(known) = self.known.iter().position(|known| *known == wanted) {
            return known;
        }
        // What it needs itself comes before it.
        let of = self.compile(of);
        self.memories.push(Memory { so_far, of });
        self.known.push(wanted);
        self.memories.len() - 1
    }
}

/// The place of something in a list, to which it is added where it isn't in it.
fn place_of<T: PartialEq>(list: &mut Vec<T>, wanted: T) -> usize {
    let known = list.iter().position(|known| *known == wanted);
    known.unwrap_or_else(|| {
        list.push(wanted);
        list.len() - 1
    })
}

/// What programs are worked out with.
#[derive(Debug, Clone)]
pub struct Machine<const N: usize> {
    values: List<N>,
    memory: List<N>,
    stack: List<N>,
}

/// What is known of the outcomes.
pub(super) trait Answers<const N: usize> {
    /// Where a question of an outcome has the answer yes.
    fn asked(&self, question: Asked, outcome: usize) -> Mask<N>;
}

impl<const N: usize> Machine<N> {
    /// For the programs of a plan.
    pub fn new(plan: &Plan) -> Self {
        let lanes = |count| List::filled(count, Lanes::ZERO);
        Self {
            values: lanes(plan.programs.variables.len()),
            memory: lanes(plan.programs.memories.len()),
            stack: lanes(plan.programs.deepest + 1),
        }
    }

    /// Takes in a state: the variables, what is lowest so far, and the like.
    #[inline(always)]
    pub(super) fn see(
        &mut self,
        plan: &Plan,
        p: &Params<N>,
        s: &State<N>,
        step: usize,
        answers: &impl Answers<N>,
    ) {
        let weeks = Lanes::splat(step as f32 * plan.step_weeks);
        for (value, variable) in self.values.iter_mut().zip(&plan.programs.variables) {
            *value = read(plan, p, s, *variable, weeks);
        }
        for (slot, Memory { so_far, of }) in plan.programs.memories.iter().enumerate() {
            if step > 0 && *so_far == SoFar::Start {
                continue;
            }
            let value = self.value(of, p, answers);
            let kept = self.memory[slot];
            self.memory[slot] = match so_far {
                _ if step == 0 => value,
                SoFar::Start => kept,
                SoFar::Lowest => kept.min(value),
                SoFar::Highest => kept.max(value),
            };
        }
    }

    /// The value of a program in the state seen last.
    #[inline(always)]
    pub(super) fn value(
        &mut self,
        program: &Program,
        p: &Params<N>,
        answers: &impl Answers<N>,
    ) -> Lanes<N> {
        let truth = |mask: Mask<N>| mask.select(Lanes::ONE, Lanes::ZERO);
        let mut top = 0;
        for operation in &program.operations {
            let value = match *operation {
                Operation::Constant(value) => Lanes::splat(value),
                Operation::Number(number) => p.read_numbers[number],
                Operation::Variable(slot) => self.values[slot],
                Operation::Memory(slot) => self.memory[slot],
                Operation::Outcome(question, outcome) => truth(answers.asked(question, outcome)),
                Operation::Not => {
                    top -= 1;
                    truth(self.stack[top].le_s(0.5))
                }
                Operation::Negative => {
                    top -= 1;
                    -self.stack[top]
                }
                Operation::Both(operator) => {
                    top -= 2;
                    let (a, b) = (self.stack[top], self.stack[top + 1]);
                    match operator {
                        Operator::Or => a.max(b),
                        Operator::And => a.min(b),
                        Operator::Less => truth(a.lt(b)),
                        Operator::AtMost => truth(a.le(b)),
                        Operator::More => truth(a.gt(b)),
                        Operator::AtLeast => truth(a.ge(b)),
                        Operator::Equal => truth(a.le(b) & a.ge(b)),
                        Operator::Different => truth(a.lt(b) | a.gt(b)),
                        Operator::Add => a + b,
                        Operator::Subtract => a - b,
                        Operator::Multiply => a * b,
                        Operator::Divide => a / b,
                        Operator::Least => a.min(b),
                        Operator::Greatest => a.max(b),
                    }
                }
            };
            self.stack[top] = value;
            top += 1;
        }
        self.stack[0]
    }
}
