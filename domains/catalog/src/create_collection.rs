//! Staff make a collection.

use database::{Ctx, OnConstraint as _};
use kernel::{Invalid, Permission};

use crate::{
    Collection,
    input::{check_texts, check_title, slug_or_made},
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
}

/// Why a collection is not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateCollectionError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
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

/// Makes an empty collection.
pub async fn create_collection(ctx: &mut Ctx, new: NewCollection) -> Result<Collection, CreateCollectionError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    let slug = slug_or_made(&mut invalid, new.slug.as_deref(), &new.title);
    let title = new.title.trim().to_owned();
    check_title(&mut invalid, "title", &title);
    check_texts(&mut invalid, &new.description_html, &[]);
    let Some(slug) = slug else {
        invalid.into_result()?;
        return Err(Invalid::from(kernel::FieldError::required("title")).into());
    };
    invalid.into_result()?;
    let description_html = sanitise_html(&new.description_html);
    let collection = Collection {
        id: ctx.new_id(),
        slug,
        title,
        description_html,
        product_count: 0,
    };
    store::collections::insert(ctx, &collection)
        .await
        .on_constraint("collections_slug_key", || CreateCollectionError::SlugTaken)?;
    Ok(collection)
}
