//! Log lines on their way out. Whoever logs lays a line down and goes on; a thread writes what has gathered, several times a
//! second and at the end. Warnings and errors are written at once, behind what waits. Where nobody takes the lines, as many as
//! there is room for wait, and how many were dropped is told when the rest is taken.

use std::{
    io::Write,
    panic,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others.
const PAUSE: Duration = Duration::from_millis(50);
/// So much is written without waiting for more.
const PLENTY: usize = 64 << 10;
/// So much waits at most.
const ROOM: usize = 4 << 20;

/// Where lines are laid down. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Lines(Arc<Shared>);

/// Writes what waits when it is dropped, and ends the thread.
pub(crate) struct Writing {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    /// Held while something is written, so that lines stay in their order. Locked before `waiting`.
    output: Mutex<Box<dyn Write + Send>>,
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

#[derive(Default)]
struct Waiting {
    text: Vec<u8>,
    dropped: u64,
    is_over: bool,
}

impl Lines {
    /// Begins to write to `output`. `tell` is called with how many lines were dropped.
    pub(crate) fn begin(output: impl Write + Send + 'static, tell: fn(u64)) -> std::io::Result<(Self, Writing)> {
        let lines = Self(Arc::new(Shared {
            output: Mutex::new(Box::new(output)),
            waiting: Mutex::default(),
            wake: Condvar::new(),
        }));
        let shared = Arc::clone(&lines.0);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || shared.run(tell))?;
        let writing = Writing {
            lines: lines.clone(),
            thread: Some(thread),
        };
        Ok((lines, writing))
    }

    /// Has a panic of any thread write what waits, before it says what happened.
    pub(crate) fn survive_panics(&self) {
        let (lines, before) = (self.clone(), panic::take_hook());
        panic::set_hook(Box::new(move |panicked| {
            lines.0.write_out(&[]);
            before(panicked);
        }));
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lay_down(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.is_over {
            drop(waiting);
            self.write_out(line);
            return;
        }
        if waiting.text.len().saturating_add(line.len()) > ROOM {
            waiting.dropped += 1;
            return;
        }
        let was_plenty = waiting.text.len() >= PLENTY;
        let was_empty = waiting.text.is_empty();
        waiting.text.extend_from_slice(line);
        if was_empty || !was_plenty && waiting.text.len() >= PLENTY {
            self.wake.notify_one();
        }
    }

    /// Writes what waits and then `last`. Nothing can be done for a line that cannot be written: where it would be told is
    /// where it failed.
    fn write_out(&self, last: &[u8]) {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let text = std::mem::take(&mut self.waiting().text);
        let _lost = output
            .write_all(&text)
            .and_then(|()| output.write_all(last))
            .and_then(|()| output.flush());
    }

    fn run(&self, tell: fn(u64)) {
        loop {
            let waiting = self.waiting();
            let waiting = self
                .wake
                .wait_while(waiting, |waiting| waiting.text.is_empty() && !waiting.is_over);
            let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
            let gathering = self.wake.wait_timeout_while(waiting, PAUSE, |waiting| {
                waiting.text.len() < PLENTY && !waiting.is_over
            });
            let is_over = gathering.unwrap_or_else(PoisonError::into_inner).0.is_over;
            self.write_out(&[]);
            let dropped = std::mem::take(&mut self.waiting().dropped);
            if dropped > 0 {
                tell(dropped);
            }
            if is_over {
                return;
            }
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.lines.0.waiting().is_over = true;
        self.lines.0.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// Takes one line.
pub(crate) struct Line<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if self.is_urgent {
            self.lines.0.write_out(line);
        } else {
            self.lines.0.lay_down(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            lines: self,
            is_urgent: false,
        }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line<'a> {
        Line {
            lines: self,
            is_urgent: *metadata.level() <= Level::WARN,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use tracing_subscriber::fmt;

    use super::*;

    /// Keeps what is written, and takes nothing while it is locked.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn read(&self) -> Vec<String> {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }

    fn untold(dropped: u64) {
        assert_eq!(dropped, 0);
    }

    #[test]
    fn nothing_is_lost_at_the_end_and_everything_stays_in_its_order() {
        let paper = Paper::default();
        let (lines, writing) = Lines::begin(paper.clone(), untold).unwrap();
        let late = lines.clone();
        let plain = fmt()
            .with_writer(lines)
            .without_time()
            .with_target(false)
            .with_ansi(false);
        tracing::subscriber::with_default(plain.finish(), || {
            for number in 0..1000 {
                tracing::info!(number);
            }
            tracing::warn!("urgent");
            assert_eq!(
                paper.read().len(),
                1001,
                "a warning is written at once, behind what waited"
            );
            tracing::info!("last");
        });
        drop(writing);
        late.0.lay_down(b"after the end\n");
        let numbers = (0..1000).map(|number| format!(" INFO number={number}"));
        let rest = [" WARN urgent", " INFO last", "after the end"].map(str::to_owned);
        assert_eq!(paper.read(), numbers.chain(rest).collect::<Vec<_>>());
    }

    #[test]
    fn what_nobody_takes_is_dropped_when_there_is_no_room_and_told() {
        static DROPPED: AtomicU64 = AtomicU64::new(0);
        let paper = Paper::default();
        let stuck = paper.0.lock().unwrap();
        let tell = |dropped| {
            DROPPED.fetch_add(dropped, Ordering::SeqCst);
        };
        let (lines, writing) = Lines::begin(paper.clone(), tell).unwrap();
        let line = vec![b'.'; ROOM / 4];
        // What the thread has taken and cannot write does not count, so at most twice the room is taken.
        for _ in 0..12 {
            lines.0.lay_down(&line);
        }
        drop(stuck);
        drop(writing);
        let written = u64::try_from(paper.0.lock().unwrap().len() / line.len()).unwrap();
        let dropped = DROPPED.load(Ordering::SeqCst);
        assert!((4..=8).contains(&dropped), "{dropped}");
        assert_eq!(written + dropped, 12);
    }
}
