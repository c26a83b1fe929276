//! What a desk in tests has: a product with stock, and an order of it.

use std::collections::BTreeMap;

use catalog::{NewProduct, NewVariant, ProductStatus};
use database::Ctx;
use kernel::{Address, EmailAddress, Money, OrderId, ProductId, VariantId};
use orders::{PaymentKind, PlaceOrder, PlacedLine, Source};
use payments::{Authorization, NewAttempt};
use pricing::{LineFacts, QuoteFacts, ShippingFacts};

use super::desk::TestDesk;

pub(super) struct Stocked {
    pub(super) product: ProductId,
    pub(super) variant: VariantId,
}

/// A mug of 12.99 with five on the shelf.
pub(super) async fn stock(desk: &TestDesk) -> Stocked {
    let mut ctx = desk.db.work().write();
    let price = Money::new(1_299, ctx.currency());
    let sku = Some("MUG-1".to_owned());
    let variant = NewVariant {
        price: Some(price),
        sku,
        option_values: vec!["Moss".to_owned()],
        ..NewVariant::default()
    };
    let new = NewProduct {
        title: "Stoneware mug".to_owned(),
        status: ProductStatus::Active,
        option_names: vec!["Colour".to_owned()],
        variants: vec![variant],
        ..NewProduct::default()
    };
    let made = catalog::create_product(&mut ctx, new).await.unwrap();
    let variant = made.variants[0].id;
    let level = inventory::SetLevel {
        variant_id: variant,
        on_hand: 5,
        backorder: false,
    };
    inventory::set_levels(&mut ctx, &[level]).await.unwrap();
    ctx.commit().await.unwrap();
    Stocked {
        product: made.product.id,
        variant,
    }
}

/// Two of the mugs with delivery, whose payment is awaited.
pub(super) async fn place(desk: &TestDesk, stocked: &Stocked) -> OrderId {
    let mut ctx = desk.db.work().write();
    let wanted = order(&mut ctx, stocked.variant).await;
    let id = wanted.id;
    orders::place(&mut ctx, wanted).await.unwrap();
    ctx.commit().await.unwrap();
    id
}

/// Two of the mugs with delivery, paid.
pub(super) async fn sell(desk: &TestDesk, stocked: &Stocked) -> OrderId {
    let mut ctx = desk.db.work().write();
    let wanted = order(&mut ctx, stocked.variant).await;
    let (id, total) = (wanted.id, wanted.quote.total);
    orders::place(&mut ctx, wanted).await.unwrap();
    let attempt = NewAttempt {
        order_id: id,
        gateway: "sandbox".to_owned(),
        amount: total,
        card: None,
        saves_for: None,
    };
    let attempt = payments::open_attempt(&mut ctx, attempt).await.unwrap();
    let captured = Authorization::captured("ref-1");
    payments::record_authorization(&mut ctx, attempt, &captured)
        .await
        .unwrap();
    orders::record_payment(&mut ctx, id, total, PaymentKind::Captured)
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    id
}

async fn order(ctx: &mut Ctx, variant: VariantId) -> PlaceOrder {
    let sellable = catalog::sellable(ctx, &[variant]).await.unwrap().remove(0);
    let facts = QuoteFacts {
        currency: ctx.currency(),
        prices_include_tax: false,
        tax_rounding: ctx.store().tax_rounding,
        now: ctx.now(),
        lines: vec![LineFacts {
            variant_id: variant,
            product_id: sellable.product_id,
            collection_ids: Vec::new(),
            quantity: 2,
            unit_price: sellable.price.unwrap(),
            taxes: Vec::new(),
        }],
        shipping: Some(ShippingFacts {
            price: Money::new(599, ctx.currency()),
            taxes: Vec::new(),
        }),
        coupons: Vec::new(),
    };
    PlaceOrder {
        id: ctx.new_id(),
        cart_id: None,
        customer_id: None,
        email: EmailAddress::parse("ann@example.com").unwrap(),
        lines: vec![PlacedLine {
            sellable,
            quantity: 2,
            properties: BTreeMap::new(),
            price_list: None,
        }],
        quote: pricing::quote(&facts).unwrap(),
        shipping_address: Some(Address::sample()),
        billing_address: Some(Address::sample()),
        shipping_code: "standard".to_owned(),
        shipping_name: "Standard delivery".to_owned(),
        delivery: None,
        coupon_codes: Vec::new(),
        exemption: None,
        source: Source::Web,
        customer_note: "Ring <twice>".to_owned(),
    }
}

pub(super) fn id_after<'t>(text: &'t str, prefix: &str) -> &'t str {
    let start = text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {text}"));
    text.get(start..start + prefix.len() + 26).unwrap()
}

/// Makes a product that is for sale, and answers with the address of its page.
pub(super) async fn product(desk: &TestDesk, title: &str, price: &str) -> String {
    let form = [
        ("title", title),
        ("price", price),
        ("kind", "physical"),
        ("status", "active"),
    ];
    let made = desk.post("/admin/products/new", &form).await;
    assert_eq!(made.status, 303, "{}", made.text);
    made.location
}

/// What stands between two texts of a page.
pub(super) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}
