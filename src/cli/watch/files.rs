//! Which files are watched, and what stops a run under way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::engine::Progress;
use crate::report::Owner;
use crate::scenario::{SourceFile, regular, with_plain_line_ends};

use super::super::{INTERRUPTED, interrupt};

/// What a watch waits for.
#[derive(Debug)]
pub(super) enum Signal {
    /// One of the files may have changed.
    Saved,
    /// The user wants to end.
    Interrupted,
    /// Files can't be watched any longer.
    Failed(notify::Error),
}

/// What is reached from the threads that watch and from the interrupt.
#[derive(Debug, Default)]
pub(super) struct Control {
    interrupted: AtomicBool,
    /// Whether there was a save since the scenario was last read.
    saved: AtomicBool,
    /// The run under way.
    running: Mutex<Option<Arc<Progress>>>,
    /// What is being written.
    pub(super) owner: Owner,
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    files: BTreeSet<PathBuf>,
    /// Any scenario in the folders counts: what is missing is not known by name.
    any: bool,
}

impl Watched {
    fn has(&self, path: &Path) -> bool {
        self.files.contains(path) || (self.any && path.extension().is_some_and(|e| e == "toml"))
    }
}

/// A thread that panics ends the program; what it leaves behind is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Control {
    /// The scenario is about to be read.
    pub(super) fn reads(&self) {
        self.saved.store(false, Ordering::SeqCst);
    }

    /// A run begins; it is stopped at once if the scenario it was read from is out of date.
    pub(super) fn begin(&self, progress: &Arc<Progress>) {
        *lock(&self.running) = Some(Arc::clone(progress));
        if self.is_interrupted() || self.saved.load(Ordering::SeqCst) {
            self.stop();
        }
    }

    /// A file may have changed.
    fn save(&self, sender: &Sender<Signal>) {
        self.saved.store(true, Ordering::SeqCst);
        self.stop();
        let _ = sender.send(Signal::Saved);
    }

    /// The run has ended.
    pub(super) fn end(&self) {
        *lock(&self.running) = None;
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Ends the run under way, if any, after the present block.
    fn stop(&self) {
        if let Some(progress) = &*lock(&self.running) {
            progress.stop.store(true, Ordering::Relaxed);
        }
    }

    /// The first interrupt ends the watch, after the present block; a second one the program.
    pub(super) fn end_on_interrupt(self: &Arc<Self>, sender: Sender<Signal>) {
        let control = Arc::clone(self);
        interrupt::does(move || {
            if control.interrupted.swap(true, Ordering::SeqCst) {
                // Nothing half-written is left behind; an exit runs no destructor.
                if let Some(_abandoned) = control.owner.abandon() {
                    std::process::exit(i32::from(INTERRUPTED));
                }
                return;
            }
            control.stop();
            let _ = sender.send(Signal::Interrupted);
        });
    }
}

/// The files of a scenario, watched through their folders: an editor that puts a new file in
/// the place of the old one is noticed all the same.
pub(super) struct Files {
    control: Arc<Control>,
    sender: Sender<Signal>,
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    scenario: PathBuf,
}

impl Files {
    pub(super) fn new(
        scenario: &Path,
        control: &Arc<Control>,
        sender: Sender<Signal>,
    ) -> notify::Result<Self> {
        let handler = {
            let (control, sender) = (Arc::clone(control), sender.clone());
            move |event: notify::Result<notify::Event>| match event {
                Ok(event) if changes(&event) => {
                    let watched = lock(&control.watched);
                    if event.need_rescan() || event.paths.iter().any(|path| watched.has(path)) {
                        drop(watched);
                        control.save(&sender);
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let _ = sender.send(Signal::Failed(error));
                }
            }
        };
        Ok(Self {
            control: Arc::clone(control),
            sender,
            watcher: notify::recommended_watcher(handler)?,
            folders: BTreeSet::new(),
            scenario: scenario.to_path_buf(),
        })
    }

    /// Watches the files of a scenario that is fine, and no others.
    pub(super) fn follow(&mut self, files: &[SourceFile]) -> notify::Result<()> {
        let mut watched = Watched::default();
        self.add(files, &mut watched)?;
        *lock(&self.control.watched) = watched;
        self.look_again(files);
        Ok(())
    }

    /// Watches the files of a broken one as well as those before it.
    pub(super) fn follow_broken(&mut self, files: &[SourceFile]) -> notify::Result<()> {
        let mut watched = Watched {
            files: lock(&self.control.watched).files.clone(),
            any: true,
        };
        self.add(files, &mut watched)?;
        *lock(&self.control.watched) = watched;
        self.look_again(files);
        Ok(())
    }

    fn add(&mut self, files: &[SourceFile], watched: &mut Watched) -> notify::Result<()> {
        let files = files.iter().filter_map(|file| file.path.clone());
        for file in files.chain([self.scenario.clone()]) {
            // A link and what it leads to are both looked at.
            for path in [Some(in_its_folder(&file)), file.canonicalize().ok()] {
                let Some((path, folder)) = path.and_then(|path| {
                    let folder = path.parent()?.to_path_buf();
                    Some((path, folder))
                }) else {
                    continue;
                };
                if folder.is_dir() && !self.folders.contains(&folder) {
                    self.watcher.watch(&folder, RecursiveMode::NonRecursive)?;
                    self.folders.insert(folder);
                }
                watched.files.insert(path);
            }
        }
        Ok(())
    }

    /// What was saved after it was read and before it was watched is not missed.
    fn look_again(&self, files: &[SourceFile]) {
        let changed = |file: &SourceFile| {
            let read = |path| regular::read(path, regular::MOST_BYTES).ok();
            file.path.as_deref().and_then(read).is_some_and(|bytes| {
                with_plain_line_ends(&String::from_utf8_lossy(&bytes)) != file.text
            })
        };
        if files.iter().any(changed) {
            self.control.save(&self.sender);
        }
    }

    /// The files in words.
    pub(super) fn names(&self, files: &[SourceFile]) -> String {
        let on_disk = files.iter().filter(|file| file.path.is_some());
        let names: Vec<&str> = on_disk.map(|file| file.name.as_str()).collect();
        names.join(", ")
    }
}

/// Whether an event may mean that a file has other content: reading it does not.
fn changes(event: &notify::Event) -> bool {
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// The path with its folder's true name, as events have it.
fn in_its_folder(file: &Path) -> PathBuf {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    match file.file_name() {
        Some(name) => folder.join(name),
        None => folder,
    }
}
