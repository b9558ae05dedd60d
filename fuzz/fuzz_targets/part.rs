//! A part of a run with some bytes changed, and its hash made right.
#![no_main]
// Each target uses some of them.
#![allow(dead_code)]

#[path = "../../tests/mutations/probes.rs"]
mod probes;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static PART: LazyLock<Vec<u8>> = LazyLock::new(probes::a_part);

fuzz_target!(|changes: &[u8]| {
    probes::part(&probes::patched(&PART, changes));
});
