//! Souk's own texts in every language, from Fluent files. A missing text is shown in English, then as its key.

use std::{borrow::Cow, collections::HashMap};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kernel::Locale;
use unic_langid::LanguageIdentifier;

use crate::Theme;

/// The texts by language.
pub struct Translations {
    bundles: HashMap<Locale, FluentBundle<FluentResource>>,
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
        let bundles = Locale::ALL
            .into_iter()
            .map(|locale| (locale, bundle(theme, &paths, locale)))
            .collect();
        Self { bundles }
    }

    /// The text of a key, with named arguments.
    pub fn translate(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> String {
        let mut named = FluentArgs::new();
        for (name, value) in arguments {
            named.set(*name, FluentValue::String(Cow::Borrowed(value)));
        }
        self.format(locale, key, &named)
    }

    /// The text of a key, if that language has it itself.
    pub fn find(&self, locale: Locale, key: &str, arguments: &[(&str, &str)]) -> Option<String> {
        let mut named = FluentArgs::new();
        for (name, value) in arguments {
            named.set(*name, FluentValue::String(Cow::Borrowed(value)));
        }
        self.find_in(locale, key, &named)
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

fn bundle(theme: &Theme, paths: &[String], locale: Locale) -> FluentBundle<FluentResource> {
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
            let resource = FluentResource::try_new(file.text()).unwrap_or_else(|(resource, errors)| {
                tracing::error!(
                    path,
                    ?errors,
                    "a file of texts has mistakes, what could be read is used"
                );
                resource
            });
            bundle.add_resource_overriding(resource);
        }
    }
    bundle
}
