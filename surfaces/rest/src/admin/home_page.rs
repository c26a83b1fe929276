//! `/admin/home-page`: what the home page is composed of.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use content::{Composing, HomeError, Section, SectionKind, SectionTerms};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{Object, RefOr, Schema, Type},
};
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{
    menus::{in_words_of_the_body, kind_and_target, link},
    page_body::localised,
    require_version, tagged,
};
use crate::{
    endpoint::Endpoint,
    kinds::{self, OfKind},
    wire::{IdSchema as _, ids},
};

const TAG: &str = "Admin: content";

/// What a section says in one language; what is empty is said by the theme.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SectionText {
    #[serde(default)]
    #[schema(max_length = 200)]
    title: String,
    /// Of a `hero`, a `text` or a `banner`; harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 50_000)]
    body_html: String,
    /// Of a `hero` or a `banner`.
    #[serde(default)]
    #[schema(max_length = 200)]
    button: String,
}

impl From<SectionText> for content::SectionText {
    fn from(text: SectionText) -> Self {
        Self {
            title: text.title,
            body_html: text.body_html,
            button: text.button,
        }
    }
}

/// A section to be shown. Only a `hero` and a `banner` have a picture and a button; a `collection` is linked to what it shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSection {
    kind: String,
    /// By language, such as `en`.
    #[serde(default)]
    texts: BTreeMap<String, SectionText>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_url: String,
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_alt: String,
    /// What its button leads to; without it, nowhere.
    #[serde(default)]
    #[schema(pattern = "^(|page|category|collection|product|address)$")]
    link_kind: String,
    /// The id of the thing it leads to, or the address.
    #[serde(default)]
    #[schema(max_length = 2000)]
    link_target: String,
    /// Whether shoppers do not see it.
    #[serde(default)]
    hidden: bool,
}

/// What each kind of a section has. What it does not have may be empty, as answers give it.
fn kinds() -> Vec<OfKind> {
    let plain = |kind: SectionKind| {
        let body = (!kind.has_body()).then_some("body_html");
        let without: Vec<&str> = body.into_iter().chain(["button"]).collect();
        OfKind::new(kind.as_str())
            .takes("texts", texts_without(&without))
            .takes("image_url", kinds::empty_text())
            .takes("image_alt", kinds::empty_text())
    };
    let of = |kind: SectionKind| match kind {
        kind if kind.has_button() => OfKind::new(kind.as_str()),
        SectionKind::Collection => plain(kind)
            .needs("link_kind", kinds::only("collection"))
            .needs("link_target", ids::CollectionId::reference()),
        kind => plain(kind)
            .takes("link_kind", kinds::empty_text())
            .takes("link_target", kinds::empty_text()),
    };
    SectionKind::ALL.map(of).into()
}

/// Texts by language whose fields of these names are empty, in the document.
fn texts_without(fields: &[&str]) -> Object {
    let mut text = SectionText::schema();
    if let RefOr::T(Schema::Object(text)) = &mut text {
        for field in fields {
            text.properties.insert((*field).to_owned(), kinds::empty_text().into());
        }
    }
    Object::builder()
        .schema_type(Type::Object)
        .description(Some("By language, such as `en`."))
        .additional_properties(Some(text))
        .build()
}

impl NewSection {
    /// Refuses what a section of this kind does not have.
    fn require_own(&self, kind: SectionKind, place: &str) -> Result<(), Invalid> {
        let shows_one = kind == SectionKind::Collection;
        let leads = shows_one || kind.has_button();
        let mut given = vec![
            ("image_url".to_owned(), &self.image_url, kind.has_button()),
            ("image_alt".to_owned(), &self.image_alt, kind.has_button()),
            ("link_kind".to_owned(), &self.link_kind, leads),
            ("link_target".to_owned(), &self.link_target, leads),
        ];
        for (locale, text) in &self.texts {
            given.push((format!("texts.{locale}.body_html"), &text.body_html, kind.has_body()));
            given.push((format!("texts.{locale}.button"), &text.button, kind.has_button()));
        }
        let mut invalid = Invalid::default();
        for (field, _, _) in given.iter().filter(|(_, text, is_own)| !is_own && !text.is_empty()) {
            let message = format!("does not go with a section of the kind {}", kind.as_str());
            invalid.push(FieldError::new(format!("{place}.{field}"), "not_of_this_kind", message));
        }
        if shows_one && self.link_kind != "collection" {
            let message = "must be collection: the one that the section shows";
            invalid.push(FieldError::new(
                format!("{place}.link_kind"),
                "not_of_this_kind",
                message,
            ));
        }
        invalid.into_result()
    }

    fn parse(self, place: &str) -> Result<SectionTerms, Invalid> {
        let unknown = || {
            FieldError::new(
                format!("{place}.kind"),
                "unknown",
                "is none of the names that are known",
            )
        };
        let kind = SectionKind::parse(&self.kind).ok_or_else(|| Invalid::from(unknown()))?;
        self.require_own(kind, place)?;
        let link_kind = if self.link_kind.is_empty() {
            "heading"
        } else {
            &self.link_kind
        };
        Ok(SectionTerms {
            kind,
            texts: localised(&format!("{place}.texts"), self.texts)?,
            image_url: self.image_url,
            image_alt: self.image_alt,
            link: link(&format!("{place}.link_"), link_kind, &self.link_target)?,
            hidden: self.hidden,
        })
    }
}

/// The home page to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateHomePage {
    /// Every section, from top to bottom.
    #[schema(max_items = 24)]
    sections: Vec<NewSection>,
    /// Whether shoppers see it at once; otherwise it is a draft.
    publish: bool,
}

/// A section as it is composed.
#[derive(Serialize, ToSchema)]
struct AdminSection {
    #[schema(value_type = ids::SectionId)]
    id: kernel::SectionId,
    #[schema(pattern = "^(hero|text|banner|collection|collections|categories|featured|newest|recent)$")]
    kind: &'static str,
    /// By language.
    texts: BTreeMap<String, SectionText>,
    image_url: String,
    image_alt: String,
    #[schema(pattern = "^(|page|category|collection|product|address)$")]
    link_kind: &'static str,
    link_target: String,
    /// Whether shoppers do not see it.
    hidden: bool,
}

impl From<Section> for AdminSection {
    fn from(section: Section) -> Self {
        let terms = section.terms;
        let texts = terms.texts.iter().map(|(locale, text)| {
            let text = SectionText {
                title: text.title.clone(),
                body_html: text.body_html.clone(),
                button: text.button.clone(),
            };
            (locale.to_string(), text)
        });
        let texts = texts.collect();
        let (link_kind, link_target) = match kind_and_target(terms.link) {
            ("heading", _) => ("", String::new()),
            link => link,
        };
        Self {
            id: section.id,
            kind: terms.kind.as_str(),
            texts,
            image_url: terms.image_url,
            image_alt: terms.image_alt,
            link_kind,
            link_target,
            hidden: terms.hidden,
        }
    }
}

/// The home page as it is composed.
#[derive(Serialize, ToSchema)]
struct AdminHomePage {
    /// What shoppers see.
    sections: Vec<AdminSection>,
    /// What was composed since; null when nothing was.
    draft: Option<Vec<AdminSection>>,
    /// Raised by every change; also in the ETag.
    version: i64,
}

impl From<content::Home> for AdminHomePage {
    fn from(home: content::Home) -> Self {
        let views = |sections: Vec<Section>| sections.into_iter().map(AdminSection::from).collect();
        Self {
            sections: views(home.sections),
            draft: home.draft.map(views),
            version: home.version,
        }
    }
}

/// Every endpoint of the home page.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("get_home_page", "/admin/home-page", get)
            .says(
                TAG,
                "Get the home page",
                "What the home page is composed of, and its draft.",
            )
            .guarded::<can::WriteContent>()
            .answers::<AdminHomePage>(200, "The home page.")
            .tagged(200),
        Endpoint::patch("update_home_page", "/admin/home-page", patch)
            .says(
                TAG,
                "Compose the home page",
                "Puts these sections in the place of those there are.",
            )
            .guarded::<can::WriteContent>()
            .idempotent()
            .if_match(true)
            .body::<UpdateHomePage>()
            .schema::<ids::CollectionId>()
            .by_kind::<NewSection>(kinds())
            .answers::<AdminHomePage>(200, "The home page.")
            .tagged(200),
    ]
}

async fn get(api: Api<can::WriteContent>) -> Answer {
    let home = content::load_home(&mut api.work.read()).await.map_err(problem)?;
    Ok(tagged(StatusCode::OK, home.version, AdminHomePage::from(home)))
}

async fn patch(
    api: Api<can::WriteContent>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateHomePage>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let sections = body.sections.into_iter().enumerate();
    let sections: Result<Vec<SectionTerms>, Invalid> = sections
        .map(|(index, section)| section.parse(&format!("sections.{index}")))
        .collect();
    let (sections, publish) = (sections?, body.publish);
    web::write_idempotently(&api.work, &request, async |ctx| {
        let replaced = content::compose_home(ctx, expected, Composing::Replace(sections)).await;
        let mut home = replaced.map_err(problem)?;
        if publish {
            let version = Some(home.version);
            home = content::compose_home(ctx, version, Composing::Publish)
                .await
                .map_err(problem)?;
        }
        Ok(tagged(StatusCode::OK, home.version, AdminHomePage::from(home)))
    })
    .await
}

fn problem(error: HomeError) -> Problem {
    match error {
        HomeError::Forbidden(error) => error.into(),
        HomeError::NotFound => Problem::not_found(),
        HomeError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        HomeError::Invalid(invalid) => in_words_of_the_body(invalid, "link_target").into(),
        HomeError::Internal(error) => error.into(),
    }
}
