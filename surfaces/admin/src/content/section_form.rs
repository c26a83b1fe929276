//! A section of the home page as it is typed.

use content::{Localised, Section, SectionKind, SectionTerms, SectionText};
use database::Ctx;
use kernel::{Invalid, Locale};
use serde::{Deserialize, Serialize};
use web::{Problem, Visitor};

use super::menu_form::TargetForm;
use crate::{category_choices::Search, forms::Errors};

/// The fields of a section. The lists belong together, one entry a language.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct SectionForm {
    pub(super) target: String,
    address: String,
    image_url: String,
    image_alt: String,
    locale: Vec<String>,
    title: Vec<String>,
    body_html: Vec<String>,
    button: Vec<String>,
    /// `1` when shoppers do not see it.
    hidden: String,
    #[serde(flatten, skip_serializing)]
    pub(super) search: Search,
    pub(super) version: String,
}

/// What is typed in one language.
#[derive(Debug, Serialize)]
pub(super) struct SectionRow {
    locale: &'static str,
    name: &'static str,
    text: SectionText,
    errors: Errors,
}

impl SectionForm {
    /// The form of a section.
    pub(super) async fn of(visitor: &Visitor, ctx: &mut Ctx, section: &Section, version: i64) -> Result<Self, Problem> {
        let locales = &visitor.store().locales;
        let terms = &section.terms;
        let list = |part: fn(&SectionText) -> &String| {
            let each = locales.iter().map(|locale| terms.texts.get(*locale).map(part));
            each.map(|text| text.cloned().unwrap_or_default()).collect()
        };
        let TargetForm { target, address } = TargetForm::of(ctx, &terms.link).await?;
        Ok(Self {
            target,
            address,
            image_url: terms.image_url.clone(),
            image_alt: terms.image_alt.clone(),
            locale: locales.iter().map(Locale::to_string).collect(),
            title: list(|text| &text.title),
            body_html: list(|text| &text.body_html),
            button: list(|text| &text.button),
            hidden: if terms.hidden { "1".to_owned() } else { String::new() },
            version: version.to_string(),
            ..Self::default()
        })
    }

    fn text(&self, locale: Locale) -> SectionText {
        let index = self.locale.iter().position(|typed| typed == locale.code());
        let part = |list: &[String]| index.and_then(|index| list.get(index)).cloned().unwrap_or_default();
        SectionText {
            title: part(&self.title),
            body_html: part(&self.body_html),
            button: part(&self.button),
        }
    }

    /// The languages with what is typed in each and what is wrong with it.
    pub(super) fn rows(&self, visitor: &Visitor, invalid: &Invalid) -> Vec<SectionRow> {
        let row = |locale: &Locale| SectionRow {
            locale: locale.code(),
            name: locale.name(),
            text: self.text(*locale),
            errors: Errors::under(visitor, invalid, &format!("texts.{locale}.")),
        };
        visitor.store().locales.iter().map(row).collect()
    }

    /// The section that it means.
    pub(super) async fn terms(
        &self,
        visitor: &Visitor,
        ctx: &mut Ctx,
        kind: SectionKind,
    ) -> Result<Result<SectionTerms, Invalid>, Problem> {
        let target = TargetForm {
            target: if self.target.is_empty() {
                "heading".to_owned()
            } else {
                self.target.clone()
            },
            address: self.address.clone(),
        };
        let offered = visitor.store().locales.iter();
        let texts: Localised<SectionText> = offered.map(|locale| (*locale, self.text(*locale))).collect();
        Ok(target.link(ctx).await?.map(|link| SectionTerms {
            kind,
            texts,
            image_url: self.image_url.clone(),
            image_alt: self.image_alt.clone(),
            link,
            hidden: !self.hidden.is_empty(),
        }))
    }
}
