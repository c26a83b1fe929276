//! Views that several pages share.

use std::collections::BTreeMap;

use cart::{CartView, Notice};
use catalog::{Buyer, Measure, MeasureUnit, MemberRange, ProductKind, ProductSummary, QuantityRefusal};
use chrono::NaiveDate;
use database::Ctx;
use kernel::{Address, Locale, Money, ProductId, Time};
use pricing::CouponResult;
use serde::Serialize;
use web::MoneyView;

use crate::{buying::RuleView, reviews::RatingView};

/// A product in a grid.
#[derive(Serialize)]
pub(crate) struct ProductCard {
    slug: String,
    title: String,
    brand: String,
    pub(crate) image_url: String,
    price: Option<MoneyView>,
    price_max: Option<MoneyView>,
    was: Option<MoneyView>,
    /// Whether a price list says the price, and no sale for everybody.
    by_list: bool,
    base_price: Option<BasePriceView>,
    in_stock: bool,
    digital: bool,
    rating: RatingView,
}

impl From<ProductSummary> for ProductCard {
    fn from(product: ProductSummary) -> Self {
        let price = product.price;
        Self {
            slug: product.slug.into_string(),
            title: product.title,
            brand: product.brand,
            image_url: product.image_url,
            price: price.map(MoneyView::from),
            price_max: product
                .price_upto
                .filter(|upto| Some(*upto) != price)
                .map(MoneyView::from),
            was: product.was.map(MoneyView::from),
            by_list: false,
            base_price: BasePriceView::of(product.measure, price),
            in_stock: product.in_stock,
            digital: product.kind == ProductKind::Digital,
            rating: product.rating.into(),
        }
    }
}

impl ProductCard {
    /// The same for a customer whose price lists say other prices: what everybody pays is struck out.
    fn for_member(product: ProductSummary, range: MemberRange) -> Self {
        let MemberRange {
            least,
            most,
            was,
            measure,
        } = range;
        let card = Self::from(product);
        Self {
            price: Some(least.into()),
            price_max: Some(most).filter(|most| *most != least).map(MoneyView::from),
            was: was.map(MoneyView::from).or(card.was),
            by_list: was.is_some(),
            base_price: BasePriceView::of(measure, Some(least)),
            ..card
        }
    }
}

/// The products as whoever looks at them pays for them. A page asks [`cart::buyer`] once who that is.
pub(crate) async fn cards(
    ctx: &mut Ctx,
    buyer: &Buyer,
    products: Vec<ProductSummary>,
) -> Result<Vec<ProductCard>, database::Error> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let mut ranges = catalog::member_ranges(ctx, &ids, buyer).await?;
    let card = |product: ProductSummary| match ranges.remove(&product.id) {
        Some(range) => ProductCard::for_member(product, range),
        None => product.into(),
    };
    Ok(products.into_iter().map(card).collect())
}

/// What a litre, a kilogram or another base of a thing costs.
#[derive(Serialize)]
pub(crate) struct BasePriceView {
    price: MoneyView,
    /// How many of the unit.
    count: i64,
    /// As it is written, or empty for pieces.
    unit: &'static str,
}

impl BasePriceView {
    /// Nothing without a measure or a price, and where it would be the price again.
    pub(crate) fn of(measure: Option<Measure>, price: Option<Money>) -> Option<Self> {
        let measure = measure?;
        let unit = measure.base().unit();
        Some(Self {
            price: measure.base_price(price?)?.into(),
            count: measure.base_count(),
            unit: if unit == MeasureUnit::Piece { "" } else { unit.symbol() },
        })
    }
}

/// The sums of a cart or an order.
#[derive(Serialize)]
pub(crate) struct TotalsView {
    pub(crate) items: MoneyView,
    pub(crate) discount: Option<MoneyView>,
    pub(crate) shipping: Option<MoneyView>,
    pub(crate) shipping_discount: Option<MoneyView>,
    pub(crate) taxes: Vec<TaxView>,
    pub(crate) tax_included: bool,
    /// The number of the certificate by which no tax is charged.
    pub(crate) exempt: Option<String>,
    pub(crate) total: MoneyView,
}

/// One tax of the sums.
#[derive(Serialize)]
pub(crate) struct TaxView {
    pub(crate) name: String,
    pub(crate) amount: MoneyView,
}

impl TotalsView {
    pub(crate) fn of(view: &CartView) -> Self {
        let quote = &view.quote;
        let positive = |money: kernel::Money| money.is_positive().then(|| MoneyView::from(money));
        Self {
            items: quote.items_total.into(),
            discount: positive(quote.discount_total),
            shipping: quote.shipping.is_some().then(|| quote.shipping_total.into()),
            shipping_discount: positive(quote.shipping_discount),
            taxes: quote
                .taxes
                .iter()
                .map(|part| TaxView {
                    name: part.name.clone(),
                    amount: part.amount.into(),
                })
                .collect(),
            tax_included: quote.prices_include_tax,
            exempt: view.exemption.as_ref().map(|exemption| exemption.certificate.clone()),
            total: quote.total.into(),
        }
    }
}

/// A cart as its page and the checkout show it.
#[derive(Serialize)]
pub(crate) struct CartPage {
    /// Which state of the cart this is, sent back with every change of a line.
    version: i64,
    lines: Vec<CartLineView>,
    totals: TotalsView,
    coupons: Vec<CouponView>,
    blocked: bool,
    item_count: i64,
    held: Option<HeldView>,
}

/// How long the stock of a cart is still set aside.
#[derive(Serialize)]
pub(crate) struct HeldView {
    /// Zero when that time has run out.
    seconds: i64,
    /// The minutes, begun ones included.
    minutes: i64,
}

impl HeldView {
    pub(crate) fn of(view: &CartView) -> Option<Self> {
        view.held_seconds.map(|seconds| Self {
            seconds,
            minutes: (seconds + 59) / 60,
        })
    }
}

#[derive(Serialize)]
struct CartLineView {
    id: String,
    slug: Option<String>,
    title: String,
    variant_title: String,
    image_url: String,
    quantity: i64,
    properties: BTreeMap<String, String>,
    rule: RuleView,
    unit_price: Option<MoneyView>,
    /// Whether a price list says it.
    by_list: bool,
    subtotal: Option<MoneyView>,
    notices: Vec<NoticeView>,
}

#[derive(Serialize)]
struct NoticeView {
    kind: &'static str,
    available: i64,
    /// The number that a rule of quantities names.
    limit: i64,
    from: Option<MoneyView>,
    to: Option<MoneyView>,
}

#[derive(Serialize)]
struct CouponView {
    code: String,
    applied: bool,
    reason: &'static str,
}

impl From<&CartView> for CartPage {
    fn from(view: &CartView) -> Self {
        Self {
            version: view.cart.version,
            lines: view.lines.iter().map(line_view).collect(),
            totals: TotalsView::of(view),
            coupons: view
                .quote
                .coupons
                .iter()
                .map(|outcome| CouponView {
                    code: outcome.code.clone(),
                    applied: matches!(outcome.result, CouponResult::Applied { .. }),
                    reason: outcome.reason().map(|reason| reason.as_str()).unwrap_or_default(),
                })
                .collect(),
            blocked: view.is_blocked(),
            item_count: view.item_count(),
            held: HeldView::of(view),
        }
    }
}

fn line_view(line: &cart::LineView) -> CartLineView {
    let variant = line.variant.as_ref();
    CartLineView {
        id: line.line.id.to_string(),
        slug: variant.map(|variant| variant.slug.to_string()),
        title: variant.map(|variant| variant.product_title.clone()).unwrap_or_default(),
        variant_title: variant.map(|variant| variant.variant_title.clone()).unwrap_or_default(),
        image_url: variant.map(|variant| variant.image_url.clone()).unwrap_or_default(),
        quantity: line.line.quantity.get(),
        properties: line.line.properties.as_map().clone(),
        rule: variant.map(|variant| variant.quantity_rule).unwrap_or_default().into(),
        unit_price: line.quote.as_ref().map(|quote| quote.unit_price.into()),
        by_list: line.price_list.is_some(),
        subtotal: line.quote.as_ref().map(|quote| quote.subtotal.into()),
        notices: line.notices.iter().map(notice_view).collect(),
    }
}

fn notice_view(notice: &Notice) -> NoticeView {
    let plain = |kind| NoticeView {
        kind,
        available: 0,
        limit: 0,
        from: None,
        to: None,
    };
    match notice {
        Notice::Unavailable => plain("unavailable"),
        Notice::CannotShip => plain("cannot-ship"),
        Notice::OtherFields => plain("other-fields"),
        Notice::Quantity(refusal) => NoticeView {
            limit: refusal.limit(),
            ..plain(match refusal {
                QuantityRefusal::BelowMinimum(_) => "below-minimum",
                QuantityRefusal::NotInSteps(_) => "not-in-steps",
                QuantityRefusal::AboveMaximum(_) => "above-maximum",
                QuantityRefusal::AboveCustomerMaximum(_) => "above-customer-maximum",
            })
        },
        Notice::OnlyLeft { available } => NoticeView {
            available: *available,
            ..plain("only-left")
        },
        Notice::PriceChanged { from, to } => NoticeView {
            from: Some((*from).into()),
            to: Some((*to).into()),
            ..plain("price-changed")
        },
    }
}

/// An address as lines of a label.
pub(crate) fn label(address: Option<&Address>, locale: Locale) -> Vec<String> {
    address.map(|address| address.label_lines(locale)).unwrap_or_default()
}

/// A moment as templates read it.
pub(crate) fn moment(time: Time) -> String {
    time.to_rfc3339()
}

/// A day as templates read it.
pub(crate) fn day(date: NaiveDate) -> String {
    date.to_string()
}
