//! `--set KEY=VALUE` over a small scenario.
#![no_main]
// Each target uses some of them.
#![allow(dead_code)]

#[path = "../../tests/mutations/probes.rs"]
mod probes;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    probes::setting(text);
});
