//! Policy options.
