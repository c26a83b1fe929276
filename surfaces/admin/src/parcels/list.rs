//! The list of parcels, the orders that wait for one, and the pick list.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use inventory::Location;
use kernel::{Cursor, FieldError, LocationId, OrderId, PageRequest};
use orders::{ChangeError, Fulfil, FulfilmentState, ListError, Parcel, ParcelFilter, Tracking};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Problem, Query, Staff, Visitor, can};

use crate::{
    forms::{Choice, Errors, choices},
    lists::{self, Rows},
};

/// The most orders that are begun, or parcels that are listed to be picked, at once.
const MOST: u16 = 100;

/// Which parcels are shown first: those that have not left.
const HERE: &str = "here";
/// Those that have not arrived and did not come back.
const OPEN: &str = "open";

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct ParcelsQuery {
    /// A state, `here`, `open`, or nothing for every parcel.
    state: String,
    location: String,
    cursor: String,
}

impl Default for ParcelsQuery {
    fn default() -> Self {
        Self {
            state: HERE.to_owned(),
            location: String::new(),
            cursor: String::new(),
        }
    }
}

/// Orders to be picked at a location.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BeginForm {
    order: Vec<String>,
    location: String,
}

impl BeginForm {
    /// The orders by id, so that two who begin the same ones wait for each other in the same order.
    fn read(&self) -> Result<(Vec<OrderId>, LocationId), FieldError> {
        let location = self.location.parse().map_err(|_e| FieldError::required("location"))?;
        let orders: Result<Vec<OrderId>, _> = self.order.iter().map(|id| id.parse()).collect();
        let mut orders = orders.unwrap_or_default();
        orders.sort_unstable();
        orders.dedup();
        if orders.is_empty() || orders.len() > usize::from(MOST) {
            return Err(FieldError::new("order", "choose_orders", "choose 1 to 100 orders"));
        }
        Ok((orders, location))
    }
}

#[derive(Serialize)]
struct ParcelsView {
    parcels: Rows<ParcelRow>,
    waiting: Vec<WaitingRow>,
    states: Vec<Choice>,
    /// Where parcels can be picked.
    pick_at: Vec<Choice>,
    locations: Vec<Choice>,
    state: String,
    location: String,
    errors: Errors,
}

#[derive(Serialize)]
struct ParcelRow {
    id: String,
    order_id: String,
    order_number: String,
    state: &'static str,
    location: String,
    recipient: String,
    shipping_name: String,
    tracking: String,
    pieces: i64,
    created_at: String,
}

/// An order with pieces that are in no parcel.
#[derive(Serialize)]
struct WaitingRow {
    id: String,
    number: String,
    name: String,
    pieces: i64,
    placed_at: String,
    chosen: bool,
}

#[derive(Serialize)]
struct PickListView {
    location: String,
    at: String,
    articles: Vec<ArticleView>,
    parcels: Vec<PickView>,
    more: bool,
}

/// How many pieces of one variant all parcels need together.
#[derive(Serialize)]
struct ArticleView {
    title: String,
    variant_title: String,
    sku: String,
    quantity: i64,
}

#[derive(Serialize)]
struct PickView {
    order_number: String,
    recipient: String,
    shipping_name: String,
    pieces: Vec<ArticleView>,
}

pub(crate) async fn show(staff: Staff<can::ReadOrders>, Query(query): Query<ParcelsQuery>) -> Answer {
    render(&staff, StatusCode::OK, query, BeginForm::default(), Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, query: ParcelsQuery, form: BeginForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let page = orders::list_parcels(&mut ctx, &filter(&query), &lists::request(&query.cursor))
        .await
        .map_err(problem)?;
    let locations = inventory::list_locations(&mut ctx).await?;
    let waiting = waiting(&mut ctx, &form).await?;
    ctx.rollback().await;
    let choice = |location: &Location| Choice {
        value: location.id.to_string(),
        label: location.terms.name.clone(),
    };
    let states = FulfilmentState::ALL.iter().map(|state| state.as_str());
    let states = [HERE, OPEN].into_iter().chain(states);
    let view = ParcelsView {
        parcels: Rows::new(page, &query.cursor, |parcel| parcel_row(&parcel, &locations)),
        waiting,
        states: choices(visitor, "admin-parcel", states),
        pick_at: locations.iter().filter(|one| one.terms.active).map(choice).collect(),
        locations: locations.iter().map(choice).collect(),
        state: query.state,
        location: query.location,
        errors,
    };
    visitor.page_with_status(status, "admin/parcels/list.html", &view)
}

/// What cannot be read narrows nothing.
fn filter(query: &ParcelsQuery) -> ParcelFilter {
    let all = FulfilmentState::ALL.iter().copied();
    let states = match query.state.as_str() {
        HERE => all.filter(|state| !state.has_left()).collect(),
        OPEN => all
            .filter(|state| !matches!(state, FulfilmentState::Delivered | FulfilmentState::Returned))
            .collect(),
        state => FulfilmentState::parse(state).into_iter().collect(),
    };
    ParcelFilter {
        states,
        location_id: query.location.parse().ok(),
    }
}

/// What a location is called; empty when no location is meant.
fn name_of(locations: &[Location], id: Option<LocationId>) -> String {
    let location = locations.iter().find(|location| Some(location.id) == id);
    location.map(|location| location.terms.name.clone()).unwrap_or_default()
}

/// The orders that wait for a parcel, oldest first.
async fn waiting(ctx: &mut database::Ctx, form: &BeginForm) -> Result<Vec<WaitingRow>, Problem> {
    let orders = orders::list_unpacked(ctx, MOST).await.map_err(problem)?;
    let row = |order: orders::UnpackedOrder| WaitingRow {
        chosen: form.order.contains(&order.id.to_string()),
        id: order.id.to_string(),
        number: order.number,
        name: order.recipient,
        pieces: order.pieces,
        placed_at: order.placed_at.to_rfc3339(),
    };
    Ok(orders.into_iter().map(row).collect())
}

fn parcel_row(parcel: &Parcel, locations: &[Location]) -> ParcelRow {
    let tracking = [parcel.carrier.as_str(), parcel.tracking_number.as_str()];
    let tracking: Vec<&str> = tracking.into_iter().filter(|text| !text.is_empty()).collect();
    ParcelRow {
        id: parcel.id.to_string(),
        order_id: parcel.order_id.to_string(),
        order_number: parcel.order_number.clone(),
        state: parcel.state.as_str(),
        location: name_of(locations, parcel.location_id),
        recipient: parcel.recipient.clone(),
        shipping_name: parcel.shipping_name.clone(),
        tracking: tracking.join(" "),
        pieces: parcel.pieces.iter().map(|piece| piece.quantity).sum(),
        created_at: parcel.created_at.to_rfc3339(),
    }
}

/// Begins a parcel for each order, with all that is in no parcel yet, and goes to the pick list. All of them or none.
pub(crate) async fn begin(staff: Staff<can::FulfilOrders>, OnceForm { form, request }: OnceForm<BeginForm>) -> Answer {
    let begun = web::write_form(&staff, &request, async |ctx| {
        let (orders, location_id) = form.read()?;
        for order_id in orders {
            let parcel = Fulfil {
                order_id,
                lines: None,
                state: FulfilmentState::Picking,
                location_id: Some(location_id),
                tracking: Tracking::default(),
            };
            orders::fulfil(ctx, parcel).await?;
        }
        let list = format!("/admin/parcels/pick-list?location={location_id}");
        Ok::<_, ChangeError>(Done::to(list).saying("admin-flash-picking"))
    });
    let errors = match begun.await? {
        Ok(response) => return Ok(response),
        Err(ChangeError::NothingToShip | ChangeError::IllegalTransition(_) | ChangeError::NotFound) => {
            Errors::one(&staff, "order", "no_longer_waiting", "no longer waits for a parcel")
        }
        Err(ChangeError::Invalid(error)) if error.field == "location_id" => {
            Errors::one(&staff, "location", error.code, &error.message)
        }
        Err(ChangeError::Invalid(error)) => Errors::of(&staff, error.into()),
        Err(error) => return Err(crate::orders::problem(error)),
    };
    again(&staff, form, errors).await
}

async fn again(visitor: &Visitor, form: BeginForm, errors: Errors) -> Answer {
    let query = ParcelsQuery {
        location: form.location.clone(),
        ..ParcelsQuery::default()
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, query, form, errors).await
}

/// What is to be fetched from the shelves, in all and by parcel. For printing.
pub(crate) async fn pick_list(staff: Staff<can::ReadOrders>, Query(query): Query<ParcelsQuery>) -> Answer {
    let filter = ParcelFilter {
        states: vec![FulfilmentState::Picking],
        location_id: query.location.parse().ok(),
    };
    let mut ctx = staff.work.read();
    let request = PageRequest::first(MOST).after(
        Some(query.cursor)
            .filter(|text| !text.is_empty())
            .map(Cursor::from_text),
    );
    let page = orders::list_parcels(&mut ctx, &filter, &request)
        .await
        .map_err(problem)?;
    let locations = inventory::list_locations(&mut ctx).await?;
    ctx.rollback().await;
    let mut articles: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    for piece in page.items.iter().flat_map(|parcel| &parcel.pieces) {
        let key = (piece.sku.clone(), piece.title.clone(), piece.variant_title.clone());
        *articles.entry(key).or_default() += piece.quantity;
    }
    let article = |((sku, title, variant_title), quantity): ((String, String, String), i64)| ArticleView {
        title,
        variant_title,
        sku,
        quantity,
    };
    let view = PickListView {
        location: name_of(&locations, filter.location_id),
        at: staff.work.now().to_rfc3339(),
        articles: articles.into_iter().map(article).collect(),
        more: page.next_cursor.is_some(),
        parcels: page.items.into_iter().map(pick_view).collect(),
    };
    staff.page("admin/parcels/pick_list.html", &view)
}

fn pick_view(parcel: Parcel) -> PickView {
    let piece = |piece: orders::Piece| ArticleView {
        title: piece.title,
        variant_title: piece.variant_title,
        sku: piece.sku,
        quantity: piece.quantity,
    };
    PickView {
        order_number: parcel.order_number,
        recipient: parcel.recipient,
        shipping_name: parcel.shipping_name,
        pieces: parcel.pieces.into_iter().map(piece).collect(),
    }
}

fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => error.into(),
        ListError::Internal(error) => error.into(),
    }
}
