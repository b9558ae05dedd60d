//! Why a faction does what it does: the terms of its utilities and of its hostility, one
//! by one, as `docs/model.md` has them (7.3, 7.4). They are evaluated on a state that was
//! observed; a test holds their sums to what the model chose and felt in every step.

mod attribution;
mod hostility;
mod utility;

pub use attribution::{Expression, attribute};
pub use hostility::{FEELINGS, Feeling, Hostility, Terms, outbreak};
pub use utility::{Cause, choices, utility};
