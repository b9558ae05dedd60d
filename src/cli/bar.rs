//! A progress line.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::engine::Progress;

use super::streams;

/// Whole units a second.
fn speed(state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write) {
    // What can't be written to the line is not there to be read.
    let _ = write!(out, "{}", indicatif::HumanCount(state.per_sec() as u64));
}

/// A progress line on standard error, drawn from a counter ten times a second.
pub(super) struct Bar {
    bar: Option<indicatif::ProgressBar>,
    ended: Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bar {
    /// `unit`: what is counted, e.g. `replicates`.
    pub(super) fn begin(progress: &Arc<Progress>, total: u64, unit: &str, quiet: bool) -> Self {
        let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
        if quiet || !streams::is_lively() {
            return Self {
                bar: None,
                ended,
                thread: None,
            };
        }
        let bar = indicatif::ProgressBar::new(total);
        let template =
            format!("{{bar:32}} {{human_pos}}/{{human_len}} {unit}  {{speed}}/s  {{eta}} left");
        if let Ok(style) = indicatif::ProgressStyle::with_template(&template) {
            bar.set_style(style.with_key("speed", speed));
        }
        let thread = {
            let (bar, ended, progress) = (bar.clone(), Arc::clone(&ended), Arc::clone(progress));
            std::thread::spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    bar.set_position(progress.done.load(Ordering::Relaxed));
                    std::thread::sleep(Duration::from_millis(100));
                }
            })
        };
        Self {
            bar: Some(bar),
            ended,
            thread: Some(thread),
        }
    }

    pub(super) fn end(mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
