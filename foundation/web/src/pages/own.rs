//! Templates that somebody wrote at the desk: fenced in before they run, with little fuel and a limit on what they write
//! while they do, and with an error that says where the mistake is.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use kernel::Locale;
use minijinja::{Error, ErrorKind, UndefinedBehavior, Value, machinery, value::Serde};
use serde::Serialize;

use super::{Pages, environment, fence};

/// How many instructions it may take. A mail about an order of 500 lines takes some 30,000.
const FUEL: u64 = 100_000;
/// How deep macros may call each other.
const DEEPEST_CALL: usize = 30;
/// How many bytes it may write.
const MOST_WRITTEN: usize = 1 << 20;

/// A template of somebody's own.
#[derive(Debug, Clone, Copy)]
pub struct OwnTemplate<'t> {
    /// Its name in errors. Ending in `.html` it escapes what it writes.
    pub name: &'t str,
    /// What it says.
    pub source: &'t str,
    /// The folder of the theme that it may extend and import from, such as `email/`.
    pub folder: &'t str,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {code}: {detail}")]
pub struct OwnMistake {
    /// The template, which may be one of the theme that was called wrongly.
    pub file: String,
    /// The line.
    pub line: usize,
    /// `syntax`, `not_allowed`, `unknown_field`, `runs_too_long`, `writes_too_much` or `failed`.
    pub code: &'static str,
    /// What it is about.
    pub detail: String,
}

impl Pages {
    /// Renders a template that somebody wrote: it sees `view`, `t` and the theme's macros, and nothing else.
    pub fn render_own<V: Serialize>(
        &self,
        locale: Locale,
        template: OwnTemplate<'_>,
        view: &V,
    ) -> Result<String, OwnMistake> {
        let OwnTemplate { name, source, folder } = template;
        let syntax = environment::syntax().unwrap_or_default();
        let parsed = machinery::parse(source, name, syntax).map_err(|error| mistake(&error, name, false))?;
        fence::check(&parsed, folder).map_err(|refused| OwnMistake {
            file: name.to_owned(),
            line: refused.line,
            code: "not_allowed",
            detail: refused.what,
        })?;
        let written = Arc::new(AtomicUsize::new(0));
        let mut environment = environment::new(&self.theme, locale, &self.translations, &self.assets, &self.mistakes);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_debug(true);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEEPEST_CALL);
        let counted = Arc::clone(&written);
        environment.set_formatter(move |out, state, value| {
            if value.as_str().is_none() && value.len().is_some() {
                return Err(Error::new(
                    ErrorKind::InvalidOperation,
                    "this is a list, and only what is in it can be written",
                ));
            }
            let length = value.as_str().map_or(1, str::len);
            if counted.fetch_add(length, Ordering::Relaxed) > MOST_WRITTEN {
                return Err(Error::from(ErrorKind::WriteFailure));
            }
            environment::write_value(out, state, value)
        });
        let template = environment
            .template_from_named_str(name, source)
            .map_err(|error| mistake(&error, name, false))?;
        let mut text = Bounded::default();
        let rendered = template.render_captured_to(Value::from(Serde(view)), &mut text);
        let full = text.full || written.load(Ordering::Relaxed) > MOST_WRITTEN;
        rendered.map_err(|error| mistake(&error, name, full))?;
        Ok(String::from_utf8_lossy(&text.bytes).into_owned())
    }
}

/// Takes so much and no more.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        self.full |= self.bytes.len() + more.len() > MOST_WRITTEN;
        if self.full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The engine's error in a few words, with the piece of the template that it is about.
fn mistake(error: &Error, name: &str, full: bool) -> OwnMistake {
    let code = match error.kind() {
        _ if full => "writes_too_much",
        ErrorKind::SyntaxError => "syntax",
        ErrorKind::UndefinedError => "unknown_field",
        ErrorKind::OutOfFuel => "runs_too_long",
        _ => "failed",
    };
    let piece = error
        .range()
        .and_then(|range| error.template_source()?.get(range))
        .map(str::trim)
        .filter(|piece| !piece.is_empty() && piece.len() <= 200);
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let detail = match (code, piece) {
        ("unknown_field", Some(piece)) => piece.to_owned(),
        (_, Some(piece)) => format!("{what} ({piece})"),
        (_, None) => what,
    };
    OwnMistake {
        file: error.name().unwrap_or(name).to_owned(),
        line: error.line().unwrap_or(1),
        code,
        detail,
    }
}
