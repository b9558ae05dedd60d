//! Words that all tables share.

/// The column `outcome`.
pub const OUTCOME: &str = "Key of the outcome: the id of its entry in the scenario, and whose it is if there are several (`collapse.<coalition>`); \
     `mean_cohesion` stands beside these";
/// The column `label`.
pub const LABEL: &str =
    "The name shown to a reader of what the row is about, in the scenario's own words";
/// The column `faction`.
pub const FACTION: &str = "Key of the faction";
/// The column `other_faction`.
pub const OTHER_FACTION: &str = "Key of the second faction";
/// The column `low`.
pub const LOW: &str = "Lower end of the 95 % interval";
/// The column `high`.
pub const HIGH: &str = "Upper end of the 95 % interval";
/// The columns `input.<input>`.
pub const INPUT: &str = "The number with this key, as in `--set`";

/// The label of mean cohesion among the outcomes.
pub const MEAN_COHESION_LABEL: &str = "Mean cohesion";
