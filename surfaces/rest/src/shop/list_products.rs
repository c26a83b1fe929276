//! `GET /products`: filtered, searched, sorted, in pages, and on request with what the list can be narrowed by.

use axum::{extract::State, response::IntoResponse as _};
use catalog::{ListError, MemberRange, ProductFilter, ProductSummary};
use chrono::{DateTime, Utc};
use kernel::{FieldError, Invalid, Slug};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Problem, Query, Visitor};

use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{BasePrice, Money, Paging, Rating, Sort, ids, present, price_of},
};

/// A list is narrowed to at most so many choices.
const MOST_CHOICES: usize = 12;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Search words.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only products in the category of this slug, or in one below it.
    #[param(max_length = 200)]
    category: Option<String>,
    /// Only products in the collection of this slug.
    #[param(max_length = 200)]
    collection: Option<String>,
    /// Only products with a variant that costs everybody this or more now, sales included, in minor units. What price lists ask of a
    /// customer counts neither here nor for `price_max`, the facets and the order.
    #[param(minimum = 0, maximum = 1_000_000_000_000_i64)]
    #[serde(default, deserialize_with = "present")]
    price_min: Option<i64>,
    /// Only products with a variant that costs everybody this or less now, sales included, in minor units.
    #[param(minimum = 0, maximum = 1_000_000_000_000_i64)]
    #[serde(default, deserialize_with = "present")]
    price_max: Option<i64>,
    /// Only products of this brand, exactly as facets tell it.
    #[param(max_length = 200)]
    brand: Option<String>,
    /// Only products with so many stars on average, or more.
    #[param(minimum = 1, maximum = 5)]
    #[serde(default, deserialize_with = "present")]
    rating_min: Option<i64>,
    /// Only products with these choices, such as `color.red,color.blue,size.m`: codes as facets tell them, at most 12, with commas
    /// between them. Of one name any is meant, of several names all.
    #[param(max_length = 1000)]
    choices: Option<String>,
    /// Only products that can be bought now, or only those that cannot.
    #[serde(default, deserialize_with = "present")]
    in_stock: Option<bool>,
    /// The order. Without it: `relevance` with search words, otherwise `newest`. Prices are those that everybody pays.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    sort: Option<Sort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Also tell what the list can be narrowed by.
    #[serde(default, deserialize_with = "present")]
    facets: Option<bool>,
    /// The language of texts: `en` or `id`.
    #[param(pattern = "^([Ee][Nn]|[Ii][Dd])([-_].*)?$")]
    #[serde(rename = "lang")]
    #[expect(dead_code, reason = "read by web for every request")]
    lang: Option<String>,
}

/// A page of products.
#[derive(Serialize, ToSchema)]
struct ProductList {
    /// The products.
    items: Vec<ListedProduct>,
    /// Hand it back as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
    /// How many there are on all pages.
    #[schema(minimum = 0)]
    total: i64,
    /// What the list can be narrowed by, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<Facets>,
    /// The words that were looked for instead, when the shop does not know those of `q`.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected: Option<String>,
}

/// A product in a list.
#[derive(Serialize, ToSchema)]
struct ListedProduct {
    #[schema(value_type = ids::ProductId)]
    id: kernel::ProductId,
    /// The last part of its address.
    slug: String,
    title: String,
    /// One or two plain sentences.
    short_description: String,
    /// The maker's name.
    brand: String,
    /// `physical`, `digital`, `service` or `gift_card`.
    kind: &'static str,
    /// The first picture, or empty.
    image_url: String,
    /// Whether any variant can be bought.
    in_stock: bool,
    /// What shoppers think of it.
    rating: Rating,
    /// Whether the home page shows it.
    featured: bool,
    /// The lowest price to pay now, sales and the price lists of a customer included; null when nothing of it is for sale.
    price: Option<Money>,
    /// The struck-out price beside it.
    was: Option<Money>,
    /// What a kilogram, a litre or another base of what costs `price` costs.
    base_price: Option<BasePrice>,
    /// The lowest regular price.
    price_min: Option<Money>,
    /// The highest regular price.
    price_max: Option<Money>,
    variant_count: i64,
    /// The variant to put into a cart, when there is only one.
    #[schema(value_type = Option<ids::VariantId>)]
    only_variant_id: Option<kernel::VariantId>,
    published_at: Option<DateTime<Utc>>,
}

impl ListedProduct {
    /// The same with the lowest price of a customer whose price lists say it: what everybody pays for the same is struck out.
    fn for_member(self, range: Option<MemberRange>) -> Self {
        match range {
            Some(range) if range.was.is_some() => Self {
                was: range.was.map(Money::from),
                price: Some(range.least.into()),
                base_price: BasePrice::of(range.measure, Some(range.least)),
                ..self
            },
            Some(_) | None => self,
        }
    }
}

impl From<ProductSummary> for ListedProduct {
    fn from(product: ProductSummary) -> Self {
        Self {
            id: product.id,
            slug: product.slug.into_string(),
            title: product.title,
            short_description: product.short_description,
            brand: product.brand,
            kind: product.kind.as_str(),
            image_url: product.image_url,
            in_stock: product.in_stock,
            rating: product.rating.into(),
            featured: product.featured,
            base_price: BasePrice::of(product.measure, product.price),
            price: product.price.map(Money::from),
            was: product.was.map(Money::from),
            price_min: product.price_min.map(Money::from),
            price_max: product.price_max.map(Money::from),
            variant_count: product.variant_count,
            only_variant_id: product.only_variant,
            published_at: product.published_at,
        }
    }
}

/// What a list can be narrowed by, with how many products each choice leaves. Brands, ratings and the values of a name that the
/// list is narrowed by are counted as if it were not.
#[derive(Serialize, ToSchema)]
struct Facets {
    /// Categories in tree order, with the products of those below them.
    categories: Vec<CategoryCount>,
    /// The most frequent brands.
    brands: Vec<BrandCount>,
    /// The lowest price that everybody pays now.
    price_min: Option<Money>,
    /// The highest price that everybody pays now.
    price_max: Option<Money>,
    /// How many can be bought now.
    in_stock: i64,
    /// How many have so many stars on average, or more: from four down to one.
    ratings: Vec<RatingCount>,
    /// Options, and attributes that offer choices.
    choices: Vec<ChoiceFacet>,
}

/// How many products a number of stars leaves.
#[derive(Serialize, ToSchema)]
struct RatingCount {
    #[schema(minimum = 1, maximum = 5)]
    stars: u8,
    count: i64,
}

/// What shoppers choose by one name, such as a color.
#[derive(Serialize, ToSchema)]
struct ChoiceFacet {
    /// The name of the option or attribute.
    name: String,
    /// Its most frequent values.
    values: Vec<ChoiceCount>,
}

/// How many products a value leaves.
#[derive(Serialize, ToSchema)]
struct ChoiceCount {
    /// What `choices` takes.
    code: String,
    value: String,
    count: i64,
}

impl From<catalog::ChoiceFacet> for ChoiceFacet {
    fn from(facet: catalog::ChoiceFacet) -> Self {
        let values = facet.values.into_iter();
        Self {
            name: facet.name,
            values: values
                .map(|(code, value, count)| ChoiceCount { code, value, count })
                .collect(),
        }
    }
}

/// How many products a category leaves.
#[derive(Serialize, ToSchema)]
struct CategoryCount {
    slug: String,
    name: String,
    /// How many categories it lies in: 0 at the top.
    depth: usize,
    count: i64,
}

/// How many products a brand leaves.
#[derive(Serialize, ToSchema)]
struct BrandCount {
    name: String,
    count: i64,
}

impl From<catalog::Facets> for Facets {
    fn from(facets: catalog::Facets) -> Self {
        let (price_min, price_max) = facets.price.unzip();
        let category = |(category, count): (catalog::CategoryNode, i64)| CategoryCount {
            slug: category.slug.into_string(),
            name: category.name,
            depth: category.depth,
            count,
        };
        Self {
            categories: facets.categories.into_iter().map(category).collect(),
            brands: facets
                .brands
                .into_iter()
                .map(|(name, count)| BrandCount { name, count })
                .collect(),
            price_min: price_min.map(Money::from),
            price_max: price_max.map(Money::from),
            in_stock: facets.in_stock,
            ratings: facets
                .ratings
                .into_iter()
                .map(|(stars, count)| RatingCount { stars, count })
                .collect(),
            choices: facets.choices.into_iter().map(ChoiceFacet::from).collect(),
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("list_products", "/products", handler)
        .says(
            "Products",
            "List products",
            "Published products: searched, filtered, sorted and cut into pages.",
        )
        .query::<ListQuery>()
        .answers::<ProductList>(200, "A page of products.")
}

async fn handler(State(rest): State<Rest>, visitor: Visitor, paging: Paging, Query(query): Query<ListQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor.clone())?;
    let with_facets = query.facets.unwrap_or_default();
    let filter = query.filter(visitor.store().currency)?;
    let mut ctx = visitor.work.read();
    let listed = search::list_products(&mut ctx, rest.search.as_ref(), &filter, &page, with_facets).await;
    let listed = listed.map_err(problem)?;
    let products = listed.page;
    let ids: Vec<kernel::ProductId> = products.items.iter().map(|product| product.id).collect();
    let buyer = cart::buyer(&mut ctx).await?;
    let mut ranges = catalog::member_ranges(&mut ctx, &ids, &buyer).await?;
    let item = |product: ProductSummary| {
        let range = ranges.remove(&product.id);
        ListedProduct::from(product).for_member(range)
    };
    let list = ProductList {
        next_cursor: products.next_cursor.as_ref().map(|place| paging.cursor(place)),
        total: products.total,
        items: products.items.into_iter().map(item).collect(),
        facets: listed.facets.map(Facets::from),
        corrected: listed.corrected,
    };
    Ok(web::Json(list).into_response())
}

impl ListQuery {
    fn filter(self, currency: kernel::Currency) -> Result<ProductFilter, Invalid> {
        let mut invalid = Invalid::default();
        let q = self.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
        if q.as_ref().is_some_and(|q| q.chars().count() > 200) {
            invalid.push(FieldError::new("q", "too_long", "may have at most 200 characters"));
        }
        let category = self
            .category
            .and_then(|slug| invalid.check("category", Slug::parse(&slug)));
        let collection = self
            .collection
            .and_then(|slug| invalid.check("collection", Slug::parse(&slug)));
        let mut price =
            |field: &str, minor: Option<i64>| minor.and_then(|minor| invalid.check(field, price_of(minor, currency)));
        let (price_min, price_max) = (price("price_min", self.price_min), price("price_max", self.price_max));
        let usual = if q.is_some() {
            catalog::Sort::Relevance
        } else {
            catalog::Sort::Newest
        };
        let rating_min = self.rating_min.and_then(|stars| {
            let stars = u8::try_from(stars).ok().filter(|stars| (1..=5).contains(stars));
            let wrong = || FieldError::new("rating_min", "out_of_range", "must be between 1 and 5");
            invalid.check("rating_min", stars.ok_or_else(wrong))
        });
        let choices = invalid.check("choices", read_choices(self.choices.as_deref().unwrap_or_default()));
        let filter = ProductFilter {
            brand: self.brand.filter(|brand| !brand.is_empty()),
            rating_min,
            choices: choices.unwrap_or_default(),
            category,
            collection,
            price_min,
            price_max,
            in_stock: self.in_stock,
            sort: self.sort.map_or(usual, catalog::Sort::from),
            q,
            ..ProductFilter::default()
        };
        invalid.into_result().map(|()| filter)
    }
}

/// Codes of choices, with commas between them.
fn read_choices(text: &str) -> Result<Vec<String>, FieldError> {
    let codes: Vec<&str> = text.split(',').filter(|code| !code.is_empty()).collect();
    if codes.len() > MOST_CHOICES {
        return Err(FieldError::new("choices", "too_many", "may have at most 12 codes"));
    }
    if let Some(code) = codes.iter().find(|code| !code.contains('.')) {
        let message = format!("{code:?} is no code: a name and a value with a point between them, such as color.red");
        return Err(FieldError::new("choices", "invalid_choice", message));
    }
    Ok(codes.into_iter().map(str::to_owned).collect())
}

/// Why a list of products is not given.
pub(crate) fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => error.into(),
        ListError::Internal(error) => error.into(),
    }
}
