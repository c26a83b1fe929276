//! Orders to test with.

use std::collections::BTreeMap;

use catalog::{ProductKind, SellableVariant};
use database::Ctx;
use kernel::{
    Address, Currency, EmailAddress, Locale, Money, OrderId, OrderLineId, ProductId, SeededEntropy, Slug, TaxRounding,
    Time, TypedId as _, VariantId,
};
use pricing::{Coupon, CouponCode, CouponFacts, CouponKind, CouponTerms, LineFacts, QuoteFacts, ShippingFacts};
use rust_decimal::Decimal;

use crate::{
    Explanation, FulfilmentStatus, Order, OrderAndLines, OrderLine, OrderStatus, PaymentKind, PaymentStatus,
    PlaceOrder, PlacedLine, Source, place, record_payment,
};

/// A line to sell: how many, at what price in cents, and whether it goes into a parcel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece(pub(crate) i64, pub(crate) i64, pub(crate) bool);

/// Two mugs, a teapot and a file, with delivery, 10 % off and 7.25 % tax.
pub(crate) const TABLEWARE: [Piece; 3] = [Piece(2, 1_299, true), Piece(1, 3_450, true), Piece(1, 999, false)];

/// What a shopper wants to buy, with delivery if something goes into a parcel.
pub(crate) fn wanted(ctx: &Ctx, pieces: &[Piece]) -> PlaceOrder {
    let lines: Vec<PlacedLine> = pieces.iter().map(|piece| line(ctx, *piece)).collect();
    let delivered = pieces.iter().any(|piece| piece.2);
    let quote = pricing::quote(&facts(ctx, &lines, delivered)).unwrap();
    let address = delivered.then(Address::sample);
    PlaceOrder {
        id: ctx.new_id(),
        cart_id: Some(ctx.new_secret_id()),
        customer_id: None,
        email: EmailAddress::parse("ann@example.com").unwrap(),
        coupon_codes: quote.applied_codes(),
        lines,
        quote,
        shipping_address: address.clone(),
        billing_address: address,
        shipping_code: if delivered {
            "standard".to_owned()
        } else {
            String::new()
        },
        shipping_name: if delivered {
            "Standard delivery".to_owned()
        } else {
            String::new()
        },
        delivery: None,
        exemption: None,
        source: Source::Web,
        customer_note: "Ring twice".to_owned(),
    }
}

/// An order that waits for its payment.
pub(crate) async fn placed(ctx: &mut Ctx, pieces: &[Piece]) -> Order {
    let wanted = wanted(ctx, pieces);
    place(ctx, wanted).await.unwrap()
}

/// An order that is paid.
pub(crate) async fn paid(ctx: &mut Ctx, pieces: &[Piece]) -> OrderId {
    let order = placed(ctx, pieces).await;
    record_payment(ctx, order.id, order.total, PaymentKind::Captured)
        .await
        .unwrap();
    order.id
}

fn line(ctx: &Ctx, Piece(quantity, price, requires_shipping): Piece) -> PlacedLine {
    let sellable = SellableVariant {
        variant_id: ctx.new_id(),
        product_id: ctx.new_id(),
        slug: Slug::parse("stoneware-mug").unwrap(),
        product_title: "Stoneware mug".to_owned(),
        variant_title: "Moss".to_owned(),
        sku: Some("MUG-1".to_owned()),
        image_url: "/media/mug.svg".to_owned(),
        kind: if requires_shipping {
            ProductKind::Physical
        } else {
            ProductKind::Digital
        },
        price: Some(Money::new(price, Currency::USD)),
        sale: None,
        compare_at: None,
        weight_grams: 350,
        dimensions: catalog::Dimensions::default(),
        taxable: true,
        tax_category: "standard".to_owned(),
        requires_shipping,
        personal_fields: Vec::new(),
        quantity_rule: catalog::QuantityRule::default(),
        collection_ids: Vec::new(),
        offers: Vec::new(),
    };
    let properties = BTreeMap::from([("Engraving".to_owned(), "For Ann".to_owned())]);
    PlacedLine {
        sellable,
        quantity,
        properties,
        price_list: None,
    }
}

fn facts(ctx: &Ctx, lines: &[PlacedLine], delivered: bool) -> QuoteFacts {
    let rate = tax::Rate {
        name: "Sales tax".to_owned(),
        rate: Decimal::new(725, 4),
        compound: false,
        on_shipping: true,
        jurisdiction: tax::Place::parse("US-CA").unwrap(),
    };
    QuoteFacts {
        currency: Currency::USD,
        prices_include_tax: ctx.store().prices_include_tax,
        tax_rounding: ctx.store().tax_rounding,
        now: ctx.now(),
        lines: lines
            .iter()
            .map(|line| LineFacts {
                variant_id: line.sellable.variant_id,
                product_id: line.sellable.product_id,
                collection_ids: Vec::new(),
                quantity: line.quantity,
                unit_price: line.sellable.price.unwrap(),
                taxes: vec![rate.clone()],
            })
            .collect(),
        shipping: delivered.then(|| ShippingFacts {
            price: Money::new(599, Currency::USD),
            taxes: vec![rate],
        }),
        coupons: vec![coupon(ctx)],
    }
}

fn coupon(ctx: &Ctx) -> CouponFacts {
    let coupon = Coupon {
        id: ctx.new_id(),
        code: CouponCode::parse("SAVE10").unwrap(),
        terms: CouponTerms::of(CouponKind::Percentage(Decimal::new(1, 1))),
        used_count: 0,
        version: 1,
        created_at: ctx.now(),
    };
    CouponFacts {
        code: "SAVE10".to_owned(),
        coupon: Some(coupon),
        customer_uses: 0,
    }
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// An order of one line for each quantity, total and tax, paid for in full, that never saw a database. Prices are with tax.
pub(crate) fn sold(lines: &[(i64, i64, i64)], shipping: i64) -> OrderAndLines {
    let (now, entropy) = (Time::UNIX_EPOCH, SeededEntropy::new(11));
    let lines: Vec<OrderLine> = (1..)
        .zip(lines)
        .map(|(position, (quantity, total, tax))| OrderLine {
            id: OrderLineId::generate(now, &entropy),
            position,
            product_id: ProductId::generate(now, &entropy),
            variant_id: VariantId::generate(now, &entropy),
            title: "Stoneware mug".to_owned(),
            variant_title: String::new(),
            sku: None,
            slug: "stoneware-mug".to_owned(),
            image_url: String::new(),
            properties: BTreeMap::new(),
            requires_shipping: true,
            weight_grams: 350,
            quantity: *quantity,
            unit_price: usd(*total),
            discount: usd(total * quantity - total),
            tax: usd(*tax),
            total: usd(*total),
            taxes: Vec::new(),
            fulfilled_quantity: 0,
            refunded_quantity: 0,
            refunded: usd(0),
            refunded_tax: usd(0),
        })
        .collect();
    let total = lines.iter().map(|line| line.total.minor()).sum::<i64>() + shipping;
    let order = Order {
        id: OrderId::generate(now, &entropy),
        number: "ORD-1001".to_owned(),
        external_number: String::new(),
        cart_id: None,
        customer_id: None,
        email: EmailAddress::nobody(),
        status: OrderStatus::Confirmed,
        payment_status: PaymentStatus::Paid,
        fulfilment_status: FulfilmentStatus::Unfulfilled,
        currency: Currency::USD,
        locale: Locale::EN,
        prices_include_tax: true,
        tax_rounding: TaxRounding::Line,
        items_total: usd(total - shipping),
        discount_total: usd(0),
        shipping_total: usd(shipping),
        shipping_discount: usd(0),
        shipping_tax: usd(0),
        tax_total: usd(0),
        total: usd(total),
        paid_total: usd(total),
        refunded_total: usd(0),
        shipping_refunded: usd(0),
        shipping_address: None,
        billing_address: None,
        shipping_code: String::new(),
        shipping_name: String::new(),
        delivery: None,
        coupon_codes: Vec::new(),
        explanation: Explanation::default(),
        source: Source::Web,
        customer_note: String::new(),
        tags: Vec::new(),
        placed_at: now,
        updated_at: now,
        version: 1,
    };
    OrderAndLines { order, lines }
}
