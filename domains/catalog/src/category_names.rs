//! What categories are called, for whoever goes through all of them at each letter that somebody types.

use std::sync::Arc;

use database::{Ctx, Error};
use kernel::Slug;

use crate::{list_categories, needs};

/// What a category is called and where its page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryName {
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The name in small letters.
    small: String,
}

/// About as many bytes as a name takes besides its letters.
const NAME_BYTES: usize = 80;

impl CategoryName {
    /// Whether the name or a word of it begins so; the beginning is in small letters.
    pub fn begins(&self, beginning: &str) -> bool {
        self.small.starts_with(beginning) || self.small.split_whitespace().any(|word| word.starts_with(beginning))
    }
}

/// The names of all categories in tree order, looked up once and kept until a category changes.
pub async fn category_names(ctx: &mut Ctx) -> Result<Arc<Vec<CategoryName>>, Error> {
    let making = match ctx.kept::<Vec<CategoryName>>("catalog.category_names", "") {
        Ok(names) => return Ok(names),
        Err(making) => making,
    };
    let categories = list_categories(ctx).await?.into_iter();
    let names: Vec<CategoryName> = categories
        .map(|category| CategoryName {
            small: category.name.to_lowercase(),
            name: category.name,
            slug: category.slug,
        })
        .collect();
    let letters = |name: &CategoryName| name.small.len() + name.name.len() + name.slug.as_str().len();
    let bytes = names.iter().map(|name| NAME_BYTES + letters(name)).sum();
    let needs = needs::shelves(ctx);
    Ok(ctx.keep(making, names, &needs, bytes))
}
