//! How the model must behave, row by row: each mechanism has an effect of the right sign
//! and of a size that matters, and with the mechanism taken out the effect is gone.
//!
//! The rows are tested in the first weeks and months: later, other mechanisms answer, and
//! the sign of a difference is no longer that of the mechanism alone. Three words recur:
//! `change` is the one thing in which two runs differ, `effect` what it does to a quantity,
//! and `without` what it still does once the mechanism is switched off.

mod effort;
mod enemy;
mod ground;
mod quarrels;
mod state;
