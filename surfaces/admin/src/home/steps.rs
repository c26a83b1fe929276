//! What is to set up before the first order.

use axum::response::{IntoResponse as _, Redirect};
use catalog::{ProductFilter, Visibility};
use database::{
    Ctx,
    first_steps::{self, PutAwayError},
    store_settings::load_store_settings,
};
use serde::Serialize;
use web::{Answer, Problem, Staff, can};

use crate::{Desk, products::list as product_list};

/// The gateway that takes no money.
const SANDBOX: &str = "sandbox";

/// Something to set up.
#[derive(Serialize)]
pub(super) struct Step {
    name: &'static str,
    done: bool,
    /// Where it is set up; empty for what is no page of the desk.
    url: &'static str,
}

/// What is to set up in a store that has not sold anything; nothing when all of it is done, or somebody put the list away.
pub(super) async fn steps(ctx: &mut Ctx, desk: &Desk, has_sold: bool) -> Result<Option<Vec<Step>>, Problem> {
    if has_sold || first_steps::are_put_away(ctx).await? {
        return Ok(None);
    }
    let for_sale = ProductFilter {
        visibility: Visibility::Published,
        in_stock: Some(true),
        ..ProductFilter::default()
    };
    let products = catalog::count_products(ctx, &for_sale).await;
    let zones = shipping::list_zones(ctx).await?;
    let ships = zones.iter().any(|zone| zone.methods.iter().any(|method| method.active));
    let store = load_store_settings(ctx).await?.store;
    let (payment, takes_money) = payment(&desk.gateways.names());
    let steps = [
        ("owner", identity::has_owner(ctx).await?, "/admin/settings/staff"),
        ("address", store.address.is_some(), "/admin/settings/store"),
        ("sender", !store.sender_name.is_empty(), "/admin/settings/store"),
        (
            "product",
            products.map_err(product_list::problem)? > 0,
            "/admin/products/new",
        ),
        ("shipping", ships, "/admin/settings/shipping"),
        (
            "tax",
            !tax::load_nexus(ctx).await?.0.is_empty(),
            "/admin/settings/taxes",
        ),
        (payment, takes_money, ""),
    ];
    if steps.iter().all(|(_, done, _)| *done) {
        return Ok(None);
    }
    Ok(Some(steps.map(|(name, done, url)| Step { name, done, url }).into()))
}

/// The sandbox takes test payments, so it leaves the step open.
fn payment(names: &[&str]) -> (&'static str, bool) {
    let is_real = names.iter().any(|name| *name != SANDBOX);
    let is_test = !is_real && !names.is_empty();
    (if is_test { "payment-test" } else { "payment" }, is_real)
}

pub(crate) async fn put_away(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.write();
    first_steps::put_away(&mut ctx).await.map_err(|error| match error {
        PutAwayError::Forbidden(error) => Problem::from(error),
        PutAwayError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    staff.flash("admin-flash-steps-away");
    Ok(Redirect::to("/admin").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_payments_are_said_to_be_such() {
        let cases: [(&[&str], &str, bool); 4] = [
            (&[], "payment", false),
            (&[SANDBOX], "payment-test", false),
            (&["bank"], "payment", true),
            (&["bank", SANDBOX], "payment", true),
        ];
        for (names, step, done) in cases {
            assert_eq!(payment(names), (step, done), "{names:?}");
        }
    }
}
