//! One parcel: what is in it, where it is, and how it goes on.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use kernel::{FieldError, FulfilmentId, Invalid, Locale};
use orders::{ChangeError, Fulfilment, FulfilmentState, MoveParcel, OrderDetails, Tracking};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Path, Problem, Staff, Visitor, can};

use crate::{
    forms::{Choice, Errors, choices},
    orders::{Nothing, problem, said},
};

/// What is said of a parcel. Without a state only how it is followed is said.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    state: String,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
}

#[derive(Serialize)]
struct ParcelPage {
    parcel: ParcelView,
    location: String,
    next: Vec<Choice>,
    waits: bool,
    form: MoveForm,
    errors: Errors,
    refused: Option<String>,
}

/// A parcel, on its page and on its packing slip.
#[derive(Serialize)]
struct ParcelView {
    id: String,
    /// Its place among the parcels of the order, from 1.
    number: usize,
    order_id: String,
    order_number: String,
    placed_at: String,
    state: &'static str,
    shipping_name: String,
    shipping_address: Vec<String>,
    customer_note: String,
    created_at: String,
    shipped_at: Option<String>,
    tracking_url: String,
    pieces: Vec<PieceView>,
}

#[derive(Serialize)]
struct PieceView {
    title: String,
    variant_title: String,
    sku: String,
    properties: BTreeMap<String, String>,
    quantity: i64,
    /// How many of them were ordered, in all parcels.
    ordered: i64,
}

pub(crate) async fn show(staff: Staff<can::ReadOrders>, Path(id): Path<FulfilmentId>) -> Answer {
    let (details, parcel) = find(&staff, id).await?;
    let form = MoveForm {
        carrier: parcel.carrier.clone(),
        tracking_number: parcel.tracking_number.clone(),
        tracking_url: parcel.tracking_url.clone(),
        ..MoveForm::default()
    };
    render(
        &staff,
        StatusCode::OK,
        (&details, &parcel),
        form,
        (Errors::default(), None),
    )
    .await
}

async fn find(visitor: &Visitor, id: FulfilmentId) -> Result<(OrderDetails, Fulfilment), Problem> {
    let mut ctx = visitor.work.read();
    let order_id = orders::find_order_of_parcel(&mut ctx, id).await.map_err(problem)?;
    let details = orders::get(&mut ctx, order_id).await.map_err(problem)?;
    ctx.rollback().await;
    let parcel = details.fulfilments.iter().find(|parcel| parcel.id == id).cloned();
    parcel.map(|parcel| (details, parcel)).ok_or_else(Problem::not_found)
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    (details, parcel): (&OrderDetails, &Fulfilment),
    form: MoveForm,
    (errors, refused): (Errors, Option<String>),
) -> Answer {
    let mut ctx = visitor.work.read();
    let location = match parcel.location_id {
        Some(id) => inventory::find_location(&mut ctx, id).await?,
        None => None,
    };
    ctx.rollback().await;
    let next = FulfilmentState::ALL.iter().filter(|to| parcel.state.next(**to).is_ok());
    let view = ParcelPage {
        parcel: ParcelView::of(details, parcel, visitor.locale),
        location: location.map(|one| one.terms.name).unwrap_or_default(),
        next: choices(visitor, "admin-parcel-to", next.map(|state| state.as_str())),
        waits: !parcel.state.has_left(),
        form,
        errors,
        refused,
    };
    visitor.page_with_status(status, "admin/parcels/parcel.html", &view)
}

impl ParcelView {
    fn of(details: &OrderDetails, parcel: &Fulfilment, locale: Locale) -> Self {
        let order = &details.order;
        let address = order.shipping_address.as_ref();
        let piece = |(line, quantity): &(kernel::OrderLineId, i64)| {
            let line = details.lines.iter().find(|known| known.id == *line)?;
            Some(PieceView {
                title: line.title.clone(),
                variant_title: line.variant_title.clone(),
                sku: line.sku.clone().unwrap_or_default(),
                properties: line.properties.clone(),
                quantity: *quantity,
                ordered: line.quantity,
            })
        };
        let place = details.fulfilments.iter().position(|known| known.id == parcel.id);
        Self {
            id: parcel.id.to_string(),
            number: place.map_or(1, |place| place + 1),
            order_id: order.id.to_string(),
            order_number: order.number.clone(),
            placed_at: order.placed_at.to_rfc3339(),
            state: parcel.state.as_str(),
            shipping_name: order.shipping_name.clone(),
            shipping_address: address.map(|address| address.label_lines(locale)).unwrap_or_default(),
            customer_note: order.customer_note.clone(),
            created_at: parcel.created_at.to_rfc3339(),
            shipped_at: parcel.shipped_at.map(|at| at.to_rfc3339()),
            tracking_url: parcel.tracking_url.clone(),
            pieces: parcel.lines.iter().filter_map(piece).collect(),
        }
    }
}

/// The packing slip: what the parcel holds and where it goes, without prices, for printing.
pub(crate) async fn slip(staff: Staff<can::ReadOrders>, Path(id): Path<FulfilmentId>) -> Answer {
    let (details, parcel) = find(&staff, id).await?;
    staff.page(
        "admin/parcels/slip.html",
        &ParcelView::of(&details, &parcel, staff.locale),
    )
}

/// Moves the parcel on, or says anew how it is followed.
pub(crate) async fn change(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<FulfilmentId>,
    OnceForm { form, request }: OnceForm<MoveForm>,
) -> Answer {
    let changed = web::write_form(&staff, &request, async |ctx| {
        let tracking = Tracking {
            carrier: form.carrier.clone(),
            number: form.tracking_number.clone(),
            url: form.tracking_url.clone(),
        };
        if form.state.is_empty() {
            orders::track(ctx, id, tracking).await?;
        } else {
            let state = FulfilmentState::parse(&form.state);
            let unknown = || FieldError::new("state", "invalid_value", "is no state of a parcel");
            let change = MoveParcel {
                fulfilment_id: id,
                state: state.ok_or_else(unknown)?,
                tracking: Some(tracking),
            };
            orders::move_parcel(ctx, change).await?;
        }
        Ok::<_, ChangeError>(Done::to(format!("/admin/parcels/{id}")).saying("admin-flash-saved"))
    });
    match changed.await? {
        Ok(response) => Ok(response),
        Err(error) => {
            let (status, told) = tell(&staff, error)?;
            let (details, parcel) = find(&staff, id).await?;
            render(&staff, status, (&details, &parcel), form, told).await
        }
    }
}

/// What is wrong: at its field, or as a whole.
fn tell(visitor: &Visitor, error: ChangeError) -> Result<(StatusCode, (Errors, Option<String>)), Problem> {
    if let ChangeError::Invalid(error) = error {
        let errors = Errors::of(visitor, Invalid::from(error));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, (errors, None)));
    }
    match said(visitor, &error) {
        Some(sentence) => Ok((StatusCode::CONFLICT, (Errors::default(), Some(sentence)))),
        None => Err(problem(error)),
    }
}

#[derive(Serialize)]
struct UnpackView {
    id: String,
    order_number: String,
}

pub(crate) async fn ask(staff: Staff<can::FulfilOrders>, Path(id): Path<FulfilmentId>) -> Answer {
    let (details, parcel) = find(&staff, id).await?;
    if parcel.state.has_left() {
        return Ok(Redirect::to(&format!("/admin/parcels/{id}")).into_response());
    }
    let view = UnpackView {
        id: id.to_string(),
        order_number: details.order.number,
    };
    staff.page("admin/parcels/unpack.html", &view)
}

pub(crate) async fn unpack(
    staff: Staff<can::FulfilOrders>,
    Path(id): Path<FulfilmentId>,
    OnceForm {
        form: Nothing {},
        request,
    }: OnceForm<Nothing>,
) -> Answer {
    let unpacked = web::write_form(&staff, &request, async |ctx| {
        let order = orders::unpack(ctx, id).await?;
        Ok::<_, ChangeError>(Done::to(format!("/admin/orders/{}", order.id)).saying("admin-flash-unpacked"))
    });
    match unpacked.await? {
        Ok(response) => Ok(response),
        Err(ChangeError::IllegalTransition(_)) => {
            staff.flash("admin-flash-left-already");
            Ok(Redirect::to(&format!("/admin/parcels/{id}")).into_response())
        }
        Err(error) => Err(problem(error)),
    }
}
