//! Adds a note of the staff's to an order's timeline.

use database::Ctx;
use kernel::{FieldError, OrderId, Permission};
use serde_json::json;

use crate::{ChangeError, get::lock, store};

/// The most characters a note may have.
const MAX_CHARS: usize = 5_000;

/// Adds a note that only the staff sees.
pub async fn add_note(ctx: &mut Ctx, order_id: OrderId, text: &str) -> Result<(), ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::required("text").into());
    }
    if text.chars().count() > MAX_CHARS || text.contains('\0') {
        return Err(FieldError::new("text", "too_long", format!("may have at most {MAX_CHARS} characters")).into());
    }
    let mut order = lock(ctx, order_id).await?.order;
    store::save(
        ctx,
        &mut order,
        store::Entry {
            kind: "note",
            details: json!({ "text": text }),
        },
    )
    .await
}
