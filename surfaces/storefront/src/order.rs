//! An order's status page, reached by the signed link of its mails or by the customer it belongs to.

pub(crate) mod invoices;

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use catalog::ProductName;
use database::Ctx;
use kernel::{Locale, OrderId, OrderLineId, ProductId};
use orders::{ChangeError, Fulfilment, Order, OrderDetails, OrderLine, OrderStatus, PaymentStatus};
use serde::{Deserialize, Serialize};
use web::{MoneyView, Path, Problem, Query, Visitor};

use crate::{
    Shop, layout,
    pushes::PushesView,
    reviews::{Link, of_order},
    views::{TaxView, TotalsView, day, label, moment},
};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct TokenQuery {
    #[serde(default)]
    pub(crate) token: String,
}

#[derive(Serialize)]
pub(crate) struct OrderView {
    id: String,
    /// Where it is told that the order is another, and which this is.
    live: String,
    version: i64,
    /// Whether it is the signed-in customer's, who may order it again.
    own: bool,
    /// What opens the order of somebody else, whose payment failed and who may go on from it.
    go_on: Option<String>,
    number: String,
    placed_at: String,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    steps: Vec<StepView>,
    cancelled: bool,
    lines: Vec<LineView>,
    totals: TotalsView,
    refunded: Option<MoneyView>,
    fulfilments: Vec<FulfilmentView>,
    shipping_address: Vec<String>,
    billing_address: Vec<String>,
    shipping_name: String,
    delivery: Option<DeliveryView>,
    email: String,
    /// Where what was bought can be reviewed, once something is on its way.
    reviews: Option<String>,
    invoices: Vec<invoices::InvoiceLink>,
    /// Nothing in a store that sends none.
    pushes: Option<PushesView>,
}

#[derive(Serialize)]
struct StepView {
    name: &'static str,
    done: bool,
    current: bool,
}

#[derive(Serialize)]
pub(crate) struct LineView {
    title: String,
    variant_title: String,
    /// Where the product is, if it has a page in the shop.
    slug: Option<String>,
    image_url: String,
    quantity: i64,
    properties: BTreeMap<String, String>,
    /// The price before discounts, as the sums count it.
    subtotal: Option<MoneyView>,
    refunded_quantity: i64,
}

#[derive(Serialize)]
struct FulfilmentView {
    state: &'static str,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    shipped_at: Option<String>,
    pieces: Vec<PieceView>,
}

/// Pieces of a line in a parcel.
#[derive(Serialize)]
struct PieceView {
    title: String,
    variant_title: String,
    quantity: i64,
}

pub(crate) async fn handler(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    require_reader(&visitor, &shop, id, &query.token)?;
    let details = load(&visitor, &shop, id, &query.token).await?;
    let mut ctx = visitor.work.read();
    let invoices = invoices::links(&mut ctx, id, &query.token).await?;
    let own = details.order.customer_id.is_some() && details.order.customer_id == visitor.customer();
    let view = shown(&mut ctx, details, query.token, own).await?;
    ctx.rollback().await;
    let view = OrderView { invoices, ..view };
    layout::page(&visitor, "storefront/order.html", &view).await
}

/// Refuses whoever has neither the order's link nor an account, without a look at the order.
pub(crate) fn require_reader(visitor: &Visitor, shop: &Shop, id: OrderId, token: &str) -> Result<(), Problem> {
    let may_read = visitor.customer().is_some() || orders::verify_access_token(&shop.link_key, id, token);
    may_read.then_some(()).ok_or_else(Problem::not_found)
}

/// The order, for whoever has its link or is its customer.
pub(crate) async fn load(visitor: &Visitor, shop: &Shop, id: OrderId, token: &str) -> Result<OrderDetails, Problem> {
    let mut ctx = visitor.work.read();
    let details = orders::get(&mut ctx, id).await.map_err(problem)?;
    ctx.rollback().await;
    let by_link = orders::verify_access_token(&shop.link_key, id, token);
    let is_own = details.order.customer_id.is_some() && details.order.customer_id == visitor.customer();
    (by_link || is_own).then_some(details).ok_or_else(Problem::not_found)
}

/// Where a page about the order hears that it is another.
pub(crate) fn live_path(id: OrderId, token: &str) -> String {
    if token.is_empty() {
        format!("/orders/{id}/live")
    } else {
        format!("/orders/{id}/live?token={token}")
    }
}

/// The order as its pages show it, with links to the products that have a page and the button for pushes; `own` is that it is the
/// signed-in customer's.
pub(crate) async fn shown(
    ctx: &mut Ctx,
    details: OrderDetails,
    token: String,
    own: bool,
) -> Result<OrderView, Problem> {
    let products: Vec<ProductId> = details.lines.iter().map(|line| line.product_id).collect();
    let (published, _next) = catalog::name_products(ctx, &products).await?;
    let pushes = PushesView::of_order(ctx, details.order.id, &token, own).await?;
    let lines = details.lines.iter().map(|line| line_view(line, &published)).collect();
    let locale = ctx.locale();
    Ok(OrderView {
        lines,
        pushes,
        ..view(details, token, own, locale)
    })
}

fn view(details: OrderDetails, token: String, own: bool, locale: Locale) -> OrderView {
    let order = details.order;
    let is_sent = matches!(
        order.status,
        OrderStatus::PartiallyFulfilled | OrderStatus::Fulfilled | OrderStatus::Delivered
    );
    let live = live_path(order.id, &token);
    let goes_on = !own && !token.is_empty() && order.payment_status == PaymentStatus::Failed;
    let link = Link {
        order: order.id.to_string(),
        token,
    };
    OrderView {
        live,
        version: order.version,
        reviews: is_sent.then(|| of_order::path(&link)),
        invoices: Vec::new(),
        pushes: None,
        id: order.id.to_string(),
        own,
        go_on: goes_on.then(|| link.token.clone()),
        placed_at: moment(order.placed_at),
        status: order.status.as_str(),
        payment_status: order.payment_status.as_str(),
        fulfilment_status: order.fulfilment_status.as_str(),
        steps: steps(order.status),
        cancelled: order.status == OrderStatus::Cancelled,
        lines: Vec::new(),
        totals: totals(&order),
        refunded: order.refunded_total.is_positive().then(|| order.refunded_total.into()),
        fulfilments: details
            .fulfilments
            .iter()
            .map(|parcel| parcel_view(parcel, &details.lines))
            .collect(),
        shipping_address: label(
            order
                .shipping_address
                .as_ref()
                .filter(|_| !order.shipping_code.is_empty()),
            locale,
        ),
        billing_address: label(order.billing_address.as_ref(), locale),
        shipping_name: order.shipping_name,
        delivery: order.delivery.map(DeliveryView::from),
        email: order.email.into_string(),
        number: order.number,
    }
}

fn parcel_view(parcel: &Fulfilment, lines: &[OrderLine]) -> FulfilmentView {
    let piece = |(id, quantity): &(OrderLineId, i64)| {
        let line = lines.iter().find(|line| line.id == *id)?;
        Some(PieceView {
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            quantity: *quantity,
        })
    };
    FulfilmentView {
        state: parcel.state.as_str(),
        carrier: parcel.carrier.clone(),
        tracking_number: parcel.tracking_number.clone(),
        tracking_url: parcel.tracking_url.clone(),
        shipped_at: parcel.shipped_at.map(moment),
        pieces: parcel.lines.iter().filter_map(piece).collect(),
    }
}

/// When the delivery was said to come, and the day that was chosen.
#[derive(Serialize)]
struct DeliveryView {
    earliest: String,
    latest: String,
    chosen: Option<String>,
}

impl From<orders::DeliveryDates> for DeliveryView {
    fn from(dates: orders::DeliveryDates) -> Self {
        Self {
            earliest: day(dates.earliest),
            latest: day(dates.latest),
            chosen: dates.chosen.map(day),
        }
    }
}

/// Placed, paid, shipped, delivered: how far an order has come.
fn steps(status: OrderStatus) -> Vec<StepView> {
    let reached = match status {
        OrderStatus::Pending | OrderStatus::Cancelled => 0,
        OrderStatus::Confirmed | OrderStatus::Processing | OrderStatus::Refunded => 1,
        OrderStatus::PartiallyFulfilled | OrderStatus::Fulfilled => 2,
        OrderStatus::Delivered => 3,
    };
    ["placed", "paid", "shipped", "delivered"]
        .into_iter()
        .enumerate()
        .map(|(index, name)| StepView {
            name,
            done: index <= reached,
            current: index == reached,
        })
        .collect()
}

/// The sums of an order, as they were when it was placed.
pub(crate) fn totals(order: &Order) -> TotalsView {
    let positive = |money: kernel::Money| money.is_positive().then(|| MoneyView::from(money));
    TotalsView {
        items: order.items_total.into(),
        discount: positive(order.discount_total),
        shipping: (!order.shipping_code.is_empty()).then(|| order.shipping_total.into()),
        shipping_discount: positive(order.shipping_discount),
        taxes: order
            .explanation
            .taxes
            .iter()
            .map(|share| TaxView {
                name: share.name.clone(),
                amount: share.amount.into(),
            })
            .collect(),
        tax_included: order.prices_include_tax,
        exempt: order
            .explanation
            .exemption
            .as_ref()
            .map(|exemption| exemption.certificate.clone()),
        total: order.total.into(),
    }
}

fn line_view(line: &OrderLine, published: &[ProductName]) -> LineView {
    let page = published.iter().find(|name| name.id == line.product_id);
    LineView {
        title: line.title.clone(),
        variant_title: line.variant_title.clone(),
        slug: page.map(|name| name.slug.to_string()),
        image_url: line.image_url.clone(),
        quantity: line.quantity,
        properties: line.properties.clone(),
        subtotal: line.unit_price.times(line.quantity).ok().map(MoneyView::from),
        refunded_quantity: line.refunded_quantity,
    }
}

/// An order that is not there, or not to be shown, is not found.
pub(crate) fn problem(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => Problem::not_found(),
        ChangeError::Internal(error) => error.into(),
        other => Problem::internal(&other),
    }
}
