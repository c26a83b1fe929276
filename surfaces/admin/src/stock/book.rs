//! Books or moves what is typed into the rows of the list.

use axum::http::StatusCode;
use inventory::{Book, BookError, BookLine, Booking, Transfer, TransferError};
use kernel::{FieldError, Invalid, LocationId};
use web::{Answer, Done, OnceForm, Problem, Staff, can};

use super::list::{StockForm, TRANSFER, Typed, render};
use crate::lists;

/// Why nothing is booked.
pub(super) enum Refused {
    /// The form says why.
    Form(Invalid),
    /// There is no form to say it.
    Page(Problem),
}

pub(crate) async fn book(staff: Staff<can::AdjustStock>, OnceForm { form, request }: OnceForm<StockForm>) -> Answer {
    let booked = web::write_form(&staff, &request, async |ctx| {
        let written = write(ctx, &form).await.map_err(Refused::Page)?;
        written.map_err(Refused::Form)?;
        let query = form.query();
        let parts = [
            ("q", query.q),
            ("location", query.location),
            ("state", query.state),
            ("sort", query.sort),
            ("cursor", query.cursor),
        ];
        Ok(Done::to(lists::address("/admin/stock", &parts)).saying("admin-flash-stock"))
    });
    match booked.await? {
        Ok(response) => Ok(response),
        Err(Refused::Page(problem)) => Err(problem),
        Err(Refused::Form(invalid)) => {
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form.query(), form, invalid).await
        }
    }
}

/// Books or moves what is typed; the inner error is for the form.
async fn write(ctx: &mut database::Ctx, form: &StockForm) -> Result<Result<(), Invalid>, Problem> {
    let typed = match form.typed() {
        Ok(typed) => typed,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let done = if form.kind == TRANSFER {
        transfer(ctx, form, &typed).await?
    } else {
        let booking = Booking::parse(&form.kind)
            .ok_or_else(|| FieldError::new("kind", "invalid_value", "is not something that can be booked"))?;
        let lines = typed.iter().map(|row| BookLine {
            variant_id: row.variant_id,
            location_id: row.location_id,
            quantity: row.quantity,
        });
        let book = Book {
            booking,
            lines: lines.collect(),
            reason: form.reason.clone(),
            reference: form.reference.clone(),
        };
        booked(inventory::book(ctx, &book).await)?
    };
    Ok(done.map_err(|invalid| on_rows(invalid, &typed)))
}

/// What a booking's error is to a form; the outer error is for the page.
pub(super) fn booked(done: Result<(), BookError>) -> Result<Result<(), Invalid>, Problem> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(BookError::Invalid(invalid)) => Ok(Err(invalid)),
        Err(BookError::BelowReserved { line }) => Ok(Err(too_few(line, "below_reserved"))),
        Err(BookError::BelowZero { line, .. }) => Ok(Err(too_few(line, "below_zero"))),
        Err(BookError::NotFound) => Err(Problem::not_found()),
        Err(BookError::Forbidden(error)) => Err(error.into()),
        Err(BookError::Internal(error)) => Err(error.into()),
    }
}

fn too_few(line: usize, code: &'static str) -> Invalid {
    FieldError::new(format!("lines.{line}.quantity"), code, "would leave too few").into()
}

/// Moves the rows, which must all be of one location.
async fn transfer(ctx: &mut database::Ctx, form: &StockForm, typed: &[Typed]) -> Result<Result<(), Invalid>, Problem> {
    let Some(from) = typed.first().map(|row| row.location_id) else {
        return Ok(Ok(()));
    };
    let Ok(to) = form.to.parse::<LocationId>() else {
        return Ok(Err(FieldError::required("to").into()));
    };
    if let Some(line) = typed.iter().position(|row| row.location_id != from) {
        let message = "lies at another location than the first row";
        return Ok(Err(FieldError::new(
            format!("lines.{line}.quantity"),
            "other_location",
            message,
        )
        .into()));
    }
    let moved = Transfer {
        from,
        to,
        lines: typed.iter().map(|row| (row.variant_id, row.quantity)).collect(),
        reason: form.reason.clone(),
        reference: form.reference.clone(),
    };
    match inventory::transfer(ctx, &moved).await {
        Ok(()) => Ok(Ok(())),
        Err(TransferError::Invalid(invalid)) => Ok(Err(invalid)),
        Err(TransferError::TooFew { line, free }) => {
            let message = format!("only {free} can move");
            Ok(Err(FieldError::new(
                format!("lines.{line}.quantity"),
                "too_few",
                message,
            )
            .into()))
        }
        Err(TransferError::NotFound) => Err(Problem::not_found()),
        Err(TransferError::Forbidden(error)) => Err(error.into()),
        Err(TransferError::Internal(error)) => Err(error.into()),
    }
}

/// Lines of a booking are rows of the form.
fn on_rows(mut invalid: Invalid, typed: &[Typed]) -> Invalid {
    for error in &mut invalid.0 {
        let line = error
            .field
            .strip_prefix("lines.")
            .and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
        if let Some(row) = line.and_then(|line| typed.get(line)) {
            error.field = format!("row.{}", row.index);
        }
    }
    invalid
}
