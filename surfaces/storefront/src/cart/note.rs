//! What the shopper wants the shop to know.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use cart::{CartError, Changes};
use serde::Deserialize;
use web::{Form, Problem, Visitor};

use super::{Extras, Message, refuse, render};

#[derive(Debug, Deserialize)]
pub(crate) struct NoteForm {
    #[serde(default)]
    note: String,
}

pub(crate) async fn save(visitor: Visitor, Form(form): Form<NoteForm>) -> Result<Response, Problem> {
    let Some(cart) = visitor.cart() else {
        return Ok(Redirect::to("/cart").into_response());
    };
    let changes = Changes {
        customer_note: Some(form.note.trim().to_owned()),
        ..Changes::default()
    };
    let mut ctx = visitor.work.write();
    match cart::change(&mut ctx, cart, changes, None).await {
        Ok(()) => {
            ctx.commit().await?;
            visitor.flash("cart-note-saved");
            Ok(Redirect::to("/cart").into_response())
        }
        Err(CartError::Invalid(_)) => {
            ctx.rollback().await;
            let extras = Extras {
                note: Some(form.note),
                message: Some(Message::new("cart-note-too-long")),
                ..Extras::default()
            };
            render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, extras).await
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&visitor, error, None).await
        }
    }
}
