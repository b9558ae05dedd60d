//! TOML, to a checked scenario, and four replicates of it.
#![no_main]
// Each target uses some of them.
#![allow(dead_code)]

#[path = "../../tests/mutations/probes.rs"]
mod probes;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    probes::scenario(bytes, &[]);
});
