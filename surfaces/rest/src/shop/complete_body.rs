//! What completes a cart: how it is paid, and what the shopper saw.

use checkout::{PayWith, Totals};
use kernel::{Currency, PaymentMethodId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

use super::totals::ExpectedTotals;
use crate::wire::{Money, ids, present};

/// How a cart is paid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteCart {
    /// May be missing where the total is 0, and is not used there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Payment, required = false)]
    pub(super) payment: Option<Payment>,
    /// The total the shopper saw. When it is another by now, nothing is charged and the answer is 409.
    expected_total: Option<Money>,
    /// The cart's `totals` as the shopper saw them, in place of `expected_total`. When any of them is another by now, also one that leaves
    /// the total as it is, nothing is charged, and the 409 tells in `changed` which of them are others.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ExpectedTotals, required = false)]
    expected_totals: Option<ExpectedTotals>,
}

impl CompleteCart {
    /// The total that the shopper saw, and what it was made of.
    pub(super) fn expected(&self, currency: Currency) -> Result<(Option<kernel::Money>, Option<Totals>), Problem> {
        let alone = self.expected_total.clone();
        let alone = alone.map(|total| total.parse("expected_total")).transpose()?;
        let Some(totals) = self.expected_totals.clone() else {
            return Ok((alone, None));
        };
        let totals = totals.parse("expected_totals", currency)?;
        if alone.is_some_and(|total| total != totals.total) {
            let message = "must be the total of expected_totals, or left out";
            return Err(Problem::field("expected_total", "not_the_same", message));
        }
        Ok((Some(totals.total), Some(totals)))
    }
}

/// A card that is typed in, as `gateway` and `token`; or a saved one, as `method` alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Payment {
    /// The gateway's name, such as `sandbox`.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 50, example = "sandbox", nullable = false)]
    gateway: Option<String>,
    /// What the gateway's own script made of the card, such as `tok_success`.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 500, example = "tok_success", nullable = false)]
    token: Option<String>,
    /// Whether the gateway is to keep the card for the signed-in customer.
    #[serde(default)]
    save: bool,
    /// A saved card of the signed-in customer: see `GET /me/payment-methods`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ids::PaymentMethodId>, nullable = false)]
    method: Option<PaymentMethodId>,
}

impl Payment {
    pub(super) fn read(self) -> Result<PayWith, Problem> {
        let (gateway, token) = match self {
            Self {
                method: Some(id),
                gateway: None,
                token: None,
                save: false,
            } => return Ok(PayWith::Saved(id)),
            Self { method: Some(_), .. } => {
                let message = "is paid with alone: without gateway, token and save";
                return Err(Problem::field("payment.method", "not_alone", message));
            }
            Self { gateway, token, .. } => (gateway, token),
        };
        let required = |field: &str| Problem::field(field, "required", "is required");
        let is_there = |text: &String| !text.is_empty();
        let gateway = gateway.filter(is_there).ok_or_else(|| required("payment.gateway"))?;
        let token = token.filter(is_there).ok_or_else(|| required("payment.token"))?;
        if token.chars().count() > 500 {
            let message = "may have at most 500 characters";
            return Err(Problem::field("payment.token", "too_long", message));
        }
        Ok(PayWith::Token {
            gateway,
            token,
            save: self.save,
        })
    }
}
