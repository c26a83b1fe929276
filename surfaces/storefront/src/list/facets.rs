//! What a list can be narrowed by, as its page shows it.

use catalog::{ChoiceFacet, Facets};
use serde::Serialize;
use web::MoneyView;

use super::ListQuery;

#[derive(Serialize)]
pub(super) struct FacetsView {
    categories: Vec<CategoryCount>,
    brands: Vec<BrandCount>,
    lowest: Option<MoneyView>,
    highest: Option<MoneyView>,
    /// Whether whoever looks may pay other prices than those that the list goes by.
    is_member: bool,
    in_stock: i64,
    ratings: Vec<RatingCount>,
    choices: Vec<ChoiceGroup>,
    /// What the list is narrowed to, each with the choices that are left without it.
    chosen: Vec<Chosen>,
}

#[derive(Serialize)]
struct CategoryCount {
    name: String,
    slug: String,
    depth: usize,
    count: i64,
}

#[derive(Serialize)]
struct BrandCount {
    name: String,
    count: i64,
    current: bool,
}

#[derive(Serialize)]
struct RatingCount {
    stars: u8,
    count: i64,
    current: bool,
}

#[derive(Serialize)]
struct ChoiceGroup {
    name: String,
    /// Whether the list is narrowed by it.
    open: bool,
    values: Vec<ChoiceCount>,
}

#[derive(Serialize)]
struct ChoiceCount {
    value: String,
    count: i64,
    current: bool,
    /// The choices of the list after a click on this one.
    choices: String,
}

#[derive(Serialize)]
struct Chosen {
    /// `Color: Red`, as far as the list knows how it is written.
    label: String,
    choices: String,
}

impl FacetsView {
    pub(super) fn new(facets: Facets, query: &ListQuery, is_member: bool) -> Self {
        let (lowest, highest) = facets.price.unzip();
        let codes = query.codes();
        let stars = query.stars();
        Self {
            is_member,
            chosen: codes.iter().map(|code| chosen(code, &facets.choices, &codes)).collect(),
            categories: facets
                .categories
                .into_iter()
                .map(|(category, count)| CategoryCount {
                    name: category.name,
                    slug: category.slug.into_string(),
                    depth: category.depth,
                    count,
                })
                .collect(),
            brands: facets
                .brands
                .into_iter()
                .map(|(name, count)| BrandCount {
                    current: name == query.brand,
                    name,
                    count,
                })
                .collect(),
            lowest: lowest.map(MoneyView::from),
            highest: highest.map(MoneyView::from),
            in_stock: facets.in_stock,
            ratings: ratings(&facets.ratings, stars),
            choices: facets.choices.into_iter().map(|facet| group(facet, &codes)).collect(),
        }
    }
}

/// Nothing when no product has a review.
fn ratings(counted: &[(u8, i64)], stars: Option<u8>) -> Vec<RatingCount> {
    let counted = counted
        .iter()
        .map(|(of, count)| RatingCount {
            stars: *of,
            count: *count,
            current: stars == Some(*of),
        })
        .filter(|rating| rating.count > 0 || rating.current);
    counted.collect()
}

fn group(facet: ChoiceFacet, codes: &[&str]) -> ChoiceGroup {
    let values = facet.values.into_iter().map(|(code, value, count)| ChoiceCount {
        current: codes.contains(&code.as_str()),
        choices: toggled(&code, codes),
        value,
        count,
    });
    let values: Vec<ChoiceCount> = values.collect();
    ChoiceGroup {
        name: facet.name,
        open: values.iter().any(|value| value.current),
        values,
    }
}

fn chosen(code: &str, facets: &[ChoiceFacet], codes: &[&str]) -> Chosen {
    let written = facets.iter().find_map(|facet| {
        let (_, value, _) = facet.values.iter().find(|(known, _, _)| known == code)?;
        Some(format!("{}: {value}", facet.name))
    });
    Chosen {
        label: written.unwrap_or_else(|| code.replacen('.', ": ", 1)),
        choices: toggled(code, codes),
    }
}

/// The choices with this one, or without it if it is among them.
fn toggled(code: &str, codes: &[&str]) -> String {
    let mut left: Vec<&str> = codes.iter().copied().filter(|known| *known != code).collect();
    if left.len() == codes.len() {
        left.push(code);
    }
    left.join(",")
}
