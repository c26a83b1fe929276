//! `/admin/price-lists/{id}/prices`: what a price list asks: list, put many, take away.

use axum::{http::StatusCode, response::IntoResponse as _};
use catalog::{ListedVariant, PriceBreak, PricedVariant, PutPrice};
use kernel::{Currency, FieldError, Invalid, PriceListId, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, Path, Problem, Query, can};

use super::price_lists::{TAG, problem};
use crate::{
    endpoint::Endpoint,
    wire::{Money, PageQuery, Paging, Price, ids, present},
};

/// The most prices of one request.
const MOST: usize = 1_000;

/// What a price list asks for a variant.
#[derive(Serialize, ToSchema)]
struct ListedPrices {
    #[schema(value_type = ids::VariantId)]
    variant_id: VariantId,
    #[schema(value_type = ids::ProductId)]
    product_id: kernel::ProductId,
    product_title: String,
    variant_title: String,
    sku: Option<String>,
    /// What it costs when nothing is reduced.
    regular_price: Option<Money>,
    /// By quantity.
    prices: Vec<ListPrice>,
}

/// A price from a quantity on.
#[derive(Serialize, ToSchema)]
struct ListPrice {
    min_quantity: i64,
    price: Money,
}

impl From<ListedVariant> for ListedPrices {
    fn from(variant: ListedVariant) -> Self {
        let price = |step: PriceBreak| ListPrice {
            min_quantity: step.min_quantity,
            price: step.price.into(),
        };
        Self {
            variant_id: variant.variant_id,
            product_id: variant.product_id,
            product_title: variant.product_title,
            variant_title: variant.variant_title,
            sku: variant.sku,
            regular_price: variant.regular.map(Money::from),
            prices: variant.breaks.into_iter().map(price).collect(),
        }
    }
}

/// Prices to be put into a list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutListPrices {
    #[schema(min_items = 1, max_items = 1000)]
    prices: Vec<PutListPrice>,
}

/// A price to be put: for a variant by its id or its SKU, one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutListPrice {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ids::VariantId, required = false)]
    variant_id: Option<VariantId>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    sku: Option<String>,
    /// From how many pieces on; 1 without it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 9999)]
    min_quantity: Option<i64>,
    price: Price,
}

/// How many prices are other than before.
#[derive(Serialize, ToSchema)]
struct PutResult {
    changed: u64,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct RemoveQuery {
    /// Only the price from this quantity on; all of them without it.
    #[param(minimum = 1, maximum = 9999)]
    #[serde(default, deserialize_with = "present")]
    min_quantity: Option<i64>,
}

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![list_endpoint(), put_endpoint(), delete_endpoint()]
}

fn list_endpoint() -> Endpoint {
    Endpoint::get("list_list_prices", "/admin/price-lists/{id}/prices", list)
        .says(
            TAG,
            "List the prices of a price list",
            "Variants that the list asks a price for, in the order they were made.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::PriceListId>("id", "The price list.")
        .query::<PageQuery>()
        .lists::<ListedPrices>("A page of variants with their prices.")
        .problems(&[404])
}

async fn list(
    api: Api<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    paging: Paging,
    Query(query): Query<PageQuery>,
) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let mut ctx = api.work.read();
    let found = catalog::find_price_list(&mut ctx, id).await.map_err(problem)?;
    found.ok_or_else(Problem::not_found)?;
    let prices = catalog::list_list_prices(&mut ctx, id, "", &page)
        .await
        .map_err(problem)?;
    Ok(paging.list(prices.map(ListedPrices::from)).into_response())
}

fn put_endpoint() -> Endpoint {
    Endpoint::put("put_list_prices", "/admin/price-lists/{id}/prices", put)
        .says(
            TAG,
            "Put prices into a price list",
            "Up to 1,000 prices, all or none. A price from a quantity that has one already becomes another; all others stay.",
        )
        .guarded::<can::WriteCoupons>()
        .path_id::<ids::PriceListId>("id", "The price list.")
        .idempotent()
        .body::<PutListPrices>()
        .answers::<PutResult>(200, "How many prices are other than before.")
}

impl PutListPrices {
    fn parse(self, currency: Currency) -> Result<Vec<PutPrice>, Invalid> {
        let mut invalid = Invalid::default();
        if self.prices.is_empty() || self.prices.len() > MOST {
            let message = format!("must be between 1 and {MOST}");
            invalid.push(FieldError::new("prices", "out_of_range", message));
        }
        let mut prices = Vec::with_capacity(self.prices.len());
        for (index, put) in self.prices.into_iter().enumerate() {
            let prefix = format!("prices.{index}");
            let variant = match (put.variant_id, put.sku) {
                (Some(id), None) => Some(PricedVariant::Id(id)),
                (None, Some(sku)) => Some(PricedVariant::Sku(sku)),
                (None, None) | (Some(_), Some(_)) => {
                    let message = "must name the variant either by variant_id or by sku";
                    let field = format!("{prefix}.variant_id");
                    invalid.push(FieldError::new(field, "either_id_or_sku", message));
                    None
                }
            };
            let price = put.price.parse(&format!("{prefix}.price"), currency);
            match (variant, price) {
                (Some(variant), Ok(price)) => prices.push(PutPrice {
                    variant,
                    min_quantity: put.min_quantity.unwrap_or(1),
                    price,
                }),
                (_, Err(error)) => invalid.push(error),
                (None, Ok(_)) => {}
            }
        }
        invalid.into_result()?;
        Ok(prices)
    }
}

async fn put(
    api: Api<can::WriteCoupons>,
    Path(id): Path<PriceListId>,
    Idempotent { body, request }: Idempotent<PutListPrices>,
) -> Answer {
    let prices = body.parse(api.store().currency)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let changed = catalog::put_list_prices(ctx, id, prices.clone())
            .await
            .map_err(problem)?;
        Ok(web::Json(PutResult { changed }).into_response())
    })
    .await
}

fn delete_endpoint() -> Endpoint {
    Endpoint::delete(
        "delete_list_price",
        "/admin/price-lists/{id}/prices/{variant_id}",
        delete,
    )
    .says(
        TAG,
        "Take a price out of a price list",
        "Takes one price of a variant out of a list, or all of them.",
    )
    .guarded::<can::WriteCoupons>()
    .path_id::<ids::PriceListId>("id", "The price list.")
    .path_id::<ids::VariantId>("variant_id", "The variant.")
    .query::<RemoveQuery>()
    .idempotent()
    .answers_nothing(204, "It is gone.")
}

async fn delete(
    api: Api<can::WriteCoupons>,
    Path((id, variant)): Path<(PriceListId, VariantId)>,
    Query(query): Query<RemoveQuery>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        match query.min_quantity {
            Some(quantity) => catalog::remove_list_price(ctx, id, variant, quantity).await,
            None => catalog::set_list_prices(ctx, id, variant, Vec::new()).await,
        }
        .map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}
