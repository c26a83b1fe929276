//! Staff change a category or move it in the tree.

use database::Ctx;
use kernel::{CategoryId, Invalid, Permission};

use crate::{
    Category, CategoryError,
    category::{would_be_cyclic, would_be_too_deep},
    create_category::write_error,
    events::CategoriesChanged,
    input::{changed_slug, check_size_guide, check_texts, check_title},
    needs::tell_display_changed,
    sanitise_html, store,
};

/// New values of some of a category's fields; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryChanges {
    /// The category it lies in; `Some(None)` moves it to the top.
    pub parent_id: Option<Option<CategoryId>>,
    /// The last part of its page's address, made of the name when it is empty; the one it had redirects.
    pub slug: Option<String>,
    /// Its name.
    pub name: Option<String>,
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
    /// How the sizes of its products are measured; harmful markup is dropped.
    pub size_guide_html: Option<String>,
    /// Its place among its siblings.
    pub position: Option<i32>,
}

/// A change of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateCategory {
    /// Which.
    pub id: CategoryId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// The new values.
    pub changes: CategoryChanges,
}

/// Changes the category. A move into itself, below itself or too deep is refused, also when two moves meet: each locks the tree.
pub async fn update_category(ctx: &mut Ctx, update: UpdateCategory) -> Result<Category, CategoryError> {
    ctx.require(Permission::WriteCatalog)?;
    let UpdateCategory { id, changes, .. } = update;
    if let Some(Some(parent)) = changes.parent_id {
        let parents = store::categories::lock_parents(ctx).await?;
        if !parents.contains_key(&parent) {
            return Err(CategoryError::NoSuchParent);
        }
        if would_be_cyclic(&parents, id, parent) {
            return Err(CategoryError::Cycle);
        }
        // Who saves what lies where it lay before does not move it: of a tree of before it may lie too deep.
        if parents.get(&id) != Some(&Some(parent)) && would_be_too_deep(&parents, id, parent) {
            return Err(CategoryError::TooDeep);
        }
    }
    let before = store::categories::lock(ctx, id).await?.ok_or(CategoryError::NotFound)?;
    if update.expected_version.is_some_and(|version| version != before.version) {
        return Err(CategoryError::VersionConflict {
            current: before.version,
        });
    }
    let (old_name, old_parent, old_slug) = (before.name.clone(), before.parent_id, before.slug.clone());
    let mut after = changed(before, changes)?;
    write_error(store::categories::update(ctx, &after).await)?;
    after.version += 1;
    if after.slug != old_slug {
        store::old_slugs::keep_category(ctx, id, &old_slug, &after.slug).await?;
    }
    if after.name != old_name || after.parent_id != old_parent {
        ctx.publish(&CategoriesChanged { category_id: id }).await?;
    } else {
        tell_display_changed(ctx, id).await?;
    }
    if after.name != old_name {
        // Searches find products by the names of their categories.
        let products = store::refresh::lock_in_category(ctx, id).await?;
        store::refresh::products(ctx, &products).await?;
    }
    Ok(after)
}

fn changed(mut category: Category, changes: CategoryChanges) -> Result<Category, Invalid> {
    let mut invalid = Invalid::default();
    let name = changes.name.as_deref().unwrap_or(&category.name);
    if let Some(slug) = changed_slug(&mut invalid, changes.slug.as_deref(), name) {
        category.slug = slug;
    }
    let texts = [
        (changes.name.map(|name| name.trim().to_owned()), &mut category.name),
        (
            changes.description_html.map(|html| sanitise_html(&html)),
            &mut category.description_html,
        ),
        (changes.image_url, &mut category.image_url),
        (
            changes.image_alt.map(|alt| alt.trim().to_owned()),
            &mut category.image_alt,
        ),
        (changes.seo_title, &mut category.seo_title),
        (changes.seo_description, &mut category.seo_description),
        (
            changes.size_guide_html.map(|html| sanitise_html(&html)),
            &mut category.size_guide_html,
        ),
    ];
    for (new, field) in texts {
        if let Some(new) = new {
            *field = new;
        }
    }
    category.parent_id = changes.parent_id.unwrap_or(category.parent_id);
    category.position = changes.position.unwrap_or(category.position);
    check_title(&mut invalid, "name", &category.name);
    let shorts = [
        ("image_url", category.image_url.as_str()),
        ("image_alt", &category.image_alt),
        ("seo_title", &category.seo_title),
        ("seo_description", &category.seo_description),
    ];
    check_texts(&mut invalid, &category.description_html, &shorts);
    check_size_guide(&mut invalid, &category.size_guide_html);
    invalid.into_result()?;
    Ok(category)
}
