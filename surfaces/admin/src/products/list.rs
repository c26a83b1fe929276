//! The list of products, whatever their status.

use std::collections::BTreeMap;

use axum::extract::RawQuery;
use catalog::{ListError, ProductFilter, ProductStatus, ProductSummary, Sort, Visibility};
use database::Ctx;
use kernel::{Invalid, Page, Slug, slugify};
use serde::{Deserialize, Serialize};
use web::{Answer, MoneyView, Problem, Query, Staff, can};

use super::bulk;
use crate::{
    forms::{Choice, choices},
    lists::{self, Rows},
    sorting::{self, Column, Header},
    views::{self, Tabs},
};

/// What the list can be asked for; what narrows it and cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ProductsQuery {
    q: String,
    status: String,
    /// `in` or `out`.
    stock: String,
    /// By its name or the last part of its address.
    category: String,
    brand: String,
    tag: String,
    sort: String,
    cursor: String,
    /// How many products were changed together a moment ago.
    changed: String,
    /// How many of the chosen ones somebody else had changed.
    stale: String,
}

#[derive(Serialize)]
struct ProductsView {
    views: Tabs,
    products: Rows<ProductRow>,
    query: ProductsQuery,
    statuses: Vec<Choice>,
    actions: Vec<Choice>,
    changed: Option<u16>,
    stale: Option<u16>,
    /// Whether anything is narrowed.
    narrowed: bool,
    headers: BTreeMap<&'static str, Header>,
}

impl ProductsQuery {
    fn is_narrowed(&self) -> bool {
        let asked = [
            &self.q,
            &self.status,
            &self.stock,
            &self.category,
            &self.brand,
            &self.tag,
        ];
        asked.iter().any(|asked| !asked.trim().is_empty())
    }
}

const COLUMNS: [Column; 3] = [
    Column {
        name: "title",
        first: "title",
        second: None,
        first_is_ascending: true,
    },
    Column {
        name: "price",
        first: "price_asc",
        second: Some("price_desc"),
        first_is_ascending: true,
    },
    Column {
        name: "changed",
        first: "newest",
        second: None,
        first_is_ascending: false,
    },
];

/// The orders of which the desk has a column. Without one, words are answered by what fits them best.
fn sort(text: &str, has_words: bool) -> Result<Sort, Problem> {
    if text.is_empty() && has_words {
        return Ok(Sort::Relevance);
    }
    let is_offered = |name: &str| {
        COLUMNS
            .iter()
            .any(|column| column.first == name || column.second == Some(name))
    };
    sorting::read(text, |name| Sort::parse(name).filter(|_| is_offered(name)))
}

/// A product in a list of the desk.
#[derive(Serialize)]
pub(crate) struct ProductRow {
    id: String,
    title: String,
    brand: String,
    image_url: String,
    status: &'static str,
    in_stock: bool,
    featured: bool,
    price: Option<MoneyView>,
    price_max: Option<MoneyView>,
    variant_count: i64,
    updated_at: String,
}

impl From<ProductSummary> for ProductRow {
    fn from(product: ProductSummary) -> Self {
        Self {
            id: product.id.to_string(),
            title: product.title,
            brand: product.brand,
            image_url: product.image_url,
            status: product.status.as_str(),
            in_stock: product.in_stock,
            featured: product.featured,
            price_max: product
                .price_max
                .filter(|max| Some(*max) != product.price_min)
                .map(MoneyView::from),
            price: product.price_min.map(MoneyView::from),
            variant_count: product.variant_count,
            updated_at: product.updated_at.to_rfc3339(),
        }
    }
}

pub(crate) async fn show(
    staff: Staff<can::ReadCatalog>,
    RawQuery(raw): RawQuery,
    Query(query): Query<ProductsQuery>,
) -> Answer {
    let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let q = typed(&query.q);
    let sort = sort(query.sort.trim(), q.is_some())?;
    let mut ctx = staff.work.read();
    let category = category(&mut ctx, query.category.trim()).await?;
    let is_nowhere = category.is_none() && !query.category.trim().is_empty();
    let filter = ProductFilter {
        sort,
        q,
        category,
        brand: typed(&query.brand),
        tag: typed(&query.tag),
        in_stock: match query.stock.as_str() {
            "in" => Some(true),
            "out" => Some(false),
            _ => None,
        },
        visibility: ProductStatus::parse(&query.status).map_or(Visibility::Every, Visibility::Only),
        ..ProductFilter::default()
    };
    let page = if is_nowhere {
        Page {
            items: Vec::new(),
            next_cursor: None,
            total: 0,
        }
    } else {
        catalog::list_products(&mut ctx, &filter, &lists::request(&query.cursor))
            .await
            .map_err(problem)?
    };
    let raw = raw.unwrap_or_default();
    let tabs = views::tabs::<views::Products>(&mut ctx, &raw).await?;
    ctx.rollback().await;
    let view = ProductsView {
        headers: sorting::headers("/admin/products", &raw, sort.as_str(), &COLUMNS),
        views: tabs,
        products: Rows::new(page, &query.cursor, ProductRow::from),
        statuses: choices(
            &staff,
            "admin-product-status",
            ProductStatus::ALL.map(ProductStatus::as_str),
        ),
        actions: bulk::actions(&staff),
        changed: query.changed.parse().ok(),
        stale: query.stale.parse().ok().filter(|stale| *stale > 0),
        narrowed: query.is_narrowed(),
        query,
    };
    staff.page("admin/products/list.html", &view)
}

/// The category that somebody types by its name or its address. One that is not there has no products; what cannot even be an
/// address is no category.
async fn category(ctx: &mut Ctx, typed: &str) -> Result<Option<Slug>, Problem> {
    if typed.is_empty() {
        return Ok(None);
    }
    let found = catalog::category_called(ctx, typed).await?;
    Ok(found.or_else(|| Slug::parse(&slugify(typed)).ok()))
}

/// What a list's error is to staff.
pub(crate) fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    }
}
