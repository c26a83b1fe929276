//! Staff change a collection or take it away.

use database::{Ctx, OnConstraint as _};
use kernel::{CollectionId, Invalid, Permission};

use crate::{
    Collection, CollectionError, Rules,
    create_collection::{check, stored},
    input::changed_slug,
    needs::tell_display_changed,
    sanitise_html, store,
};

/// New values of some of a collection's fields; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CollectionChanges {
    /// The last part of its page's address, made of the title when it is empty; the one it had redirects.
    pub slug: Option<String>,
    /// Its name.
    pub title: Option<String>,
    /// What its page says above the list; harmful markup is dropped.
    pub description_html: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// What the picture shows, for those who do not see it.
    pub image_alt: Option<String>,
    /// The title search engines get.
    pub seo_title: Option<String>,
    /// The description search engines get.
    pub seo_description: Option<String>,
    /// What its products have in common; `Some(None)` keeps those it has, to be changed by hand.
    pub rules: Option<Option<Rules>>,
}

/// A change of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateCollection {
    /// Which.
    pub id: CollectionId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// The new values.
    pub changes: CollectionChanges,
}

/// Changes the collection, fills it anew when it has rules, and answers with it as it is then.
pub async fn update_collection(ctx: &mut Ctx, update: UpdateCollection) -> Result<Collection, CollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    let before = lock(ctx, update.id, update.expected_version).await?;
    let old_slug = before.slug.clone();
    let mut invalid = Invalid::default();
    let after = changed(before, update.changes, &mut invalid);
    check(ctx, &after, invalid)?;
    store::collections::update(ctx, &after)
        .await
        .on_constraint("collections_slug_key", || CollectionError::SlugTaken)?;
    if after.slug != old_slug {
        store::old_slugs::keep_collection(ctx, after.id, &old_slug, &after.slug).await?;
    }
    stored(ctx, after).await
}

/// Takes the collection away; its products stay.
pub async fn delete_collection(
    ctx: &mut Ctx,
    id: CollectionId,
    expected_version: Option<i64>,
) -> Result<(), CollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    lock(ctx, id, expected_version).await?;
    store::collections::delete(ctx, id).await?;
    Ok(tell_display_changed(ctx, id).await?)
}

/// Goes on only with the version of the collection that the caller read, which nobody else changes until the transaction ends.
pub async fn require_collection_version(ctx: &mut Ctx, id: CollectionId, version: i64) -> Result<(), CollectionError> {
    lock(ctx, id, Some(version)).await.map(drop)
}

async fn lock(ctx: &mut Ctx, id: CollectionId, expected_version: Option<i64>) -> Result<Collection, CollectionError> {
    let before = store::collections::lock(ctx, id)
        .await?
        .ok_or(CollectionError::NotFound)?;
    if expected_version.is_some_and(|version| version != before.version) {
        return Err(CollectionError::VersionConflict {
            current: before.version,
        });
    }
    Ok(before)
}

fn changed(mut collection: Collection, changes: CollectionChanges, invalid: &mut Invalid) -> Collection {
    let title = changes.title.as_deref().unwrap_or(&collection.title);
    if let Some(slug) = changed_slug(invalid, changes.slug.as_deref(), title) {
        collection.slug = slug;
    }
    let texts = [
        (
            changes.title.map(|title| title.trim().to_owned()),
            &mut collection.title,
        ),
        (
            changes.description_html.map(|html| sanitise_html(&html)),
            &mut collection.description_html,
        ),
        (changes.image_url, &mut collection.image_url),
        (
            changes.image_alt.map(|alt| alt.trim().to_owned()),
            &mut collection.image_alt,
        ),
        (changes.seo_title, &mut collection.seo_title),
        (changes.seo_description, &mut collection.seo_description),
    ];
    for (new, field) in texts {
        if let Some(new) = new {
            *field = new;
        }
    }
    collection.rules = changes.rules.unwrap_or(collection.rules);
    collection
}
