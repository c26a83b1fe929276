//! A cart on the wire: priced anew each time, with all that changed and why.

use std::collections::BTreeMap;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cart::{CartError, CartView, LineView, Notice};
use catalog::QuantityRefusal;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::{saved_lines::SavedLine, totals::Totals};
use crate::wire::{KnownAddress, Money, QuantityRule, TaxShare, ids, words};

/// A cart with what it would cost now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Cart {
    /// Whoever knows it may read and change the cart.
    #[schema(value_type = ids::CartId)]
    id: kernel::CartId,
    /// `open`, `merged` or `completed`.
    state: &'static str,
    email: Option<String>,
    /// The language of the order's mails.
    #[schema(value_type = words::Language)]
    locale: &'static str,
    currency: &'static str,
    prices_include_tax: bool,
    shipping_address: Option<KnownAddress>,
    /// Where the bill goes, when elsewhere.
    billing_address: Option<KnownAddress>,
    /// The code of the chosen delivery.
    shipping_option: Option<String>,
    /// The day of delivery that was chosen and is still offered; null is as soon as possible.
    delivery_date: Option<NaiveDate>,
    /// What the shopper wants the merchant to know.
    customer_note: String,
    /// The lines, in the order they were added.
    lines: Vec<CartLine>,
    /// What is saved for later, in the order it was put aside: no part of the cart, its totals or its stock.
    saved_lines: Vec<SavedLine>,
    /// How many pieces.
    item_count: i64,
    /// Whether something in it has to be delivered.
    needs_shipping: bool,
    /// What became of each coupon code.
    coupons: Vec<CouponOutcome>,
    /// The deliveries on offer at its address, or in the store's country as long as there is none.
    shipping_options: Vec<ShippingOption>,
    totals: Totals,
    /// The tax of lines and delivery, by rate.
    taxes: Vec<TaxShare>,
    /// The order it became.
    #[schema(value_type = Option<ids::OrderId>)]
    order_id: Option<kernel::OrderId>,
    /// Until when its stock is set aside, or was.
    held_until: Option<DateTime<Utc>>,
    /// Raised with each change; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// One variant in a cart. What is null cannot be told because the variant is no longer for sale.
#[derive(Serialize, ToSchema)]
struct CartLine {
    #[schema(value_type = ids::CartLineId)]
    id: kernel::CartLineId,
    #[schema(value_type = ids::VariantId)]
    variant_id: kernel::VariantId,
    #[schema(value_type = Option<ids::ProductId>)]
    product_id: Option<kernel::ProductId>,
    /// The product's title.
    title: Option<String>,
    /// The option values in words.
    variant_title: Option<String>,
    sku: Option<String>,
    /// The last part of the product's address.
    slug: Option<String>,
    image_url: Option<String>,
    quantity: i64,
    /// Engraving, gift note and the like.
    properties: BTreeMap<String, String>,
    /// What one costs now.
    unit_price: Option<Money>,
    /// Unit price × quantity.
    subtotal: Option<Money>,
    /// What coupons take off.
    discount: Option<Money>,
    tax: Option<Money>,
    /// What the shopper pays for it, with tax.
    total: Option<Money>,
    /// How many could be bought; null when the variant is not counted.
    available: Option<i64>,
    /// How many of it are sold.
    quantity_rule: Option<QuantityRule>,
    /// What the shopper should know.
    notices: Vec<LineNotice>,
}

/// What a shopper should know of a line.
#[derive(Serialize, ToSchema)]
struct LineNotice {
    /// `unavailable`: it can no longer be bought and is not part of the total. `only_left`: fewer are in stock than wanted.
    /// `price_changed`: the price changed since the line was last touched. `cannot_ship`: it may not be sent to the address.
    /// `below_minimum`, `not_in_steps`, `above_maximum`, `above_customer_maximum`: it is not sold in this quantity.
    /// `properties_changed`: what can be written on it changed. All but `price_changed` keep the cart from being bought.
    code: &'static str,
    /// With `only_left`: how many could be bought.
    available: Option<i64>,
    /// With a quantity that is not sold: the number it breaks.
    limit: Option<i64>,
    /// With `price_changed`: what it was.
    from: Option<Money>,
    /// With `price_changed`: what it is.
    to: Option<Money>,
}

/// What became of a coupon code.
#[derive(Serialize, ToSchema)]
struct CouponOutcome {
    /// The code in capitals.
    code: String,
    applied: bool,
    /// What it takes off, when it applies.
    amount: Option<Money>,
    /// Why it does not apply: `not_found`, `inactive`, `not_started`, `expired`, `usage_limit_reached`,
    /// `customer_limit_reached`, `minimum_not_reached`, `no_matching_products` or `not_combinable`.
    reason: Option<&'static str>,
}

/// A delivery that can be chosen.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShippingOption {
    /// What it is chosen by.
    code: String,
    name: String,
    /// What it costs before any coupon, with tax when the store's prices are.
    price: Money,
    /// The fewest working days that it takes once it was handed over.
    days_min: i32,
    /// The most working days that it takes once it was handed over.
    days_max: i32,
    /// The first day on which it may come when it is ordered now.
    earliest: NaiveDate,
    /// The last such day.
    latest: NaiveDate,
    /// The days that can be chosen from; empty when there is no choice.
    dates: Vec<NaiveDate>,
    /// Where the shopper fetches it; null when it is delivered.
    #[schema(value_type = Option<ids::LocationId>)]
    pickup_location_id: Option<kernel::LocationId>,
}

impl From<CartView> for Cart {
    fn from(view: CartView) -> Self {
        let item_count = view.item_count();
        let needs_shipping = view.needs_shipping();
        let delivery_date = view.delivery_date();
        let CartView {
            cart,
            lines,
            saved,
            quote,
            shipping_options,
            ..
        } = view;
        Self {
            id: cart.id,
            state: cart.state.as_str(),
            email: cart.email.map(kernel::EmailAddress::into_string),
            locale: cart.locale.code(),
            currency: quote.currency.code(),
            prices_include_tax: quote.prices_include_tax,
            shipping_address: cart.shipping_address.map(KnownAddress::from),
            billing_address: cart.billing_address.map(KnownAddress::from),
            shipping_option: cart.shipping_option,
            delivery_date,
            customer_note: cart.customer_note,
            lines: lines.into_iter().map(CartLine::from).collect(),
            saved_lines: saved.into_iter().map(SavedLine::from).collect(),
            item_count,
            needs_shipping,
            totals: checkout::Totals::from(&quote).into(),
            coupons: quote.coupons.into_iter().map(CouponOutcome::from).collect(),
            shipping_options: shipping_options.into_iter().map(ShippingOption::from).collect(),
            taxes: quote.taxes.into_iter().map(TaxShare::from).collect(),
            order_id: cart.order_id,
            held_until: cart.held_until,
            version: cart.version,
            created_at: cart.created_at,
            updated_at: cart.updated_at,
        }
    }
}

impl From<LineView> for CartLine {
    fn from(view: LineView) -> Self {
        let (variant, quote) = (view.variant, view.quote);
        Self {
            id: view.line.id,
            variant_id: view.line.variant_id,
            product_id: variant.as_ref().map(|variant| variant.product_id),
            title: variant.as_ref().map(|variant| variant.product_title.clone()),
            variant_title: variant.as_ref().map(|variant| variant.variant_title.clone()),
            sku: variant.as_ref().and_then(|variant| variant.sku.clone()),
            slug: variant.as_ref().map(|variant| variant.slug.to_string()),
            quantity_rule: variant.as_ref().map(|variant| variant.quantity_rule.into()),
            image_url: variant.map(|variant| variant.image_url),
            quantity: view.line.quantity.get(),
            properties: view.line.properties.as_map().clone(),
            unit_price: quote.as_ref().map(|quote| quote.unit_price.into()),
            subtotal: quote.as_ref().map(|quote| quote.subtotal.into()),
            discount: quote.as_ref().map(|quote| quote.discount.into()),
            tax: quote.as_ref().map(|quote| quote.tax.into()),
            total: quote.map(|quote| quote.total.into()),
            available: view
                .availability
                .filter(|stock| stock.tracked)
                .map(|stock| stock.available),
            notices: view.notices.into_iter().map(LineNotice::from).collect(),
        }
    }
}

impl From<Notice> for LineNotice {
    fn from(notice: Notice) -> Self {
        let none = Self {
            code: "unavailable",
            available: None,
            limit: None,
            from: None,
            to: None,
        };
        match notice {
            Notice::Unavailable => none,
            Notice::OtherFields => Self {
                code: "properties_changed",
                ..none
            },
            Notice::Quantity(refusal) => Self {
                code: refusal.as_str(),
                limit: Some(refusal.limit()),
                ..none
            },
            Notice::CannotShip => Self {
                code: "cannot_ship",
                ..none
            },
            Notice::OnlyLeft { available } => Self {
                code: "only_left",
                available: Some(available),
                ..none
            },
            Notice::PriceChanged { from, to } => Self {
                code: "price_changed",
                from: Some(from.into()),
                to: Some(to.into()),
                ..none
            },
        }
    }
}

impl From<pricing::CouponOutcome> for CouponOutcome {
    fn from(outcome: pricing::CouponOutcome) -> Self {
        Self {
            applied: outcome.applied(),
            amount: outcome.amount().map(Money::from),
            reason: outcome.reason().map(pricing::CouponReason::as_str),
            code: outcome.code,
        }
    }
}

impl From<shipping::ShippingOption> for ShippingOption {
    fn from(option: shipping::ShippingOption) -> Self {
        Self {
            code: option.code,
            name: option.name,
            price: option.price.into(),
            days_min: option.days_min,
            days_max: option.days_max,
            earliest: option.earliest,
            latest: option.latest,
            dates: option.dates,
            pickup_location_id: option.pickup,
        }
    }
}

/// A cart as an answer. It is a secret and its prices hold for this moment only, so it is not to be kept.
pub(crate) fn answer(status: StatusCode, view: CartView) -> Response {
    let headers = [
        (header::ETAG, web::version_tag(view.cart.version)),
        (header::CACHE_CONTROL, never_kept()),
    ];
    (status, headers, web::Json(Cart::from(view))).into_response()
}

/// What keeps secrets and prices of the moment out of caches.
pub(crate) fn never_kept() -> axum::http::HeaderValue {
    axum::http::HeaderValue::from_static("no-store")
}

/// Why a cart is not shown or changed. What the request says is answered with 422, what does not fit the state of stock and
/// catalogue with 409.
pub(crate) fn problem(error: CartError) -> Problem {
    match error {
        CartError::NotFound => Problem::not_found(),
        CartError::Closed => Problem::conflict("cart_closed", "The cart became an order or was merged into another."),
        CartError::VersionConflict { current } => Problem::version_conflict().with("version", &current),
        CartError::LineNotFound => Problem::not_found(),
        CartError::NotForSale { variant } => {
            Problem::conflict("not_for_sale", "A variant cannot be bought.").with("variant_id", &variant)
        }
        CartError::InsufficientStock { variant, available } => {
            let left = match available {
                0 => "None is left.".to_owned(),
                1 => "Only one is left.".to_owned(),
                more => format!("Only {more} are left."),
            };
            Problem::conflict("insufficient_stock", left)
                .with("variant_id", &variant)
                .with("available", &available)
        }
        CartError::Quantity { variant, refusal } => unsold("quantity", variant, refusal),
        CartError::Properties(invalid) | CartError::Invalid(invalid) => invalid.into(),
        CartError::Unpriceable(error) => {
            tracing::warn!(%error, "a cart cannot be priced");
            Problem::conflict("unpriceable", "The cart's total is too large to be computed.")
        }
        CartError::Internal(error) => error.into(),
    }
}

/// 422 for a quantity in which a variant is not sold.
pub(crate) fn unsold(field: &str, variant: kernel::VariantId, refusal: QuantityRefusal) -> Problem {
    let message = match refusal {
        QuantityRefusal::BelowMinimum(limit) => format!("must be at least {limit}"),
        QuantityRefusal::NotInSteps(limit) => format!("must be a multiple of {limit}"),
        QuantityRefusal::AboveMaximum(limit) => format!("may be at most {limit} in an order"),
        QuantityRefusal::AboveCustomerMaximum(limit) => {
            format!("may be at most {limit} for one customer in all orders together")
        }
    };
    Problem::field(field, refusal.as_str(), message)
        .with("variant_id", &variant)
        .with("limit", &refusal.limit())
}
