//! The mistakes in a merchant's templates, for the merchant to read: the log is for others.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::Serialize;

use crate::theme::NOT_TEXT;

/// The most mistakes that are remembered.
const MOST: usize = 20;

/// A template or a text of the theme that could not be used, so that the built-in one stood in for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ThemeMistake {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// What is wrong there, in the words of whoever reads such files.
    pub what: String,
}

/// When a template failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// When it was read.
    Reading,
    /// When a page was made of it.
    Rendering,
}

/// What failed when it was used last, by template. This process's own: another may have other files.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    are_any: AtomicBool,
    by_template: Mutex<BTreeMap<(Step, String), ThemeMistake>>,
}

impl Mistakes {
    pub(super) fn note(&self, step: Step, template: &str, error: &minijinja::Error) {
        let detail = error.detail().map(str::to_owned);
        let mistake = ThemeMistake {
            file: error.name().unwrap_or(template).to_owned(),
            line: error.line().unwrap_or_default(),
            what: detail.unwrap_or_else(|| error.kind().to_string()),
        };
        self.keep(step, template, mistake);
    }

    /// The file is no text from that line on.
    pub(super) fn note_not_text(&self, template: &str, line: usize) {
        let mistake = ThemeMistake {
            file: template.to_owned(),
            line,
            what: NOT_TEXT.to_owned(),
        };
        self.keep(Step::Reading, template, mistake);
    }

    fn keep(&self, step: Step, template: &str, mistake: ThemeMistake) {
        let mut all = self.lock();
        if all.len() < MOST {
            all.insert((step, template.to_owned()), mistake);
        }
        self.are_any.store(true, Ordering::Release);
    }

    /// It worked.
    pub(super) fn forget(&self, step: Step, template: &str) {
        if self.are_any.load(Ordering::Acquire) {
            let mut all = self.lock();
            all.remove(&(step, template.to_owned()));
            self.are_any.store(!all.is_empty(), Ordering::Release);
        }
    }

    /// Each mistake once, however many pages it spoils.
    pub(super) fn list(&self) -> Vec<ThemeMistake> {
        let mut list: Vec<_> = self.lock().values().cloned().collect();
        list.sort();
        list.dedup();
        list
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Step, String), ThemeMistake>> {
        self.by_template.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
