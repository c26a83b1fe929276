//! What became of an order in Shopify's CSV: of its money and its parcel, and where it stands by that.

use database::Ctx;
use kernel::{Money, Time};
use orders::{Fulfilment, FulfilmentState, FulfilmentStatus, OrderLine, OrderStatus, PaymentEvent, PaymentStatus};

use crate::{
    order_columns::Heading, read_order::Complaint, records::Record, shopify_head::Head, shopify_sums::Sums, values,
};

/// What became of the money.
pub(crate) struct Moved {
    pub(crate) paid: Money,
    pub(crate) refunded: Money,
    pub(crate) status: PaymentStatus,
    pub(crate) paid_at: Time,
    /// When something last happened.
    pub(crate) at: Time,
}

impl Head<'_> {
    pub(crate) fn money_moved(
        &self,
        sums: &Sums,
        placed_at: Time,
        warnings: &mut Vec<Complaint>,
    ) -> Result<Moved, Complaint> {
        let zero = Money::zero(self.currency);
        let stated = self.text(Heading::FinancialStatus).to_lowercase();
        let paid = match stated.as_str() {
            "paid" | "partially_refunded" | "refunded" => sums.total,
            "partially_paid" => {
                let open = self.amount(Heading::OutstandingBalance)?;
                let open =
                    open.ok_or_else(|| self.wrong(Heading::OutstandingBalance, "is empty for a part payment"))?;
                let paid = sums.total.minus(open).ok().filter(|paid| !paid.is_negative());
                paid.ok_or_else(|| self.wrong(Heading::OutstandingBalance, "is more than the total"))?
            }
            "" | "pending" | "authorized" | "voided" | "expired" => zero,
            _ => {
                return Err(self.wrong(
                    Heading::FinancialStatus,
                    format!("{stated:?} is not a status of a payment"),
                ));
            }
        };
        let refunded = match self.amount(Heading::RefundedAmount)? {
            Some(refunded) => refunded,
            None if stated == "refunded" => paid,
            None => zero,
        };
        if refunded.minor() > paid.minor() {
            let reason = format!("is {}, but {} was paid", refunded.to_decimal(), paid.to_decimal());
            return Err(self.wrong(Heading::RefundedAmount, reason));
        }
        let moved = PaymentEvent::of_money(sums.total.minor(), paid.minor(), refunded.minor());
        let status = match stated.as_str() {
            "voided" | "expired" => PaymentStatus::Voided,
            "authorized" => PaymentStatus::Authorized,
            "" | "pending" if sums.total.is_positive() => PaymentStatus::Pending,
            _ => PaymentStatus::Pending
                .next(moved)
                .map_err(|error| self.wrong(Heading::FinancialStatus, error.to_string()))?,
        };
        if !stated.is_empty() && paid.is_positive() && status.as_str() != stated {
            let reason = format!("is {stated}, but by its amounts the payment is {}", status.as_str());
            warnings.push(self.wrong(Heading::FinancialStatus, reason));
        }
        let paid_at = self.time(Heading::PaidAt)?.unwrap_or(placed_at);
        let last = [self.time(Heading::CancelledAt)?, self.time(Heading::FulfilledAt)?];
        Ok(Moved {
            paid,
            refunded,
            status,
            paid_at,
            at: last.into_iter().flatten().fold(paid_at, Time::max),
        })
    }

    /// The parcel with all that was shipped, if something was.
    pub(crate) fn parcel(
        &self,
        ctx: &Ctx,
        rows: &[Record],
        lines: &mut [OrderLine],
        placed_at: Time,
        warnings: &mut Vec<Complaint>,
    ) -> Result<Option<Fulfilment>, Complaint> {
        let all = self.text(Heading::FulfillmentStatus).eq_ignore_ascii_case("fulfilled");
        let mut pieces = Vec::new();
        let rows = rows.iter().filter(|row| {
            let quantity = row.cell(Heading::LineQuantity.index()).trim();
            !quantity.is_empty() && values::quantity(quantity) != Ok(Some(0))
        });
        for (line, row) in lines.iter_mut().zip(rows) {
            let row = Head {
                row,
                currency: self.currency,
            };
            let state = row.text(Heading::LineFulfillmentStatus).to_lowercase();
            if state == "partial" {
                let reason = "does not say how many pieces were shipped; the line counts as not shipped";
                warnings.push(row.wrong(Heading::LineFulfillmentStatus, reason));
            }
            if line.requires_shipping && (all || state == "fulfilled") {
                line.fulfilled_quantity = line.quantity;
                pieces.push((line.id, line.quantity));
            }
        }
        if pieces.is_empty() {
            return Ok(None);
        }
        let at = self.time(Heading::FulfilledAt)?.unwrap_or(placed_at);
        Ok(Some(Fulfilment {
            id: ctx.new_id(),
            state: FulfilmentState::InTransit,
            location_id: None,
            carrier: String::new(),
            tracking_number: String::new(),
            tracking_url: String::new(),
            created_at: at,
            shipped_at: Some(at),
            lines: pieces,
        }))
    }

    /// Where the order and its parcels stand.
    pub(crate) fn status(
        &self,
        lines: &[OrderLine],
        payment: PaymentStatus,
        shipped: bool,
    ) -> Result<(OrderStatus, FulfilmentStatus), Complaint> {
        let stated = self.text(Heading::FulfillmentStatus).eq_ignore_ascii_case("fulfilled");
        let left = lines.iter().any(|line| line.left_to_ship() > 0);
        let settled = matches!(
            payment,
            PaymentStatus::Paid | PaymentStatus::Authorized | PaymentStatus::PartiallyRefunded
        );
        let fulfilment = match (left, shipped) {
            (false, _) if shipped || stated || settled => FulfilmentStatus::Fulfilled,
            (true, true) => FulfilmentStatus::Partial,
            (_, _) => FulfilmentStatus::Unfulfilled,
        };
        let status = if self.time(Heading::CancelledAt)?.is_some() {
            OrderStatus::Cancelled
        } else if payment == PaymentStatus::Refunded {
            OrderStatus::Refunded
        } else {
            match fulfilment {
                FulfilmentStatus::Fulfilled => OrderStatus::Fulfilled,
                FulfilmentStatus::Partial => OrderStatus::PartiallyFulfilled,
                FulfilmentStatus::Unfulfilled | FulfilmentStatus::Returned if settled => OrderStatus::Confirmed,
                FulfilmentStatus::Unfulfilled | FulfilmentStatus::Returned => match payment {
                    PaymentStatus::Voided | PaymentStatus::Failed => OrderStatus::Cancelled,
                    _ => OrderStatus::Pending,
                },
            }
        };
        Ok((status, fulfilment))
    }
}
