//! The saved cards of a customer.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::PaymentMethodId;
use payments::ChangeMethodError;
use serde::Serialize;
use web::{Path, Problem, SignedIn};

use crate::{Shop, layout, saved_cards::SavedCardView};

#[derive(Serialize)]
struct CardsView {
    cards: Vec<SavedCardView>,
    /// What went wrong, a key of the texts.
    trouble: Option<&'static str>,
}

#[derive(Serialize)]
struct RemoveView {
    card: SavedCardView,
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    render(&visitor, StatusCode::OK, None).await
}

pub(crate) async fn make_default(visitor: SignedIn, Path(id): Path<PaymentMethodId>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    match payments::make_method_default(&mut ctx, visitor.customer, id).await {
        Ok(_method) => {
            ctx.commit().await?;
            visitor.flash("cards-saved");
            Ok(Redirect::to("/account/cards").into_response())
        }
        Err(ChangeMethodError::Expired) => {
            ctx.rollback().await;
            render(&visitor, StatusCode::CONFLICT, Some("field-card-expired")).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// Asks before a card is removed.
pub(crate) async fn ask_to_remove(visitor: SignedIn, Path(id): Path<PaymentMethodId>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let method = payments::find_method(&mut ctx, visitor.customer, id).await?;
    ctx.rollback().await;
    let method = method.ok_or_else(Problem::not_found)?;
    let view = RemoveView {
        card: SavedCardView::new(&method, visitor.work.now()),
    };
    layout::page(&visitor, "storefront/account/card_remove.html", &view).await
}

pub(crate) async fn remove(
    visitor: SignedIn,
    State(shop): State<Shop>,
    Path(id): Path<PaymentMethodId>,
) -> Result<Response, Problem> {
    checkout::remove_method_flow(&visitor.work, &shop.gateways, visitor.customer, id)
        .await
        .map_err(problem)?;
    visitor.flash("cards-removed");
    Ok(Redirect::to("/account/cards").into_response())
}

fn problem(error: ChangeMethodError) -> Problem {
    match error {
        ChangeMethodError::NotFound => Problem::not_found(),
        ChangeMethodError::Expired => Problem::conflict("method_expired", error.to_string()),
        ChangeMethodError::Internal(error) => error.into(),
    }
}

async fn render(visitor: &SignedIn, status: StatusCode, trouble: Option<&'static str>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let methods = payments::list_methods(&mut ctx, visitor.customer).await?;
    ctx.rollback().await;
    let now = visitor.work.now();
    let view = CardsView {
        cards: methods.iter().map(|method| SavedCardView::new(method, now)).collect(),
        trouble,
    };
    layout::page_with_status(visitor, status, "storefront/account/cards.html", &view).await
}
