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
    Variable(Variable),
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
                let known = self.numbers.iter().position(|known| known == quantity);
                Operation::Number(known.unwrap_or_else(|| {
                    self.numbers.push(*quantity);
                    self.numbers.len() - 1
                }))
            }
            Expression::Variable(variable) => Operation::Variable(*variable),
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

/// What programs are worked out with.
#[derive(Debug, Clone)]
pub struct Machine<const N: usize> {
    memory: List<N>,
    stack: List<N>,
}

/// What programs look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a, const N: usize> {
    pub plan: &'a Plan,
    pub params: &'a Params<N>,
    pub state: &'a State<N>,
    /// Steps since the start.
    pub step: usize,
}

impl<const N: usize> Machine<N> {
    /// For the programs of a plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            memory: List::filled(plan.programs.memories.len(), Lanes::ZERO),
            stack: List::filled(plan.programs.deepest + 1, Lanes::ZERO),
        }
    }

    /// Takes in a state: what is lowest so far, and the like.
    #[inline(always)]
    pub(super) fn remember(&mut self, view: View<'_, N>, asked: &impl Fn(Asked, usize) -> Mask<N>) {
        let memories = &view.plan.programs.memories;
        for (slot, Memory { so_far, of }) in memories.iter().enumerate() {
            if view.step > 0 && *so_far == SoFar::Start {
                continue;
            }
            let value = self.value(of, view, asked);
            let kept = self.memory[slot];
            self.memory[slot] = match so_far {
                _ if view.step == 0 => value,
                SoFar::Start => kept,
                SoFar::Lowest => kept.min(value),
                SoFar::Highest => kept.max(value),
            };
        }
    }

    /// Where a program says yes.
    #[inline(always)]
    pub(super) fn holds(
        &mut self,
        program: &Program,
        view: View<'_, N>,
        asked: &impl Fn(Asked, usize) -> Mask<N>,
    ) -> Mask<N> {
        self.value(program, view, asked).gt_s(0.5)
    }

    /// The value of a program.
    #[inline(always)]
    pub(super) fn value(
        &mut self,
        program: &Program,
        view: View<'_, N>,
        asked: &impl Fn(Asked, usize) -> Mask<N>,
    ) -> Lanes<N> {
        let View {
            plan,
            params,
            state,
            step,
        } = view;
        let truth = |mask: Mask<N>| mask.select(Lanes::ONE, Lanes::ZERO);
        let mut top = 0;
        for operation in &program.operations {
            let value = match *operation {
                Operation::Constant(value) => Lanes::splat(value),
                Operation::Number(number) => params.read_numbers[number],
                Operation::Variable(variable) => {
                    let weeks = Lanes::splat(step as f32 * plan.step_weeks);
                    read(plan, params, state, variable, weeks)
                }
                Operation::Memory(slot) => self.memory[slot],
                Operation::Outcome(question, outcome) => truth(asked(question, outcome)),
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
