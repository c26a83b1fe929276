//! What a list of products can be narrowed by.

use std::collections::HashMap;

use database::Ctx;
use kernel::Money;

use crate::{
    CategoryNode, Choice, Facets, ListError, ProductFilter,
    category::in_tree_order,
    choice::{choice_facets, choices_by_name},
    list::{listing, note_list},
    store::{self, facets::FacetRow},
};

/// What the same list can be narrowed by, in one statement, and one more for each thing that it is narrowed by and that is counted
/// as if it were not.
pub async fn facets(ctx: &mut Ctx, filter: &ProductFilter) -> Result<Facets, ListError> {
    note_list(ctx, filter).await?;
    let (mut facets, choices) = count(ctx, filter).await?;
    if filter.brand.is_some() {
        let wider = ProductFilter {
            brand: None,
            ..filter.clone()
        };
        facets.brands = count(ctx, &wider).await?.0.brands;
    }
    if filter.rating_min.is_some() {
        let wider = ProductFilter {
            rating_min: None,
            ..filter.clone()
        };
        facets.ratings = count(ctx, &wider).await?.0.ratings;
    }
    let choices = count_wider_choices(ctx, filter, choices).await?;
    facets.choices = choice_facets(choices);
    Ok(facets)
}

/// Everything of this very list, choices by themselves.
async fn count(ctx: &mut Ctx, filter: &ProductFilter) -> Result<(Facets, Vec<(Choice, i64)>), ListError> {
    let listing = listing(ctx, filter)?;
    let currency = ctx.currency();
    let (mut facets, mut choices) = (Facets::default(), Vec::new());
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
            "choice" => choices.extend(row.choice().map(|choice| (choice, amount))),
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
    Ok((facets, choices))
}

/// The choices of the list with those of a name that it is narrowed by as if it were not.
async fn count_wider_choices(
    ctx: &mut Ctx,
    filter: &ProductFilter,
    mut counted: Vec<(Choice, i64)>,
) -> Result<Vec<(Choice, i64)>, ListError> {
    let chosen = choices_by_name(filter.choices.iter().map(String::as_str));
    let is_of = |choice: &Choice, name: &str| choice.code().split('.').next() == Some(name);
    counted.retain(|(choice, _)| !chosen.iter().any(|(name, _)| is_of(choice, name)));
    for (name, codes) in &chosen {
        let mut wider = filter.clone();
        wider.choices.retain(|code| !codes.contains(code));
        let (_, others) = count(ctx, &wider).await?;
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

fn facet_category(row: FacetRow) -> Result<CategoryNode, database::Error> {
    let slug = row.slug.unwrap_or_default();
    Ok(CategoryNode {
        id: row
            .category_id
            .ok_or_else(|| database::Error::corrupt("categories.id", slug.clone()))?,
        parent_id: row.parent_id,
        slug: store::rows::slug(&slug)?,
        name: row.label.unwrap_or_default(),
        image_url: row.image_url.unwrap_or_default(),
        image_alt: String::new(),
        position: row.position.unwrap_or_default(),
        depth: 0,
    })
}
