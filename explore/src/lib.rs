//! The engine for a browser: the same code as the program's, called by bytes.
//!
//! A call takes what the caller wrote at [`room`], and leaves what it has to say at [`output`],
//! [`length`] bytes long. It returns 0; or 1 if something is wrong, and what is said is UTF-8
//! text about it. There is one engine in a module, with two runs: the base, numbered 0, and the
//! one that is compared with it, 1.

mod engine;

use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::Engine;

/// The engine, and what goes in and out.
static STATE: Mutex<State> = Mutex::new(State {
    engine: Engine::new(),
    input: Vec::new(),
    output: Vec::new(),
});

/// What was said by the panic that ended the engine, if one did.
static LAST_WORDS: Mutex<String> = Mutex::new(String::new());

struct State {
    engine: Engine,
    input: Vec<u8>,
    output: Vec<u8>,
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what is asked with the input, which it takes, and keeps what it gives.
fn call(act: impl FnOnce(&mut Engine, &[u8]) -> Result<Vec<u8>, String>) -> u32 {
    let mut state = state();
    let input = std::mem::take(&mut state.input);
    let (output, code) = match act(&mut state.engine, &input) {
        Ok(bytes) => (bytes, 0),
        Err(text) => (text.into_bytes(), 1),
    };
    state.output = output;
    code
}

/// Lets a panic, which ends the engine, say why. To be called first.
#[unsafe(no_mangle)]
pub extern "C" fn begin() {
    std::panic::set_hook(Box::new(|panic| {
        let mut words = LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner);
        *words = panic.to_string();
    }));
}

/// Room for so many bytes of input.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    let mut state = state();
    state.input = vec![0; length];
    state.input.as_mut_ptr()
}

/// Where the output begins.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    state().output.as_ptr()
}

/// Bytes of the output.
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    state().output.len()
}

/// Where the last words begin.
#[unsafe(no_mangle)]
pub extern "C" fn last_words() -> *const u8 {
    let words = LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    words.as_ptr()
}

/// Bytes of the last words.
#[unsafe(no_mangle)]
pub extern "C" fn last_words_length() -> usize {
    let words = LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    words.len()
}

/// Begins a run: the input is JSON, `{"text": "...", "settings": ["key=value", ...]}`.
#[unsafe(no_mangle)]
pub extern "C" fn open(run: usize) -> u32 {
    call(|engine, input| engine.open(run, input))
}

/// Lets a run grow from nothing: parts can be added from then on. Run 1 is set beside run 0.
#[unsafe(no_mangle)]
pub extern "C" fn grow(run: usize) -> u32 {
    call(|engine, _| engine.grow(run))
}

/// Runs replicates of a run, and gives them as a part.
#[unsafe(no_mangle)]
pub extern "C" fn replicate(run: usize, first: u32, end: u32) -> u32 {
    call(|engine, _| engine.replicate(run, u64::from(first)..u64::from(end)))
}

/// Adds parts to a run: one after the other, each after its length, four bytes, the lowest first.
#[unsafe(no_mangle)]
pub extern "C" fn add(run: usize) -> u32 {
    call(|engine, input| engine.add(run, input))
}

/// What a run came to so far, as JSON; run 1 beside run 0.
#[unsafe(no_mangle)]
pub extern "C" fn answer(run: usize) -> u32 {
    call(|engine, _| engine.answer(run))
}

/// The whole summary of a run so far: the bytes of `summary.json`.
#[unsafe(no_mangle)]
pub extern "C" fn summary(run: usize) -> u32 {
    call(|engine, _| engine.summary(run))
}

/// The replicate in which the outcome whose key is the input comes about nearest to a week, told
/// in words, as JSON.
#[unsafe(no_mangle)]
pub extern "C" fn tell(run: usize, week: u32) -> u32 {
    call(|engine, input| engine.tell(run, input, week))
}

/// Values of a run as TOML to be laid over a scenario: the input is JSON, a list of keys.
#[unsafe(no_mangle)]
pub extern "C" fn overlay(run: usize) -> u32 {
    call(|engine, input| engine.overlay(run, input))
}
