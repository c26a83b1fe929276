//! A template of the theme with its words in place: `t("hello", name=store.name)` becomes what it says in a language, so
//! that somebody can change the words without knowing where texts are kept.

use fluent_bundle::{FluentArgs, FluentValue};
use kernel::Locale;

use super::Pages;
use crate::Translations;

impl Pages {
    /// The winning version of a template, with its words. Texts that depend on a number, and texts whose name is put
    /// together while the template runs, stay calls of `t`.
    pub fn worded(&self, locale: Locale, template: &str) -> Option<String> {
        let mut versions = self.theme.versions(template);
        let source = versions.find_map(|file| file.text().ok().map(str::to_owned))?;
        Some(with_words(&source, &|call| {
            words(&self.translations, locale, call, template.ends_with(".html"))
        }))
    }
}

/// A call of `t` in a template.
struct Call<'s> {
    key: &'s str,
    arguments: Vec<(&'s str, &'s str)>,
    /// Whether it is all that stands between `{{` and `}}`.
    alone: bool,
}

fn with_words(source: &str, words: &dyn Fn(&Call<'_>) -> Option<String>) -> String {
    let mut whole = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, inside)) = rest.split_once("t(\"") {
        let is_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        let Some((mut call, after)) = read_call(inside).filter(|_| !is_name) else {
            whole.extend([before, "t(\""]);
            rest = inside;
            continue;
        };
        let opened = before.trim_end().strip_suffix("{{");
        let closed = after.trim_start().strip_prefix("}}");
        let alone = opened.zip(closed);
        call.alone = alone.is_some();
        let said = words(&call);
        let (kept, follows) = match (&said, alone) {
            (Some(_), Some((opened, closed))) => (opened, closed),
            (Some(_), None) | (None, _) => (before, after),
        };
        whole.push_str(kept);
        match said {
            Some(said) => whole.push_str(&said),
            None => {
                let length = inside.len() - after.len();
                whole.extend(["t(\"", inside.get(..length).unwrap_or_default()]);
            }
        }
        rest = follows;
    }
    whole.push_str(rest);
    whole
}

/// What stands behind `t("`: the call, and what follows its closing parenthesis. Arguments with commas or parentheses of
/// their own are left alone.
fn read_call(inside: &str) -> Option<(Call<'_>, &str)> {
    let (key, behind) = inside.split_once('"')?;
    let (arguments, after) = behind.split_once(')')?;
    let arguments = arguments.trim();
    if arguments.contains('(') || !(arguments.is_empty() || arguments.starts_with(',')) {
        return None;
    }
    let named = arguments
        .split(',')
        .map(str::trim)
        .filter(|argument| !argument.is_empty());
    let named: Option<Vec<_>> = named
        .map(|argument| {
            argument
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
        })
        .collect();
    let call = Call {
        key,
        arguments: named?,
        alone: false,
    };
    Some((call, after))
}

/// What the call says: text around `{{ … }}` where it stands alone, texts and values joined by `~` where it is part of more.
fn words(texts: &Translations, locale: Locale, call: &Call<'_>, html: bool) -> Option<String> {
    let said = |value: &dyn Fn(usize) -> FluentValue<'static>| {
        let mut named = FluentArgs::new();
        for (place, (name, _)) in call.arguments.iter().enumerate() {
            named.set((*name).to_owned(), value(place));
        }
        texts.find_in(locale, call.key, &named)
    };
    let marked = said(&|place| format!("\u{1}{place}\u{1}").into())?;
    let counted = said(&|_| FluentValue::from(1))?;
    // A text that depends on a number says something else of one.
    let ones: String = marked
        .split('\u{1}')
        .enumerate()
        .map(|(index, piece)| if index % 2 == 1 { "1" } else { piece })
        .collect();
    if ones != counted {
        return None;
    }
    let pieces: Vec<String> = marked
        .split('\u{1}')
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(index, piece)| {
            let value = piece.parse().ok().and_then(|place: usize| call.arguments.get(place));
            match value.filter(|_| index % 2 == 1) {
                Some((_, value)) if call.alone => format!("{{{{ {value} }}}}"),
                Some((_, value)) => (*value).to_owned(),
                None if call.alone && html => piece.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
                None if call.alone => piece.to_owned(),
                None => format!("\"{}\"", piece.replace('\\', "\\\\").replace('"', "\\\"")),
            }
        })
        .collect();
    Some(pieces.join(if call.alone { "" } else { " ~ " }))
}
