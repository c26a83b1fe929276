//! `/admin/announcement`: what the store says above every page of the shop.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use content::AnnouncementError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{page_body::localised, require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{present, present_time, words},
};

const TAG: &str = "Admin: content";
const PATH: &str = "/admin/announcement";

/// What the store says above every page of the shop.
#[derive(Serialize, ToSchema)]
struct Announcement {
    /// Whether it is said at all.
    active: bool,
    /// The sentence by language, such as `en`.
    texts: BTreeMap<String, String>,
    /// What it leads to: a path of the store or an address of the web; empty when it leads nowhere.
    address: String,
    /// From when on it is said; null is at once.
    starts_at: Option<DateTime<Utc>>,
    /// Until when; null is until further notice.
    ends_at: Option<DateTime<Utc>>,
    version: i64,
}

impl From<content::Announcement> for Announcement {
    fn from(said: content::Announcement) -> Self {
        let texts = said.texts.iter();
        Self {
            texts: texts.map(|(locale, text)| (locale.to_string(), text.clone())).collect(),
            active: said.active,
            address: said.address,
            starts_at: said.starts_at,
            ends_at: said.ends_at,
            version: said.version,
        }
    }
}

/// What to change; a field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateAnnouncement {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
    /// The sentence by language, such as `en`, in the place of all there are. The store's own language needs one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = BTreeMap<String, words::Sentence>, required = false)]
    texts: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    address: Option<String>,
    /// Null is at once.
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    starts_at: Option<Option<DateTime<Utc>>>,
    /// Null is until further notice.
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    ends_at: Option<Option<DateTime<Utc>>>,
}

/// Both endpoints.
pub(super) fn endpoints() -> [Endpoint; 2] {
    [
        Endpoint::get("get_announcement", PATH, get)
            .says(
                TAG,
                "Get the announcement",
                "What the store says above every page of the shop, said or not.",
            )
            .guarded::<can::WriteContent>()
            .answers::<Announcement>(200, "The announcement.")
            .tagged(200),
        Endpoint::patch("update_announcement", PATH, patch)
            .says(
                TAG,
                "Change the announcement",
                "Changes what the store says above every page, and when. Who closed the one before is shown the new one.",
            )
            .guarded::<can::WriteContent>()
            .idempotent()
            .if_match(true)
            .body::<UpdateAnnouncement>()
            .answers::<Announcement>(200, "The announcement from now on.")
            .tagged(200),
    ]
}

async fn get(api: Api<can::WriteContent>) -> Answer {
    let said = content::load_announcement(&mut api.work.read()).await?;
    Ok(tagged(StatusCode::OK, said.version, Announcement::from(said)))
}

async fn patch(
    api: Api<can::WriteContent>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateAnnouncement>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    let texts = body.texts.map(|texts| localised("texts", texts)).transpose()?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let before = content::load_announcement(ctx).await?;
        let new = content::Announcement {
            active: body.active.unwrap_or(before.active),
            texts: texts.unwrap_or(before.texts),
            address: body.address.unwrap_or(before.address),
            starts_at: body.starts_at.unwrap_or(before.starts_at),
            ends_at: body.ends_at.unwrap_or(before.ends_at),
            version: expected.unwrap_or(before.version),
        };
        let said = content::update_announcement(ctx, new)
            .await
            .map_err(|error| match error {
                AnnouncementError::Forbidden(error) => Problem::from(error),
                AnnouncementError::Invalid(invalid) => invalid.into(),
                AnnouncementError::VersionConflict => Problem::version_conflict(),
                AnnouncementError::Internal(error) => error.into(),
            })?;
        Ok(tagged(StatusCode::OK, said.version, Announcement::from(said)))
    })
    .await
}
