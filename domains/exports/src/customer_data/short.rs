//! The parts of a customer's document that are short, each as a value.

use std::collections::HashMap;

use cart::Saver;
use customers::Customer;
use database::{Ctx, Error};
use identity::Account;
use kernel::{CustomerId, EmailAddress, OrderId, VariantId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{names::Names, sheet::moment};

pub(super) fn profile(customer: &Customer, account: Option<&Account>) -> Value {
    json!({
        "id": customer.id.to_string(),
        "email": customer.email.as_str(),
        "email_verified_at": account.and_then(|account| account.verified_at).map(moment),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": customer.phone,
        "accepts_marketing": customer.accepts_marketing,
        "created_at": moment(customer.created_at),
        "updated_at": moment(customer.updated_at),
    })
}

pub(super) async fn sign_in(ctx: &mut Ctx, customer: &Customer) -> Result<Value, Error> {
    let sessions = identity::list_sessions(ctx, customer.account_id).await?;
    let methods = identity::list_sign_in_methods(ctx, customer.account_id, false).await?;
    let session = |session: &identity::SessionEntry| {
        json!({
            "kind": session.kind,
            "user_agent": session.user_agent,
            "created_at": moment(session.created_at),
            "last_seen_at": moment(session.last_seen_at),
        })
    };
    let linked = |link: &identity::LinkedProvider| {
        json!({
            "provider": link.name,
            "email": link.email,
            "created_at": moment(link.created_at),
            "last_used_at": moment(link.last_used_at),
        })
    };
    let passkey = |passkey: &identity::Passkey| json!({"name": passkey.name, "created_at": moment(passkey.created_at)});
    Ok(json!({
        "password": methods.password,
        "passkeys": methods.passkeys.iter().map(passkey).collect::<Vec<_>>(),
        "providers": methods.linked.iter().map(linked).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
    }))
}

pub(super) async fn addresses(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let book = customers::list_addresses(ctx, id).await?;
    let entries = book
        .iter()
        .map(|entry| json!({"address": entry.address, "default": entry.is_default}));
    Ok(entries.collect())
}

pub(super) async fn saved(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let lines = cart::list_saved_lines(ctx, Saver::Customer(id)).await?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let names = Names::load(ctx, &[], &variants).await?;
    Ok(lines.iter().map(|line| names.line(line)).collect())
}

pub(super) async fn wishlist(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let products = customers::list_wishes(ctx, id).await?;
    let names = Names::load(ctx, &products, &[]).await?;
    Ok(products.iter().map(|product| names.product(*product)).collect())
}

pub(super) async fn cards(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let methods = payments::list_methods(ctx, id).await?;
    let card = |method: &payments::PaymentMethod| {
        json!({
            "gateway": method.gateway,
            "brand": method.card.brand(),
            "last_four": method.card.last_four(),
            "default": method.is_default,
            "created_at": moment(method.created_at),
        })
    };
    Ok(methods.iter().map(card).collect())
}

pub(super) async fn exemptions(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let (exemptions, _) = tax::list_exemptions(ctx, Some(&[id])).await?;
    let exemption =
        |exemption: &tax::Exemption| json!({"certificate": exemption.certificate, "reason": exemption.reason.as_str()});
    Ok(exemptions.iter().map(exemption).collect())
}

pub(super) async fn mails(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
    let mails = notifications::list_sent_to(ctx, email).await?;
    let mail = |mail: &notifications::MessageSummary| {
        json!({
            "kind": mail.kind,
            "subject": mail.subject,
            "written_at": moment(mail.created_at),
            "sent_at": mail.sent_at.map(moment),
        })
    };
    Ok(mails.iter().map(mail).collect())
}

pub(super) async fn consents(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
    let said = notifications::list_every_consent(ctx, email).await?;
    let consent = |said: &notifications::Consent| {
        json!({
            "topic": said.topic.as_str(),
            "wanted": said.wanted,
            "said_at": moment(said.said_at),
            "client": said.client,
        })
    };
    Ok(said.iter().map(consent).collect())
}

/// The texts about these orders, by order.
pub(super) async fn texts(ctx: &mut Ctx, orders: &[OrderId]) -> Result<HashMap<OrderId, Vec<Value>>, Error> {
    let mut by_order: HashMap<OrderId, Vec<Value>> = HashMap::new();
    for text in notifications::list_texts_about(ctx, orders).await? {
        if let Some(order) = text.order_id {
            by_order.entry(order).or_default().push(json!({
                "kind": text.kind,
                "phone": text.phone.as_str(),
                "text": text.body,
                "state": text.state.as_str(),
                "written_at": moment(text.created_at),
                "sent_at": text.sent_at.map(moment),
            }));
        }
    }
    Ok(by_order)
}

/// What was said about texts to the telephone, by cart or customer.
pub(super) async fn text_wishes(ctx: &mut Ctx, about: &[Uuid]) -> Result<HashMap<Uuid, Vec<Value>>, Error> {
    let mut by_thing: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for (about, said) in notifications::list_every_text_wish(ctx, about).await? {
        by_thing.entry(about).or_default().push(json!({
            "phone": said.phone.as_ref().map(notifications::PhoneNumber::as_str),
            "wanted": said.wanted,
            "said_at": moment(said.said_at),
            "client": said.client,
        }));
    }
    Ok(by_thing)
}

/// The pushes about these orders, by order.
pub(super) async fn pushes(ctx: &mut Ctx, orders: &[OrderId]) -> Result<HashMap<OrderId, Vec<Value>>, Error> {
    let mut by_order: HashMap<OrderId, Vec<Value>> = HashMap::new();
    for push in notifications::list_pushes_about(ctx, orders).await? {
        by_order.entry(push.order_id).or_default().push(json!({
            "kind": push.kind,
            "service": push.service,
            "title": push.title,
            "text": push.body,
            "state": push.state.as_str(),
            "written_at": moment(push.created_at),
            "sent_at": push.sent_at.map(moment),
        }));
    }
    Ok(by_order)
}

/// The browsers that are told about these orders and customers.
pub(super) async fn push_browsers(ctx: &mut Ctx, about: &[Uuid]) -> Result<HashMap<Uuid, Vec<Value>>, Error> {
    let told = notifications::list_push_subscriptions(ctx, about).await?;
    let browser = |browser: &notifications::PushSubscription| {
        json!({
            "service": browser.service,
            "language": browser.locale.code(),
            "asked_at": moment(browser.said_at),
            "used_at": moment(browser.used_at),
        })
    };
    Ok(told
        .iter()
        .map(|(about, browsers)| (*about, browsers.iter().map(browser).collect()))
        .collect())
}

pub(super) async fn alerts(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
    let alerts = notifications::list_alerts_of(ctx, email).await?;
    let variants: Vec<VariantId> = alerts.iter().map(|alert| alert.variant_id).collect();
    let names = Names::load(ctx, &[], &variants).await?;
    let alert = |alert: &notifications::StockAlert| {
        json!({
            "variant": names.variant(alert.variant_id),
            "state": alert.state.as_str(),
            "locale": alert.locale,
            "client": alert.client,
            "asked_at": moment(alert.asked_at),
            "confirmed_at": alert.confirmed_at.map(moment),
        })
    };
    Ok(alerts.iter().map(alert).collect())
}
