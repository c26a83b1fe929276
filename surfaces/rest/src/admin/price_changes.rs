//! `GET /admin/variants/{id}/prices`: every price a variant had.

use axum::response::IntoResponse as _;
use catalog::FindError;
use chrono::{DateTime, Utc};
use kernel::VariantId;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Api, Path, Problem, can};

use super::product_view::AdminSale;
use crate::{
    endpoint::Endpoint,
    wire::{List, Money, ids},
};

/// What a variant cost from a moment on.
#[derive(Serialize, ToSchema)]
struct PriceChange {
    changed_at: DateTime<Utc>,
    /// Who changed it.
    actor: String,
    /// The regular price; null is not for sale.
    price: Option<Money>,
    compare_at: Option<Money>,
    sale: Option<AdminSale>,
}

impl From<catalog::PriceChange> for PriceChange {
    fn from(change: catalog::PriceChange) -> Self {
        Self {
            changed_at: change.changed_at,
            actor: change.actor,
            price: change.price.map(Money::from),
            compare_at: change.compare_at.map(Money::from),
            sale: change.sale.map(AdminSale::from),
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("list_price_changes", "/admin/variants/{id}/prices", handler)
        .says(
            "Admin: products",
            "List the prices of a variant",
            "Every price the variant had, oldest first, each until the next; the newest thousand.",
        )
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::VariantId>("id", "The variant.")
        .lists::<PriceChange>("The prices.")
        .problems(&[404])
}

async fn handler(api: Api<can::ReadCatalog>, Path(id): Path<VariantId>) -> Answer {
    let mut ctx = api.work.read();
    let changes = catalog::list_price_changes(&mut ctx, id)
        .await
        .map_err(|error| match error {
            FindError::Forbidden(error) => Problem::from(error),
            FindError::Internal(error) => error.into(),
        })?;
    if changes.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(List::whole(changes.into_iter().map(PriceChange::from).collect()).into_response())
}
