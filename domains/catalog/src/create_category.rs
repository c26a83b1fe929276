//! Staff make a category.

use database::{Ctx, OnConstraint as _};
use kernel::{CategoryId, Invalid, Permission};

use crate::{
    Category,
    category::MOST_LEVELS,
    input::{check_size_guide, check_texts, check_title, slug_or_made},
    needs::tell_display_changed,
    sanitise_html, store,
};

/// A category to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewCategory {
    /// The category it lies in; `None` at the top.
    pub parent_id: Option<CategoryId>,
    /// The last part of its page's address; made from the name when it is missing.
    pub slug: Option<String>,
    /// Its name.
    pub name: String,
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
    /// How the sizes of its products are measured; harmful markup is dropped.
    pub size_guide_html: String,
    /// Its place among its siblings.
    pub position: i32,
}

/// Why a category is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum CategoryError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such category.
    #[error("there is no such category")]
    NotFound,
    /// There is no such category to put it into.
    #[error("there is no such category to put it into")]
    NoSuchParent,
    /// It would lie in itself.
    #[error("a category cannot lie in itself")]
    Cycle,
    /// It, or what lies in it, would lie below the last level of the tree.
    #[error("a category cannot lie below the last level of the tree")]
    TooDeep,
    /// Another category has the slug.
    #[error("another category has that slug")]
    SlugTaken,
    /// Somebody else changed it first.
    #[error("somebody else changed the category: it is version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the category.
pub async fn create_category(ctx: &mut Ctx, new: NewCategory) -> Result<Category, CategoryError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    let slug = slug_or_made(&mut invalid, new.slug.as_deref(), &new.name);
    let name = new.name.trim().to_owned();
    check_title(&mut invalid, "name", &name);
    let shorts = [
        ("image_url", new.image_url.as_str()),
        ("image_alt", &new.image_alt),
        ("seo_title", &new.seo_title),
        ("seo_description", &new.seo_description),
    ];
    check_texts(&mut invalid, &new.description_html, &shorts);
    check_size_guide(&mut invalid, &new.size_guide_html);
    let Some(slug) = slug else {
        invalid.into_result()?;
        return Err(Invalid::from(kernel::FieldError::required("name")).into());
    };
    invalid.into_result()?;
    let category = Category {
        id: ctx.new_id(),
        parent_id: new.parent_id,
        slug,
        name,
        description_html: sanitise_html(&new.description_html),
        image_url: new.image_url,
        image_alt: new.image_alt.trim().to_owned(),
        seo_title: new.seo_title,
        seo_description: new.seo_description,
        size_guide_html: sanitise_html(&new.size_guide_html),
        position: new.position,
        version: 1,
        depth: 0,
    };
    if let Some(parent) = category.parent_id {
        check_level(ctx, parent).await?;
    }
    write_error(store::categories::insert(ctx, &category).await)?;
    tell_display_changed(ctx, category.id).await?;
    Ok(category)
}

/// Refuses a parent on the last level. Of one that there is not, the constraint tells.
async fn check_level(ctx: &mut Ctx, parent: CategoryId) -> Result<(), CategoryError> {
    let found = store::placed_categories::list_of(ctx, &[parent]).await?;
    if found
        .iter()
        .any(|placed| placed.category.depth.saturating_add(1) >= MOST_LEVELS)
    {
        return Err(CategoryError::TooDeep);
    }
    Ok(())
}

/// Names the constraint that refused a category.
pub(crate) fn write_error(written: Result<(), database::Error>) -> Result<(), CategoryError> {
    written.or_else(|error| match error.constraint() {
        Some("categories_parent_fk") => Err(CategoryError::NoSuchParent),
        Some("categories_parent_check") => Err(CategoryError::Cycle),
        Some(_) | None => Err(error).on_constraint("categories_slug_key", || CategoryError::SlugTaken),
    })
}
