//! `/admin/home-page`: what the home page is composed of.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use content::{Composing, HomeError, Section, SectionKind, SectionTerms};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{
    menus::{kind_and_target, link},
    page_body::localised,
    require_version, tagged,
};
use crate::{endpoint::Endpoint, wire::ids};

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

/// A section to be shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSection {
    #[schema(pattern = "^(hero|text|banner|collection|collections|categories|featured|newest|recent)$")]
    kind: String,
    /// By language, such as `en`.
    #[serde(default)]
    texts: BTreeMap<String, SectionText>,
    /// Of a `hero` or a `banner`.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_url: String,
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_alt: String,
    /// What the button of a `hero` or a `banner` leads to; `collection` for the collection that such a section shows.
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

impl NewSection {
    fn parse(self, place: &str) -> Result<SectionTerms, Invalid> {
        let unknown = || {
            FieldError::new(
                format!("{place}.kind"),
                "unknown",
                "is none of the names that are known",
            )
        };
        let link_kind = if self.link_kind.is_empty() {
            "heading"
        } else {
            &self.link_kind
        };
        Ok(SectionTerms {
            kind: SectionKind::parse(&self.kind).ok_or_else(|| Invalid::from(unknown()))?,
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
        HomeError::Invalid(invalid) => invalid.into(),
        HomeError::Internal(error) => error.into(),
    }
}
