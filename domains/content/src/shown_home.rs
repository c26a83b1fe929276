//! The home page as shoppers see it.

use database::{Ctx, Error, cache::Needs};
use kernel::{Locale, Permission};

use crate::{
    Home, HomeError, Link, Section, SectionKind, SectionText, Target, events::HomeChanged, store, targets::Things,
};

/// A section as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSection {
    /// What it shows.
    pub kind: SectionKind,
    /// What it says; what is empty is for the theme to say.
    pub text: SectionText,
    /// Its picture, or empty.
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// Where its button leads, or the collection it shows, with its name.
    pub target: Option<(String, Target)>,
}

/// The home page in a language.
pub async fn shown_home(ctx: &mut Ctx, locale: Locale) -> Result<Vec<ShownSection>, Error> {
    ctx.note(&Needs::default().any::<HomeChanged>(ctx.store_id()));
    let home = store::homes::find(ctx).await?;
    show(ctx, &home.sections, locale).await
}

/// The draft in a language, for staff; what shoppers see when there is none.
pub async fn preview_home(ctx: &mut Ctx, locale: Locale) -> Result<Vec<ShownSection>, HomeError> {
    ctx.require(Permission::WriteContent)?;
    let home: Home = store::homes::find(ctx).await?;
    Ok(show(ctx, home.composed(), locale).await?)
}

/// What is hidden is not shown, a collection that is gone neither, and nor a button that leads nowhere.
async fn show(ctx: &mut Ctx, sections: &[Section], locale: Locale) -> Result<Vec<ShownSection>, Error> {
    let own = ctx.store().locale;
    let sections: Vec<&Section> = sections.iter().filter(|section| !section.terms.hidden).collect();
    let links: Vec<&Link> = sections.iter().map(|section| &section.terms.link).collect();
    let (things, needs) = Things::load(ctx, &links, locale).await?;
    ctx.note(&needs);
    let shown = sections.iter().filter_map(|section| {
        let terms = &section.terms;
        let target = things
            .target(&terms.link)
            .filter(|(_, target)| *target != Target::Nowhere);
        if terms.kind == SectionKind::Collection && target.is_none() {
            return None;
        }
        Some(ShownSection {
            kind: terms.kind,
            text: terms.texts.shown(locale, own).cloned().unwrap_or_default(),
            image_url: terms.image_url.clone(),
            image_alt: terms.image_alt.clone(),
            target,
        })
    });
    Ok(shown.collect())
}
