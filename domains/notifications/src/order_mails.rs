//! Mails about orders. Amounts and dates become texts in the order's language here.

use std::collections::HashMap;

use database::{Ctx, Error, worker::Failure};
use kernel::{FulfilmentId, Locale, Money, MoneyError, OrderId, PageRequest};
use orders::{
    ChangeError, ListError, Order, OrderCancelled, OrderDetails, OrderFilter, OrderLine, OrderPaymentFailed,
    OrderRefunded, OrderShipped, ParcelMoved, TaxShare,
};
use rust_decimal::Decimal;

use crate::{Content, Mails, OrderLineText, OrderText, ParcelText, RefundText, TaxText, mails::NewMail};

/// One for each of these orders, which are read together.
pub(crate) async fn confirmations(
    mails: &Mails,
    ctx: &mut Ctx,
    ids: &[OrderId],
) -> Result<HashMap<OrderId, NewMail>, Failure> {
    let found = orders::get_all(ctx, ids).await?;
    let written = ids.iter().map(|id| {
        let details = found
            .get(id)
            .ok_or_else(|| Failure::Fail(format!("there is no order {id}")))?;
        let order = order_text(mails, ctx, details).map_err(too_large)?;
        Ok((*id, mail(details.order.clone(), Content::OrderConfirmation { order })))
    });
    written.collect()
}

/// Whoever saw it fail needs no mail about it.
pub(crate) async fn payment_failed(
    mails: &Mails,
    ctx: &mut Ctx,
    event: OrderPaymentFailed,
) -> Result<Option<NewMail>, Failure> {
    if !event.unheard {
        return Ok(None);
    }
    let details = load(ctx, event.order.order_id).await?;
    let order = order_text(mails, ctx, &details).map_err(too_large)?;
    Ok(Some(mail(details.order, Content::PaymentFailed { order })))
}

pub(crate) async fn shipped(mails: &Mails, ctx: &mut Ctx, event: OrderShipped) -> Result<NewMail, Failure> {
    let details = load(ctx, event.order.order_id).await?;
    let order = order_text(mails, ctx, &details).map_err(too_large)?;
    let parcel = parcel_text(&details, event.fulfilment_id)?;
    Ok(mail(details.order, Content::OrderShipped { order, parcel }))
}

/// Nothing is written about a parcel that came back: the store gets in touch about it.
pub(crate) async fn parcel_moved(mails: &Mails, ctx: &mut Ctx, event: ParcelMoved) -> Result<Option<NewMail>, Failure> {
    let state = event.state.replace('_', "-");
    if !["out-for-delivery", "delivered", "failed"].contains(&state.as_str()) {
        return Ok(None);
    }
    let details = load(ctx, event.order.order_id).await?;
    let order = order_text(mails, ctx, &details).map_err(too_large)?;
    let parcel = parcel_text(&details, event.fulfilment_id)?;
    let review_link = if state == "delivered" {
        review_link(mails, ctx, event.order.order_id).await?
    } else {
        None
    };
    let content = Content::ParcelMoved {
        order,
        parcel,
        state,
        review_link,
    };
    Ok(Some(mail(details.order, content)))
}

async fn review_link(mails: &Mails, ctx: &mut Ctx, id: OrderId) -> Result<Option<String>, Failure> {
    let settings = reviews::load_settings(ctx).await?;
    let path = format!("/orders/{id}/reviews?token={}", mails.order_token(id));
    Ok((settings.who_writes != reviews::WhoWrites::Nobody).then(|| mails.link(ctx.store(), &path)))
}

fn parcel_text(details: &OrderDetails, id: FulfilmentId) -> Result<ParcelText, Failure> {
    let parcel = details.fulfilments.iter().find(|parcel| parcel.id == id);
    let parcel = parcel.ok_or_else(|| Failure::Fail(format!("there is no parcel {id}")))?;
    let lines = parcel.lines.iter().filter_map(|(line_id, quantity)| {
        let line = details.lines.iter().find(|line| line.id == *line_id)?;
        Some(
            line.unit_price
                .times(*quantity)
                .map(|price| line_text(&details.order, line, *quantity, price)),
        )
    });
    Ok(ParcelText {
        carrier: parcel.carrier.clone(),
        tracking_number: parcel.tracking_number.clone(),
        tracking_url: parcel.tracking_url.clone(),
        lines: lines.collect::<Result<_, _>>().map_err(too_large)?,
    })
}

pub(crate) async fn refunded(mails: &Mails, ctx: &mut Ctx, event: OrderRefunded) -> Result<NewMail, Failure> {
    let details = load(ctx, event.order.order_id).await?;
    let order = order_text(mails, ctx, &details).map_err(too_large)?;
    let refund = details.refunds.iter().find(|refund| refund.id == event.refund_id);
    let refund = refund.ok_or_else(|| Failure::Fail(format!("there is no refund {}", event.refund_id)))?;
    let lines = refund.lines.iter().filter_map(|part| {
        let line = details.lines.iter().find(|line| line.id == part.line_id)?;
        Some(line_text(&details.order, line, part.quantity, part.amount))
    });
    let refund = RefundText {
        amount: refund.amount.format(details.order.locale),
        lines: lines.collect(),
        reason: refund.reason.clone(),
    };
    Ok(mail(details.order, Content::OrderRefunded { order, refund }))
}

pub(crate) async fn cancelled(mails: &Mails, ctx: &mut Ctx, event: OrderCancelled) -> Result<NewMail, Failure> {
    let details = load(ctx, event.order.order_id).await?;
    let order = order_text(mails, ctx, &details).map_err(too_large)?;
    Ok(mail(
        details.order,
        Content::OrderCancelled {
            order,
            reason: event.reason,
        },
    ))
}

fn mail(order: Order, content: Content) -> NewMail {
    NewMail {
        to: order.email,
        locale: order.locale,
        content,
        order_id: Some(order.id),
    }
}

async fn load(ctx: &mut Ctx, id: OrderId) -> Result<OrderDetails, Failure> {
    orders::get(ctx, id).await.map_err(|error| match error {
        ChangeError::Internal(error) => error.into(),
        other => Failure::Fail(format!("{id}: {other}")),
    })
}

/// The newest order that stands, if there is one and the actor may see it.
pub(crate) async fn newest(mails: &Mails, ctx: &mut Ctx, locale: Locale) -> Result<Option<OrderText>, Error> {
    let filter = OrderFilter {
        without_failed: true,
        ..OrderFilter::default()
    };
    let newest = match orders::list(ctx, &filter, &PageRequest::first(1)).await {
        Ok(mut page) => page.items.pop(),
        Err(ListError::Internal(error)) => return Err(error),
        Err(_no_orders_to_show) => None,
    };
    let Some(summary) = newest else { return Ok(None) };
    let mut details = match orders::get(ctx, summary.id).await {
        Ok(details) => details,
        Err(ChangeError::Internal(error)) => return Err(error),
        Err(_no_order_to_show) => return Ok(None),
    };
    details.order.locale = locale;
    Ok(order_text(mails, ctx, &details).ok())
}

/// Sums of amounts that were summed before cannot overflow, unless a row is damaged.
fn too_large(error: MoneyError) -> Failure {
    Failure::Fail(error.to_string())
}

fn order_text(mails: &Mails, ctx: &Ctx, details: &OrderDetails) -> Result<OrderText, MoneyError> {
    let order = &details.order;
    let locale = order.locale;
    let lines = details.lines.iter().map(|line| {
        let price = line.unit_price.times(line.quantity)?;
        Ok(line_text(order, line, line.quantity, price))
    });
    let discount = if order.discount_total.is_zero() {
        None
    } else {
        Some(order.discount_total.negated()?)
    };
    let path = format!("/orders/{}?token={}", order.id, mails.order_token(order.id));
    let label =
        |address: &Option<kernel::Address>| address.as_ref().map(|it| it.label_lines(locale)).unwrap_or_default();
    Ok(OrderText {
        number: order.number.clone(),
        placed_on: locale.format_date(ctx.store().time_zone.day(order.placed_at)),
        status_link: mails.link(ctx.store(), &path),
        lines: lines.collect::<Result<_, MoneyError>>()?,
        items_total: order.items_total.format(locale),
        discount: discount.map(|amount| amount.format(locale)),
        shipping_name: order.shipping_name.clone(),
        shipping_total: order.shipping_total.minus(order.shipping_discount)?.format(locale),
        taxes: order
            .explanation
            .taxes
            .iter()
            .filter(|tax| !tax.amount.is_zero())
            .map(|tax| tax_text(tax, locale))
            .collect(),
        prices_include_tax: order.prices_include_tax,
        total: order.total.format(locale),
        shipping_address: label(&order.shipping_address),
        billing_address: label(&order.billing_address),
    })
}

fn line_text(order: &Order, line: &OrderLine, quantity: i64, total: Money) -> OrderLineText {
    OrderLineText {
        title: line.title.clone(),
        variant: line.variant_title.clone(),
        properties: line.properties.clone(),
        quantity,
        total: total.format(order.locale),
    }
}

/// A tax such as `Sales tax 7.25 %`.
fn tax_text(tax: &TaxShare, locale: Locale) -> TaxText {
    let percent = tax
        .rate
        .checked_mul(Decimal::ONE_HUNDRED)
        .unwrap_or(tax.rate)
        .normalize()
        .to_string();
    let percent = match locale {
        Locale::EN => percent,
        Locale::ID => percent.replace('.', ","),
    };
    TaxText {
        name: format!("{} {percent} %", tax.name),
        amount: tax.amount.format(locale),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use catalog::{ProductKind, SellableVariant};
    use kernel::{Actor, Address, CountryCode, EmailAddress, Slug};
    use orders::{
        Cancel, Fulfil, FulfilmentState, MoveParcel, PaymentKind, PlaceOrder, PlacedLine, RefundLines, RefundShipping,
        RefundWanted, Source, Tracking,
    };
    use pricing::{LineFacts, Quote, QuoteFacts, ShippingFacts};
    use tax::{Place, Rate};

    use super::*;
    use crate::testing::{KEY, TestShop};

    fn notebook(ctx: &Ctx) -> SellableVariant {
        SellableVariant {
            variant_id: ctx.new_id(),
            product_id: ctx.new_id(),
            slug: Slug::parse("notebook").unwrap(),
            product_title: "Notebook".to_owned(),
            variant_title: "A5".to_owned(),
            sku: None,
            image_url: String::new(),
            kind: ProductKind::Physical,
            price: Some(Money::new(1_200, ctx.currency())),
            sale: None,
            compare_at: None,
            weight_grams: 200,
            dimensions: catalog::Dimensions::default(),
            taxable: true,
            tax_category: "standard".to_owned(),
            requires_shipping: true,
            personal_fields: Vec::new(),
            quantity_rule: catalog::QuantityRule::default(),
            collection_ids: Vec::new(),
            offers: Vec::new(),
        }
    }

    /// Two notebooks and the delivery, with Californian tax on the notebooks.
    fn quote(ctx: &Ctx, sellable: &SellableVariant) -> Quote {
        let rate = Rate {
            name: "Sales tax".to_owned(),
            rate: Decimal::new(725, 4),
            compound: false,
            on_shipping: false,
            jurisdiction: Place::state(CountryCode::US, "CA"),
        };
        let facts = QuoteFacts {
            currency: ctx.currency(),
            prices_include_tax: false,
            tax_rounding: ctx.store().tax_rounding,
            now: ctx.now(),
            lines: vec![LineFacts {
                variant_id: sellable.variant_id,
                product_id: sellable.product_id,
                collection_ids: Vec::new(),
                quantity: 2,
                unit_price: Money::new(1_200, ctx.currency()),
                taxes: vec![rate],
            }],
            shipping: Some(ShippingFacts {
                price: Money::new(500, ctx.currency()),
                taxes: Vec::new(),
            }),
            coupons: Vec::new(),
        };
        pricing::quote(&facts).unwrap()
    }

    pub(crate) async fn paid_order(ctx: &mut Ctx) -> Order {
        let sellable = notebook(ctx);
        let quote = quote(ctx, &sellable);
        let total = quote.total;
        let new = PlaceOrder {
            id: ctx.new_id(),
            cart_id: Some(ctx.new_secret_id()),
            customer_id: None,
            email: EmailAddress::parse("ann@example.com").unwrap(),
            lines: vec![PlacedLine {
                sellable,
                quantity: 2,
                properties: BTreeMap::new(),
                price_list: None,
            }],
            quote,
            shipping_address: Some(Address::sample()),
            billing_address: None,
            shipping_code: "standard".to_owned(),
            shipping_name: "Standard".to_owned(),
            delivery: None,
            coupon_codes: Vec::new(),
            exemption: None,
            source: Source::Web,
            customer_note: String::new(),
        };
        let order = orders::place(ctx, new).await.unwrap();
        orders::record_payment(ctx, order.id, total, PaymentKind::Captured)
            .await
            .unwrap()
    }

    /// Gives the money for one piece of the first line back.
    pub(crate) async fn refund_a_piece(ctx: &mut Ctx, order: OrderId) {
        let sold = orders::lock(ctx, order).await.unwrap();
        let wanted = RefundWanted {
            lines: RefundLines::Some(vec![(sold.lines[0].id, 1)]),
            shipping: RefundShipping::None,
        };
        let plan = orders::plan_refund(&sold, &wanted).unwrap();
        let refund = ctx.new_id();
        orders::open_refund(ctx, refund, &sold, &plan, "Torn", false)
            .await
            .unwrap();
        orders::record_refund(ctx, refund, true).await.unwrap();
    }

    #[tokio::test]
    async fn a_shopper_hears_of_payment_parcel_and_refund() {
        let shop = TestShop::open().await;
        let mut ctx = shop.db.work().write();
        let order = paid_order(&mut ctx).await;
        ctx.commit().await.unwrap();
        shop.drain().await;

        let mut ctx = shop.db.work().write();
        let sold = orders::lock(&mut ctx, order.id).await.unwrap();
        let line_id = sold.lines[0].id;
        let parcel = Fulfil {
            order_id: order.id,
            lines: Some(vec![(line_id, 1)]),
            state: FulfilmentState::InTransit,
            location_id: None,
            tracking: Tracking {
                carrier: "Post".to_owned(),
                number: "PP1".to_owned(),
                url: "https://post.example.com/PP1".to_owned(),
            },
        };
        let parcel = orders::fulfil(&mut ctx, parcel).await.unwrap();
        ctx.commit().await.unwrap();
        shop.drain().await;
        for state in [
            FulfilmentState::OutForDelivery,
            FulfilmentState::Failed,
            FulfilmentState::Returned,
        ] {
            let mut ctx = shop.db.work().write();
            let moved = MoveParcel {
                fulfilment_id: parcel,
                state,
                tracking: None,
            };
            orders::move_parcel(&mut ctx, moved).await.unwrap();
            ctx.commit().await.unwrap();
            shop.drain().await;
        }

        let mut ctx = shop.db.work().write();
        refund_a_piece(&mut ctx, order.id).await;
        ctx.commit().await.unwrap();

        let sent = shop.sent().await;
        let kinds: Vec<&str> = sent.iter().map(|(kind, ..)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "order_confirmation in en",
                "order_shipped in en",
                "parcel_moved in en",
                "parcel_moved in en",
                "order_refunded in en"
            ]
        );
        assert!(sent.iter().all(|(_, to, _)| to == "ann@example.com"));
        let [
            (.., confirmation),
            (.., shipped),
            (.., on_van),
            (.., failed),
            (.., refunded),
        ] = &sent[..]
        else {
            panic!("five mails")
        };
        let text = &confirmation["order"];
        assert_eq!(text["number"], "ORD-1001");
        let amounts = ["items_total", "discount", "shipping_total", "total"].map(|name| text[name].clone());
        assert_eq!(
            serde_json::json!(amounts),
            serde_json::json!(["$24.00", null, "$5.00", "$30.74"])
        );
        assert_eq!(
            text["taxes"],
            serde_json::json!([{ "name": "Sales tax 7.25 %", "amount": "$1.74" }])
        );
        assert_eq!(text["lines"][0]["total"], "$24.00");
        assert_eq!(text["shipping_address"][0], "Ann Lee");
        let token = orders::access_token(&KEY, order.id);
        assert_eq!(
            text["status_link"],
            format!("https://sample.example.com/orders/{}?token={token}", order.id)
        );
        assert_eq!(shipped["parcel"]["tracking_url"], "https://post.example.com/PP1");
        assert_eq!(shipped["parcel"]["lines"][0]["quantity"], 1);
        assert_eq!(
            (&on_van["state"], &failed["state"]),
            (&"out-for-delivery".into(), &"failed".into())
        );
        assert_eq!(failed["parcel"], shipped["parcel"]);
        assert_eq!(
            (&refunded["refund"]["amount"], &refunded["refund"]["reason"]),
            (&"$12.87".into(), &"Torn".into())
        );
        assert_eq!(refunded["refund"]["lines"][0]["total"], "$12.87");
    }

    #[tokio::test]
    async fn a_cancelled_order_says_why() {
        let shop = TestShop::open().await;
        let mut ctx = shop.db.work().acting_as(Actor::Guest).write();
        let order = paid_order(&mut ctx).await;
        ctx.commit().await.unwrap();
        shop.drain().await;

        let mut ctx = shop.db.work().write();
        orders::cancel(
            &mut ctx,
            Cancel {
                order_id: order.id,
                reason: "Sold out".to_owned(),
            },
        )
        .await
        .unwrap();
        ctx.commit().await.unwrap();
        let sent = shop.sent().await;
        assert_eq!(sent[1].0, "order_cancelled in en");
        assert_eq!(
            (&sent[1].2["reason"], &sent[1].2["order"]["number"]),
            (&"Sold out".into(), &"ORD-1001".into())
        );
    }
}
