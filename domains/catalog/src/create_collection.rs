//! Staff make a collection.

use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, Permission};

use crate::{
    Collection, Rules,
    input::{check_texts, check_title, slug_or_made},
    needs::tell_display_changed,
    sanitise_html, store,
};

/// A collection to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewCollection {
    /// The last part of its page's address; made from the title when it is missing.
    pub slug: Option<String>,
    /// Its name.
    pub title: String,
    /// What its page says above the list; harmful markup is dropped.
    pub description_html: String,
    /// Its picture, or empty.
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// The title search engines get.
    pub seo_title: String,
    /// The description search engines get.
    pub seo_description: String,
    /// What its products have in common; `None` to choose them by hand.
    pub rules: Option<Rules>,
}

/// Why a collection is not made, changed or taken away.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such collection.
    #[error("there is no such collection")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the collection was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Another collection has the slug.
    #[error("another collection has that slug")]
    SlugTaken,
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the collection, and fills it when it has rules.
pub async fn create_collection(ctx: &mut Ctx, new: NewCollection) -> Result<Collection, CollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    let slug = slug_or_made(&mut invalid, new.slug.as_deref(), &new.title);
    let Some(slug) = slug else {
        check_title(&mut invalid, "title", &new.title);
        invalid.into_result()?;
        return Err(Invalid::from(kernel::FieldError::required("title")).into());
    };
    let collection = Collection {
        id: ctx.new_id(),
        slug,
        title: new.title.trim().to_owned(),
        description_html: sanitise_html(&new.description_html),
        image_url: new.image_url,
        image_alt: new.image_alt.trim().to_owned(),
        seo_title: new.seo_title,
        seo_description: new.seo_description,
        rules: new.rules,
        version: 1,
        product_count: 0,
    };
    check(ctx, &collection, invalid)?;
    store::collections::insert(ctx, &collection)
        .await
        .on_constraint("collections_slug_key", || CollectionError::SlugTaken)?;
    stored(ctx, collection).await
}

/// Everything that is wrong with a collection, after what was noted before.
pub(crate) fn check(ctx: &Ctx, collection: &Collection, mut invalid: Invalid) -> Result<(), Invalid> {
    check_title(&mut invalid, "title", &collection.title);
    let shorts = [
        ("image_url", collection.image_url.as_str()),
        ("image_alt", &collection.image_alt),
        ("seo_title", &collection.seo_title),
        ("seo_description", &collection.seo_description),
    ];
    check_texts(&mut invalid, &collection.description_html, &shorts);
    if let Some(rules) = &collection.rules {
        rules.check(&mut invalid, ctx.currency());
    }
    invalid.into_result()
}

/// The collection as it is kept, filled by its rules.
pub(crate) async fn stored(ctx: &mut Ctx, collection: Collection) -> Result<Collection, CollectionError> {
    if collection.rules.is_some() {
        store::collections::fill(ctx, collection.id).await?;
    }
    tell_display_changed(ctx, collection.id).await?;
    store::collections::find_by_id(ctx, collection.id)
        .await?
        .ok_or(CollectionError::NotFound)
}
