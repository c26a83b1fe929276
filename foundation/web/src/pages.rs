//! Pages and mails from minijinja templates. A file in the merchant's theme folder wins over the built-in one; when it has
//! a mistake, the built-in one is shown, and log and desk name file and line.

mod environment;
mod fence;
mod mistakes;
mod own;
mod site;
mod worded;
mod zone;

use std::sync::Arc;

use kernel::{Currency, FieldError, Locale, Money, TimeZone};
use minijinja::{Environment, Value, context, value::Serde};
use serde::{Deserialize, Serialize};

pub use mistakes::ThemeMistake;
pub use own::{OwnMistake, OwnTemplate};
pub(crate) use site::Site;

use self::mistakes::{Mistakes, Step};
use crate::{Problem, Theme, Translations, assets::Assets, problem::chain};

/// An amount as templates and APIs see it: `{"amount": 1999, "currency": "USD"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyView {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            amount: money.minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

impl TryFrom<MoneyView> for Money {
    type Error = FieldError;

    fn try_from(view: MoneyView) -> Result<Self, FieldError> {
        Ok(Self::new(view.amount, Currency::parse(&view.currency)?))
    }
}

/// Every template, asset and text of a theme.
pub struct Pages {
    theme: Theme,
    translations: Arc<Translations>,
    assets: Arc<Assets>,
    mistakes: Arc<Mistakes>,
    themed: Vec<(Locale, Environment<'static>)>,
    /// The built-in templates alone, for when the merchant's fail.
    built_in: Vec<(Locale, Environment<'static>)>,
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("translations", &self.translations)
            .finish_non_exhaustive()
    }
}

impl Pages {
    /// Reads the theme's texts and assets; templates are parsed when they are first used.
    pub fn load(theme: Theme) -> Self {
        let translations = Arc::new(Translations::load(&theme));
        let assets = Arc::new(Assets::load(theme.clone()));
        let mistakes = Arc::<Mistakes>::default();
        let in_every_language = |theme: &Theme, mistakes: &Arc<Mistakes>| {
            let make = |locale| {
                (
                    locale,
                    environment::new(theme, locale, &translations, &assets, mistakes),
                )
            };
            Locale::ALL.into_iter().map(make).collect::<Vec<_>>()
        };
        let themed = in_every_language(&theme, &mistakes);
        let built_in = theme
            .without_overrides()
            .map(|theme| in_every_language(&theme, &Arc::default()))
            .unwrap_or_default();
        Self {
            theme,
            translations,
            assets,
            mistakes,
            themed,
            built_in,
        }
    }

    /// The texts.
    pub fn translations(&self) -> &Translations {
        &self.translations
    }

    /// What is wrong with the texts of the merchant's theme, and with its templates as far as they were used.
    pub fn mistakes(&self) -> Vec<ThemeMistake> {
        let of_texts = self.translations.mistakes().iter().cloned();
        of_texts.chain(self.mistakes.list()).collect()
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Renders a template that is not a page, such as a mail: it sees `view` and nothing else, and its times are in UTC.
    pub fn render<V: Serialize>(&self, locale: Locale, template: &str, view: &V) -> Result<String, Problem> {
        zone::within(TimeZone::UTC, || {
            self.render_value(locale, template, &Value::from(Serde(view)))
        })
    }

    pub(crate) fn render_page<V: Serialize>(&self, site: &Site, template: &str, view: &V) -> Result<String, Problem> {
        let view = Value::from(Serde(view));
        let page = context! { site => Value::from(Serde(site)), ..view };
        zone::within(site.time_zone(), || self.render_value(site.locale(), template, &page))
    }

    fn render_value(&self, locale: Locale, template: &str, context: &Value) -> Result<String, Problem> {
        let error = match render_in(&self.themed, locale, template, context) {
            Ok(text) => {
                self.mistakes.forget(Step::Rendering, template);
                return Ok(text);
            }
            Err(error) => error,
        };
        self.mistakes.note(Step::Rendering, template, &error);
        tracing::error!(
            template,
            file = error.name().unwrap_or(template),
            line = error.line().unwrap_or_default(),
            error = %chain(&error),
            "a template failed"
        );
        render_in(&self.built_in, locale, template, context).map_err(|_same_mistake| Problem::unexplained())
    }
}

fn render_in(
    environments: &[(Locale, Environment<'static>)],
    locale: Locale,
    template: &str,
    context: &Value,
) -> Result<String, minijinja::Error> {
    let environment = environments
        .iter()
        .find(|(of, _)| *of == locale)
        .map(|(_, environment)| environment);
    let environment = environment.ok_or_else(|| {
        minijinja::Error::new(
            minijinja::ErrorKind::TemplateNotFound,
            "no other version of the template",
        )
    })?;
    environment.get_template(template)?.render(context.clone())
}
