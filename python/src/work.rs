//! Work beside the interpreter: without its lock, with progress, until Ctrl-C.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use simulate::engine::{Progress, memory};
use simulate::scenario::Scenario;

use crate::error::{input_error, run_error};

/// How often signals are looked for and progress is told.
const OFTEN: Duration = Duration::from_millis(50);

/// How work is done, as every method takes it.
pub struct How<'a, 'py> {
    /// Threads; `None`: one a core.
    pub threads: Option<usize>,
    /// `None` or a truth: whether there is a bar; or what is called with replicates done and in
    /// all.
    pub progress: Option<&'a Bound<'py, PyAny>>,
}

impl How<'_, '_> {
    /// The threads on which all parallel work is done. Made anew for each work: what another
    /// process was forked from has none.
    fn pool(&self) -> PyResult<rayon::ThreadPool> {
        if self.threads == Some(0) || self.threads > Some(1024) {
            return Err(input_error("threads is a number from 1 to 1024"));
        }
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.unwrap_or(0))
            .build()
            .map_err(|error| run_error(format!("threads can't be started: {error}")))
    }

    /// How many threads there will be.
    fn count(&self) -> usize {
        let machine = || thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(machine)
    }

    /// Refuses work for which there is not enough memory: a batch, and bytes that are kept.
    pub fn must_fit(&self, scenario: &Scenario, kept: u64) -> PyResult<()> {
        let wanted = memory::of_batch(scenario, self.count()).saturating_add(kept);
        let budget = memory::budget();
        if wanted <= budget {
            return Ok(());
        }
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        Err(input_error(format!(
            "{} would take about {:.1} GiB of memory, more than the {:.1} GiB that may be used here; ask for fewer replicates, or use the command simulate, whose tables go to disk as they are made",
            scenario.name,
            gib(wanted),
            gib(budget)
        )))
    }

    /// Does work on `total` units without the interpreter's lock. Ctrl-C ends it after the
    /// present block, and so does an exception of what is told of progress.
    pub fn does<T: Send>(
        &self,
        py: Python<'_>,
        total: u64,
        work: impl FnOnce(&Progress) -> T + Send,
    ) -> PyResult<T> {
        let pool = self.pool()?;
        let bar = Bar::begin(py, self.progress, total)?;
        let progress = Progress::default();
        let ended = AtomicBool::new(false);
        let waiting = thread::current();
        let (found, wrong) = thread::scope(|scope| {
            let worker = scope.spawn(|| {
                // However it ends, the one who waits is woken.
                let _wake = Wake(&ended, &waiting);
                pool.install(|| work(&progress))
            });
            let mut wrong = None;
            while !ended.load(Ordering::Acquire) {
                py.detach(|| thread::park_timeout(OFTEN));
                if wrong.is_none() {
                    let done = progress.done.load(Ordering::Relaxed);
                    let told = py.check_signals().and_then(|()| bar.tell(py, done));
                    if let Err(error) = told {
                        progress.stop.store(true, Ordering::Relaxed);
                        wrong = Some(error);
                    }
                }
            }
            (py.detach(|| worker.join()), wrong)
        });
        let closed = bar.end(py);
        let found = found.unwrap_or_else(|panic| resume_unwind(panic));
        match wrong {
            Some(error) => Err(error),
            None => closed.map(|()| found),
        }
    }

    /// The same for what takes no time worth a bar, such as a picture.
    pub fn does_quickly<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
        let how = How {
            threads: None,
            progress: None,
        };
        let pool = how.pool()?;
        Ok(py.detach(|| pool.install(work)))
    }
}

/// Wakes the one who waits when it is dropped.
struct Wake<'a>(&'a AtomicBool, &'a thread::Thread);

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

/// What is told how far the work is: see `python/package/simulate/_progress.py`.
struct Bar(Option<Py<PyAny>>);

impl Bar {
    fn begin(py: Python<'_>, asked: Option<&Bound<'_, PyAny>>, total: u64) -> PyResult<Self> {
        let module = py.import("simulate._progress")?;
        let arguments = PyDict::new(py);
        arguments.set_item("asked", asked)?;
        arguments.set_item("total", total)?;
        let bar = module.call_method("bar", (), Some(&arguments))?;
        Ok(Self((!bar.is_none()).then(|| bar.unbind())))
    }

    fn tell(&self, py: Python<'_>, done: u64) -> PyResult<()> {
        match &self.0 {
            Some(bar) => bar.call_method1(py, "tell", (done,)).map(|_| ()),
            None => Ok(()),
        }
    }

    fn end(&self, py: Python<'_>) -> PyResult<()> {
        match &self.0 {
            Some(bar) => bar.call_method0(py, "end").map(|_| ()),
            None => Ok(()),
        }
    }
}
