//! Souk's own texts in every language, from Fluent files. A missing text is shown in English, then as its key.

use std::{borrow::Cow, collections::HashMap};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::Locale;
use unic_langid::LanguageIdentifier;

use crate::{
    Theme, ThemeMistake,
    theme::{NOT_TEXT, line_at},
};

/// The texts by language.
pub struct Translations {
    bundles: HashMap<Locale, FluentBundle<FluentResource>>,
    /// What could not be read.
    mistakes: Vec<ThemeMistake>,
}

impl std::fmt::Debug for Translations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Translations")
            .field("locales", &self.bundles.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl Translations {
    /// Reads `translations/<language>/*.ftl` of a theme; a merchant's file overrides single texts.
    pub fn load(theme: &Theme) -> Self {
        let paths = theme.paths();
        let mut mistakes = Vec::new();
        let bundles = Locale::ALL
            .into_iter()
            .map(|locale| (locale, bundle(theme, &paths, locale, &mut mistakes)))
            .collect();
        Self { bundles, mistakes }
    }

    /// What is wrong with files of texts: other texts stand in for what could not be read.
    pub(crate) fn mistakes(&self) -> &[ThemeMistake] {
        &self.mistakes
    }

    /// The text of a key, with named arguments.
    pub fn translate(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> String {
        self.format(locale, key, &named(arguments))
    }

    /// The text of a key, if that language has it itself.
    pub fn find(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> Option<String> {
        self.find_in(locale, key, &named(arguments))
    }

    pub(crate) fn format(&self, locale: Locale, key: &str, arguments: &FluentArgs<'_>) -> String {
        if let Some(text) = self.find_in(locale, key, arguments) {
            return text;
        }
        tracing::warn!(%locale, key, "a text is missing");
        self.find_in(Locale::EN, key, arguments)
            .unwrap_or_else(|| key.to_owned())
    }

    pub(crate) fn find_in(&self, locale: Locale, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.bundles.get(&locale)?;
        let pattern = match key.split_once('.') {
            Some((message, attribute)) => bundle.get_message(message)?.get_attribute(attribute)?.value(),
            None => bundle.get_message(key)?.value()?,
        };
        let mut errors = Vec::new();
        let text = bundle
            .format_pattern(pattern, Some(arguments), &mut errors)
            .into_owned();
        for error in errors {
            tracing::warn!(%locale, key, %error, "a text lacks an argument");
        }
        Some(text)
    }
}

/// Arguments by name. How many there are is a number, which chooses between one and several.
fn named<'a>(arguments: &'a [(&str, &'a str)]) -> FluentArgs<'a> {
    let mut named = FluentArgs::new();
    for (name, value) in arguments {
        let value = match *name {
            "count" => FluentValue::try_number(value),
            _ => FluentValue::String(Cow::Borrowed(value)),
        };
        named.set(*name, value);
    }
    named
}

fn bundle(
    theme: &Theme,
    paths: &[String],
    locale: Locale,
    mistakes: &mut Vec<ThemeMistake>,
) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    let folder = format!("translations/{}/", locale.code());
    for path in paths
        .iter()
        .filter(|path| path.starts_with(&folder) && path.ends_with(".ftl"))
    {
        let versions: Vec<_> = theme.versions(path).collect();
        for file in versions.into_iter().rev() {
            let mut mistaken = |line, what: String| {
                tracing::error!(
                    path,
                    line,
                    what,
                    "a file of texts has a mistake, what can be read is used"
                );
                mistakes.push(ThemeMistake {
                    file: path.clone(),
                    line,
                    what,
                });
            };
            let text = match file.text() {
                Ok(text) => text.to_owned(),
                Err(line) => {
                    mistaken(line, NOT_TEXT.to_owned());
                    continue;
                }
            };
            let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
                for error in errors {
                    mistaken(line_at(&file.bytes, error.pos.start), error.kind.to_string());
                }
                resource
            });
            bundle.add_resource_overriding(resource);
        }
    }
    bundle
}
