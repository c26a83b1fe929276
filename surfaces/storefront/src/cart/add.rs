//! Puts a product into the cart. What is wrong with what was filled in is told on the product's page.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use cart::{AddLine, CartError, Properties};
use checkout::Step;
use kernel::{FieldError, Invalid, VariantId};
use serde::Deserialize;
use web::{Done, OnceForm, Problem, Visitor};

use super::{local_path, quantity, refuse, tell};
use crate::{
    Shop,
    buying::Typed,
    product::{self, ProductQuery},
    queue::turn_away,
};

#[derive(Debug, Deserialize)]
pub(crate) struct AddForm {
    #[serde(default)]
    variant: String,
    #[serde(default = "one")]
    quantity: String,
    /// The labels of the personal fields; `property` belongs to them.
    #[serde(default)]
    property_name: Vec<String>,
    #[serde(default)]
    property: Vec<String>,
    /// The page to go back to.
    #[serde(default)]
    back: String,
}

fn one() -> String {
    "1".to_owned()
}

/// Adds to the cart, and makes one for a visitor who has none.
pub(crate) async fn add(
    visitor: Visitor,
    State(shop): State<Shop>,
    OnceForm { form, request }: OnceForm<AddForm>,
) -> Result<Response, Problem> {
    let Ok(variant_id) = form.variant.parse::<VariantId>() else {
        return tell(&visitor, "cart-not-for-sale").await;
    };
    let Some(quantity) = quantity(&form.quantity) else {
        return tell(&visitor, "cart-quantity-wrong").await;
    };
    if let Some(away) = turn_away(&visitor, &shop, Step::Add(&[variant_id])).await? {
        return Ok(away);
    }
    let typed: BTreeMap<String, String> = form.property_name.into_iter().zip(form.property).collect();
    let typed = Typed {
        quantity: form.quantity.clone(),
        properties: typed,
        ..Typed::default()
    };
    let properties = match Properties::new(written(&typed.properties)) {
        Ok(properties) => properties,
        Err(error) => return refuse_on_page(&visitor, variant_id, typed, outside(error)).await,
    };
    let line = AddLine {
        variant_id,
        quantity,
        properties,
    };
    let added = web::write_form(&visitor, &request, async |ctx| {
        let cart = cart::add_to(ctx, visitor.cart(), vec![line]).await?;
        let done = Done::to(local_path(&form.back, "/cart")).saying("cart-added");
        Ok(done.with_cart(cart))
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(CartError::Properties(invalid)) => refuse_on_page(&visitor, variant_id, typed, invalid).await,
        Err(CartError::Quantity { refusal, .. }) => {
            let typed = Typed {
                refusal: Some(refusal),
                ..typed
            };
            refuse_on_page(&visitor, variant_id, typed, Invalid::default()).await
        }
        Err(error) => refuse(&visitor, error, None).await,
    }
}

/// What was filled in; line ends come as browsers send them.
fn written(typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let filled = typed.iter().filter(|(_, text)| !text.trim().is_empty());
    filled
        .map(|(label, text)| (label.clone(), text.replace("\r\n", "\n")))
        .collect()
}

/// What no field of any product takes.
fn outside(error: FieldError) -> Invalid {
    FieldError::new("properties", "unknown_property", error.message).into()
}

/// The product's page with what was typed and what is wrong with it.
async fn refuse_on_page(
    visitor: &Visitor,
    variant: VariantId,
    typed: Typed,
    invalid: Invalid,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let sellable = catalog::sellable(&mut ctx, &[variant]).await?;
    ctx.rollback().await;
    let Some(found) = sellable.into_iter().next() else {
        return tell(visitor, "cart-not-for-sale").await;
    };
    let in_its_place = |error: FieldError| {
        let field = error.field.strip_prefix("lines.0.").unwrap_or(&error.field).to_owned();
        FieldError { field, ..error }
    };
    let typed = Typed {
        wrong: Invalid(invalid.0.into_iter().map(in_its_place).collect()),
        ..typed
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let query = ProductQuery {
        variant: variant.to_string(),
        ..ProductQuery::default()
    };
    product::render(visitor, status, found.slug, query, &typed).await
}
