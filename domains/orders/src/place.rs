//! Places an order: a snapshot of what is sold, at the prices of its quote.

use std::collections::BTreeMap;

use catalog::{ListName, SellableVariant};
use database::{Ctx, Error};
use kernel::{Address, CartId, CustomerId, EmailAddress, Money, OrderId, Time};
use pricing::{CouponResult, Quote, QuoteLine, TaxPart};
use serde_json::json;

use crate::{
    CouponUse, DeliveryDates, Explanation, FulfilmentStatus, Order, OrderAndLines, OrderDetails, OrderLine,
    OrderPlaced, OrderStatus, PaymentStatus, PriceListUse, Source, TaxExemption, TaxShare, TimelineEntry, store,
};

/// An order to be placed.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// The id it gets; whoever reserves stock for it knows it first.
    pub id: OrderId,
    /// The cart it was.
    pub cart_id: Option<CartId>,
    /// Whose it is, if the shopper has an account.
    pub customer_id: Option<CustomerId>,
    /// Where its mails go.
    pub email: EmailAddress,
    /// What is sold, in the order of the quote's lines.
    pub lines: Vec<PlacedLine>,
    /// What it costs.
    pub quote: Quote,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Who pays.
    pub billing_address: Option<Address>,
    /// The delivery's code.
    pub shipping_code: String,
    /// The delivery's name.
    pub shipping_name: String,
    /// When the delivery comes.
    pub delivery: Option<DeliveryDates>,
    /// The coupons that apply.
    pub coupon_codes: Vec<String>,
    /// The certificate by which no tax is charged.
    pub exemption: Option<TaxExemption>,
    /// Where it comes from.
    pub source: Source,
    /// What the shopper wrote.
    pub customer_note: String,
}

/// A line to be placed.
#[derive(Debug, Clone)]
pub struct PlacedLine {
    /// What is sold.
    pub sellable: SellableVariant,
    /// How many.
    pub quantity: i64,
    /// What the shopper wrote on it.
    pub properties: BTreeMap<String, String>,
    /// The price list that said what one costs, where it is not what everybody paid.
    pub price_list: Option<ListName>,
}

/// Why an order cannot be placed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// There are no lines.
    #[error("an order needs at least one line")]
    Empty,
    /// The quote is of other lines.
    #[error("the quote does not fit line {position}")]
    QuoteDiffers {
        /// Which line, from 1.
        position: usize,
    },
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Places an order with the next number. The number is taken last in the transaction of whoever calls, because the next order
/// waits for it.
pub async fn place(ctx: &mut Ctx, new: PlaceOrder) -> Result<Order, PlaceError> {
    let placed = place_all(ctx, vec![new]).await?;
    let placed = placed.into_iter().next().ok_or(PlaceError::Empty)?;
    Ok(placed.order)
}

/// Places orders with the next numbers, with three statements however many they are and however many lines they have. All or
/// none. The answers are what would be read of them now.
pub async fn place_all(ctx: &mut Ctx, new: Vec<PlaceOrder>) -> Result<Vec<OrderDetails>, PlaceError> {
    let now = ctx.now();
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    let placed = new
        .into_iter()
        .map(|new| snapshot(ctx, new, now))
        .collect::<Result<Vec<_>, _>>()?;
    let first = next_numbers(ctx, count).await?;
    let placed: Vec<OrderAndLines> = placed
        .into_iter()
        .zip(first..)
        .map(|(placed, number)| numbered(ctx, placed, number))
        .collect();
    let entries: Vec<TimelineEntry> = placed.iter().map(|placed| placed_entry(ctx, &placed.order)).collect();
    let ids = placed.iter().map(|placed| placed.order.id);
    store::insert_orders(ctx, &placed, ids.zip(entries.clone()).collect()).await?;
    let told: Vec<OrderPlaced> = placed
        .iter()
        .map(|placed| OrderPlaced {
            order: (&placed.order).into(),
            total: placed.order.total.into(),
        })
        .collect();
    ctx.publish_all(&told).await?;
    let whole = placed.into_iter().zip(entries).map(|(placed, entry)| OrderDetails {
        order: placed.order,
        lines: placed.lines,
        fulfilments: Vec::new(),
        refunds: Vec::new(),
        timeline: vec![entry],
    });
    Ok(whole.collect())
}

/// Gives an order its number.
pub(crate) fn numbered(ctx: &Ctx, mut placed: OrderAndLines, number: i64) -> OrderAndLines {
    let store = ctx.store();
    placed.order.number = store
        .order_numbers
        .number(number, placed.order.placed_at, store.time_zone);
    placed
}

/// The first number when `count` of them are wanted at once.
pub(crate) async fn next_numbers(ctx: &mut Ctx, count: i64) -> Result<i64, Error> {
    ctx.next_numbers("orders", ctx.store().order_numbers.first, count).await
}

/// The first entry of an order's timeline.
pub(crate) fn placed_entry(ctx: &Ctx, order: &Order) -> TimelineEntry {
    TimelineEntry {
        id: ctx.new_id(),
        order_version: order.version,
        kind: "placed".to_owned(),
        details: json!({ "source": order.source.as_str() }),
        actor: ctx.actor().label(),
        occurred_at: order.placed_at,
    }
}

/// The order as it is sold, still without a number.
pub(crate) fn snapshot(ctx: &Ctx, new: PlaceOrder, placed_at: Time) -> Result<OrderAndLines, PlaceError> {
    let price_lists = price_lists_of(&new.lines);
    let lines = lines_of(ctx, new.lines, &new.quote.lines)?;
    let quote = new.quote;
    let zero = Money::zero(quote.currency);
    let order = Order {
        id: new.id,
        number: String::new(),
        external_number: String::new(),
        cart_id: new.cart_id,
        customer_id: new.customer_id,
        email: new.email,
        status: OrderStatus::Pending,
        payment_status: PaymentStatus::Pending,
        fulfilment_status: FulfilmentStatus::Unfulfilled,
        currency: quote.currency,
        locale: ctx.locale(),
        prices_include_tax: quote.prices_include_tax,
        tax_rounding: quote.tax_rounding,
        items_total: quote.items_total,
        discount_total: quote.discount_total,
        shipping_total: quote.shipping_total,
        shipping_discount: quote.shipping_discount,
        shipping_tax: quote.shipping.as_ref().map_or(zero, |shipping| shipping.tax),
        tax_total: quote.tax_total,
        total: quote.total,
        paid_total: zero,
        refunded_total: zero,
        shipping_refunded: zero,
        shipping_address: new.shipping_address,
        billing_address: new.billing_address,
        shipping_code: new.shipping_code,
        shipping_name: new.shipping_name,
        delivery: new.delivery,
        coupon_codes: new.coupon_codes,
        explanation: explanation_of(&quote, new.exemption, price_lists),
        source: new.source,
        customer_note: new.customer_note,
        tags: Vec::new(),
        placed_at,
        updated_at: placed_at,
        version: 1,
    };
    Ok(OrderAndLines { order, lines })
}

fn lines_of(ctx: &Ctx, placed: Vec<PlacedLine>, quoted: &[QuoteLine]) -> Result<Vec<OrderLine>, PlaceError> {
    if placed.is_empty() {
        return Err(PlaceError::Empty);
    }
    if placed.len() != quoted.len() {
        let position = placed.len().min(quoted.len()) + 1;
        return Err(PlaceError::QuoteDiffers { position });
    }
    let pairs = placed.into_iter().zip(quoted).enumerate();
    pairs
        .map(|(index, (line, quote))| {
            let position = index + 1;
            if line.sellable.variant_id != quote.variant_id || line.quantity != quote.quantity {
                return Err(PlaceError::QuoteDiffers { position });
            }
            Ok(OrderLine {
                id: ctx.new_id(),
                position: i32::try_from(position).unwrap_or(i32::MAX),
                product_id: line.sellable.product_id,
                variant_id: line.sellable.variant_id,
                title: line.sellable.product_title,
                variant_title: line.sellable.variant_title,
                sku: line.sellable.sku,
                slug: line.sellable.slug.into_string(),
                image_url: line.sellable.image_url,
                properties: line.properties,
                requires_shipping: line.sellable.requires_shipping,
                weight_grams: line.sellable.weight_grams,
                quantity: line.quantity,
                unit_price: quote.unit_price,
                discount: quote.discount,
                tax: quote.tax,
                total: quote.total,
                taxes: tax_shares(&quote.taxes),
                fulfilled_quantity: 0,
                refunded_quantity: 0,
                refunded: Money::zero(quote.total.currency()),
                refunded_tax: Money::zero(quote.total.currency()),
            })
        })
        .collect()
}

/// The lists that said what variants cost, each variant once.
fn price_lists_of(lines: &[PlacedLine]) -> Vec<PriceListUse> {
    let mut uses: Vec<PriceListUse> = Vec::new();
    for line in lines {
        let variant_id = line.sellable.variant_id;
        if let Some(list) = line
            .price_list
            .as_ref()
            .filter(|_| uses.iter().all(|one| one.variant_id != variant_id))
        {
            uses.push(PriceListUse {
                variant_id,
                list_id: list.id,
                name: list.name.clone(),
            });
        }
    }
    uses
}

fn explanation_of(quote: &Quote, exemption: Option<TaxExemption>, price_lists: Vec<PriceListUse>) -> Explanation {
    let used = quote.coupons.iter().filter_map(|outcome| match outcome.result {
        CouponResult::Applied { lane, amount, .. } => Some(CouponUse {
            code: outcome.code.clone(),
            lane: lane.as_str().to_owned(),
            amount,
        }),
        CouponResult::Refused(_) => None,
    });
    Explanation {
        taxes: tax_shares(&quote.taxes),
        shipping_taxes: quote
            .shipping
            .as_ref()
            .map(|shipping| tax_shares(&shipping.taxes))
            .unwrap_or_default(),
        coupons: used.collect(),
        exemption,
        price_lists,
    }
}

fn tax_shares(parts: &[TaxPart]) -> Vec<TaxShare> {
    let share = |part: &TaxPart| TaxShare {
        name: part.name.clone(),
        rate: part.rate,
        jurisdiction: part.jurisdiction.clone(),
        amount: part.amount,
    };
    parts.iter().map(share).collect()
}
