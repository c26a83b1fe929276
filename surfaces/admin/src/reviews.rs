//! Reviews: what shoppers say of products, looked at before or after others see it.

mod list;
mod page;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::ReviewId;
use reviews::{Chosen, DecideError, ListError};
use web::Problem;

use crate::Desk;

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/reviews", get(list::show).post(list::decide))
        .route("/admin/reviews/{id}", get(page::show))
        .route("/admin/reviews/{id}/decide", post(page::decide))
        .route("/admin/reviews/{id}/reply", post(page::reply))
        .route("/admin/reviews/{id}/photos/remove", post(page::remove_photo))
}

/// A review and its version as forms hold them, `rev_….3`.
fn read_chosen(text: &str) -> Option<Chosen> {
    let (id, version) = text.split_once('.')?;
    Some(Chosen {
        id: id.parse::<ReviewId>().ok()?,
        version: version.parse().ok()?,
    })
}

fn write_chosen(chosen: &Chosen) -> String {
    format!("{}.{}", chosen.id, chosen.version)
}

fn list_problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Cursor(error) => kernel::Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    }
}

fn decide_problem(error: DecideError) -> Problem {
    match error {
        DecideError::Forbidden(error) => error.into(),
        DecideError::Invalid(invalid) => invalid.into(),
        DecideError::Internal(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_holds_comes_back() {
        let id = kernel::TypedId::generate(kernel::Time::UNIX_EPOCH, &kernel::SeededEntropy::new(1));
        let chosen = Chosen { id, version: 3 };
        assert_eq!(read_chosen(&write_chosen(&chosen)), Some(chosen));
        for odd in ["", ".", "rev_x.1", &id.to_string(), &format!("{id}.x")] {
            assert_eq!(read_chosen(odd), None, "{odd}");
        }
    }
}
