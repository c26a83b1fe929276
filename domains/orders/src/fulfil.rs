//! Ships pieces of an order in a parcel.

use database::Ctx;
use kernel::{FieldError, FulfilmentId, OrderId, OrderLineId, Permission};
use serde_json::json;

use crate::{ChangeError, Fulfilment, FulfilmentState, OrderShipped, get::lock, store};

/// A parcel that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfil {
    /// The order.
    pub order_id: OrderId,
    /// What is in it; `None` is everything that is left to ship.
    pub lines: Option<Vec<(OrderLineId, i64)>>,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// Where it can be followed: empty, or an address that starts with `https://` or `http://`.
    pub tracking_url: String,
}

/// Records a parcel that left.
pub async fn fulfil(ctx: &mut Ctx, parcel: Fulfil) -> Result<FulfilmentId, ChangeError> {
    ctx.require(Permission::FulfilOrders)?;
    let parcel = checked(parcel)?;
    let mut sold = lock(ctx, parcel.order_id).await?;
    let pieces = parcel.lines.unwrap_or_else(|| sold.all_left_to_ship());
    sold.ship(&pieces)?;
    let fulfilment = Fulfilment {
        id: ctx.new_id(),
        state: FulfilmentState::InTransit,
        carrier: parcel.carrier,
        tracking_number: parcel.tracking_number,
        tracking_url: parcel.tracking_url,
        created_at: ctx.now(),
        lines: pieces,
    };
    let (id, mut order) = (fulfilment.id, sold.order);
    let entry = store::Entry {
        kind: "shipped",
        details: json!({
            "fulfilment": id, "carrier": fulfilment.carrier, "tracking_number": fulfilment.tracking_number,
            "pieces": fulfilment.lines.iter().map(|(_, quantity)| quantity).sum::<i64>(),
        }),
    };
    store::insert_fulfilments(ctx, &[(order.id, fulfilment)]).await?;
    store::update_lines(ctx, order.id, &sold.lines).await?;
    store::save(ctx, &mut order, entry).await?;
    let fulfilment_id = id;
    ctx.publish(&OrderShipped {
        order: (&order).into(),
        fulfilment_id,
    })
    .await?;
    Ok(id)
}

/// The parcel with blanks around its texts dropped and the same line named once.
fn checked(mut parcel: Fulfil) -> Result<Fulfil, FieldError> {
    for (field, text, most) in [
        ("carrier", &mut parcel.carrier, 100),
        ("tracking_number", &mut parcel.tracking_number, 100),
        ("tracking_url", &mut parcel.tracking_url, 2000),
    ] {
        *text = text.trim().to_owned();
        if text.chars().count() > most || text.chars().any(char::is_control) {
            return Err(FieldError::new(
                field,
                "too_long",
                format!("may have at most {most} printable characters"),
            ));
        }
    }
    let url = &parcel.tracking_url;
    if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(FieldError::new(
            "tracking_url",
            "invalid_url",
            "must start with https:// or http://",
        ));
    }
    if let Some(lines) = &mut parcel.lines {
        lines.sort_unstable();
        if lines
            .windows(2)
            .any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
        {
            return Err(FieldError::new(
                "lines",
                "duplicate_line",
                "may name each line only once",
            ));
        }
    }
    Ok(parcel)
}
