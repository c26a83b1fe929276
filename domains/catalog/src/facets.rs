//! What a list of products can be narrowed by.

use std::collections::HashMap;

use database::Ctx;
use kernel::Money;

use crate::{
    Category, Choice, Facets, ListError, ProductFilter,
    category::in_tree_order,
    choice::{choice_facets, choices_by_name},
    list::{listing, note_list},
    store::{self, facets::FacetRow},
};

/// What the same list can be narrowed by: a statement for everything, one for choices, and one more for each thing that it is
/// narrowed by and that is counted as if it were not.
pub async fn facets(ctx: &mut Ctx, filter: &ProductFilter) -> Result<Facets, ListError> {
    note_list(ctx, filter).await?;
    let mut facets = count(ctx, filter).await?;
    if filter.brand.is_some() {
        let wider = ProductFilter {
            brand: None,
            ..filter.clone()
        };
        facets.brands = count(ctx, &wider).await?.brands;
    }
    if filter.rating_min.is_some() {
        let wider = ProductFilter {
            rating_min: None,
            ..filter.clone()
        };
        facets.ratings = count(ctx, &wider).await?.ratings;
    }
    facets.choices = choice_facets(count_choices(ctx, filter).await?);
    Ok(facets)
}

/// Everything but choices.
async fn count(ctx: &mut Ctx, filter: &ProductFilter) -> Result<Facets, ListError> {
    let listing = listing(ctx, filter)?;
    let currency = ctx.currency();
    let mut facets = Facets::default();
    let (mut lowest, mut highest) = (None, None);
    let (mut categories, mut counts) = (Vec::new(), HashMap::new());
    for row in store::facets::count(ctx, &listing).await? {
        let amount = row.amount.unwrap_or_default();
        match row.facet.as_str() {
            "category" => {
                let category = facet_category(row)?;
                counts.insert(category.id, amount);
                categories.push(category);
            }
            "brand" => facets.brands.push((row.label.unwrap_or_default(), amount)),
            "price_min" => lowest = row.amount,
            "price_max" => highest = row.amount,
            "rated" if amount > 0 => facets.ratings.push((stars(&row)?, amount)),
            "rated" => {}
            _ => facets.in_stock = amount,
        }
    }
    facets.ratings.sort_unstable_by(|(stars, _), (than, _)| than.cmp(stars));
    let money = |minor| Money::new(minor, currency);
    facets.price = lowest
        .zip(highest)
        .map(|(lowest, highest)| (money(lowest), money(highest)));
    facets.categories = in_tree_order(categories)
        .into_iter()
        .map(|category| {
            let count = counts.get(&category.id).copied().unwrap_or_default();
            (category, count)
        })
        .collect();
    Ok(facets)
}

/// The choices of the list; those of a name that it is narrowed by as if it were not.
async fn count_choices(ctx: &mut Ctx, filter: &ProductFilter) -> Result<Vec<(Choice, i64)>, ListError> {
    let chosen = choices_by_name(filter.choices.iter().map(String::as_str));
    let is_of = |choice: &Choice, name: &str| choice.code().split('.').next() == Some(name);
    let mut counted = store::facets::count_choices(ctx, &listing(ctx, filter)?).await?;
    counted.retain(|(choice, _)| !chosen.iter().any(|(name, _)| is_of(choice, name)));
    for (name, codes) in &chosen {
        let mut wider = filter.clone();
        wider.choices.retain(|code| !codes.contains(code));
        let others = store::facets::count_choices(ctx, &listing(ctx, &wider)?).await?;
        counted.extend(others.into_iter().filter(|(choice, _)| is_of(choice, name)));
    }
    Ok(counted)
}

fn stars(row: &FacetRow) -> Result<u8, database::Error> {
    let label = row.label.as_deref().unwrap_or_default();
    label
        .parse()
        .map_err(|_e| database::Error::corrupt("facets.rated", label))
}

fn facet_category(row: FacetRow) -> Result<Category, database::Error> {
    let slug = row.slug.unwrap_or_default();
    Ok(Category {
        id: row
            .category_id
            .ok_or_else(|| database::Error::corrupt("categories.id", slug.clone()))?,
        parent_id: row.parent_id,
        slug: store::rows::slug(&slug)?,
        name: row.label.unwrap_or_default(),
        description_html: String::new(),
        image_url: row.image_url.unwrap_or_default(),
        seo_title: String::new(),
        seo_description: String::new(),
        size_guide_html: String::new(),
        position: row.position.unwrap_or_default(),
        depth: 0,
    })
}
