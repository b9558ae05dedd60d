//! Interrupts: Ctrl-C, a request to terminate, a hangup. Each does the same.

use std::sync::{Mutex, PoisonError};

use super::INTERRUPTED;

type Action = Box<dyn FnMut() + Send>;

/// What an interrupt does; without anything to do it ends the program.
static ACTION: Mutex<Option<Action>> = Mutex::new(None);

/// From now on an interrupt ends the program with the exit code of one, or does what [`does`]
/// says. A hangup that is ignored, as below `nohup`, stays ignored.
pub(super) fn begin() {
    let ignored = hangup::was_ignored();
    let handler = || match &mut *ACTION.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(action) => action(),
        None => std::process::exit(i32::from(INTERRUPTED)),
    };
    // Without a handler an interrupt ends the program at once, which is all that is lost.
    let _ = ctrlc::set_handler(handler);
    if ignored {
        hangup::ignore();
    }
}

/// Gives interrupts something else to do.
pub(super) fn does(action: impl FnMut() + Send + 'static) {
    *ACTION.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(action));
}

#[cfg(unix)]
mod hangup {
    /// Whether a hangup was ignored; it is now.
    pub(super) fn was_ignored() -> bool {
        ignore() == libc::SIG_IGN
    }

    /// Ignores hangups; returns what they did before.
    pub(super) fn ignore() -> libc::sighandler_t {
        // SAFETY: `SIG_IGN` is no function, so none runs in the place of a signal.
        unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) }
    }
}

#[cfg(not(unix))]
mod hangup {
    pub(super) fn was_ignored() -> bool {
        false
    }

    pub(super) fn ignore() {}
}
