//! Everything a store holds on a customer, for the customer, as one JSON document.

use cart::Saver;
use customers::Customer;
use database::{Ctx, Error};
use identity::Account;
use kernel::{CustomerId, EmailAddress, Forbidden, PageRequest, Permission, ProductId, VariantId};
use orders::{ListError, OrderFilter};
use reviews::Author;
use serde_json::{Value, json};

use crate::{order_line, sheet::moment};

const PAGE: u16 = 100;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum CustomerDataError {
    /// The actor is not the customer, and may not see everything of a customer's.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such customer.
    #[error("there is no such customer")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Everything the store holds on a customer. What is kept under an e-mail address alone, such as mails and stock alerts, is
/// theirs only once they proved to read it. Passwords and other secrets are kept as hashes and are left out, and so are the
/// names that gateways have for cards.
pub async fn customer_data(ctx: &mut Ctx, id: CustomerId) -> Result<Value, CustomerDataError> {
    if ctx.actor().customer() != Some(id) {
        ctx.require(Permission::ManageSettings)?;
    }
    let customer = customers::find(ctx, id).await?.ok_or(CustomerDataError::NotFound)?;
    let account = identity::find_account_by_id(ctx, customer.account_id).await?;
    let verified = account.as_ref().is_some_and(|account| account.verified_at.is_some());
    let mut document = json!({
        "store": ctx.store().name,
        "made_at": moment(ctx.now()),
        "profile": profile(&customer, account.as_ref()),
        "sign_in": sign_in(ctx, &customer).await?,
        "addresses": addresses(ctx, id).await?,
        "orders": orders(ctx, id).await?,
        "carts": carts(ctx, id).await?,
        "saved_for_later": saved(ctx, id).await?,
        "wishlist": wishlist(ctx, id).await?,
        "reviews": reviews(ctx, &customer, verified).await?,
        "saved_cards": cards(ctx, id).await?,
        "tax_exemptions": exemptions(ctx, id).await?,
    });
    if verified && let Some(all) = document.as_object_mut() {
        all.insert("mails".to_owned(), mails(ctx, &customer.email).await?);
        all.insert("consents".to_owned(), consents(ctx, &customer.email).await?);
        all.insert("stock_alerts".to_owned(), alerts(ctx, &customer.email).await?);
    }
    Ok(document)
}

fn profile(customer: &Customer, account: Option<&Account>) -> Value {
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

async fn sign_in(ctx: &mut Ctx, customer: &Customer) -> Result<Value, Error> {
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

async fn addresses(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let book = customers::list_addresses(ctx, id).await?;
    let entries = book
        .iter()
        .map(|entry| json!({"address": entry.address, "default": entry.is_default}));
    Ok(entries.collect())
}

/// Every order, with its invoice and credit notes.
async fn orders(ctx: &mut Ctx, id: CustomerId) -> Result<Value, CustomerDataError> {
    let filter = OrderFilter {
        customer_id: Some(id),
        ..OrderFilter::default()
    };
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let request = PageRequest::first(PAGE).after(cursor);
        let page = orders::list(ctx, &filter, &request).await.map_err(of_list)?;
        let ids: Vec<_> = page.items.iter().map(|order| order.id).collect();
        let mut whole = orders::get_all(ctx, &ids).await?;
        let documents = invoices::list_of_orders(ctx, &ids).await?;
        for order in ids.iter().filter_map(|id| whole.remove(id)) {
            let own = documents.iter().filter(|document| document.order_id == order.order.id);
            let own = own.map(|document| serde_json::to_value(document.sheet()).map_err(Error::from));
            let invoices = own.collect::<Result<Vec<Value>, Error>>()?;
            all.push(json!({"order": order_line::value(&order)?, "invoices": invoices}));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(all.into());
        }
    }
}

fn of_list(error: ListError) -> CustomerDataError {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Internal(error) => error.into(),
        ListError::Invalid(error) => Error::corrupt("cursor", error.to_string()).into(),
    }
}

async fn carts(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let carts = cart::list_of_customer(ctx, id).await?;
    let variants: Vec<VariantId> = carts
        .iter()
        .flat_map(|(_, lines)| lines)
        .map(|line| line.variant_id)
        .collect();
    let names = Names::load(ctx, &[], &variants).await?;
    let cart = |(cart, lines): &(cart::Cart, Vec<cart::CartLine>)| {
        json!({
            "state": cart.state.as_str(),
            "email": cart.email.as_ref().map(EmailAddress::as_str),
            "shipping_address": cart.shipping_address,
            "billing_address": cart.billing_address,
            "coupons": cart.coupon_codes,
            "note": cart.customer_note,
            "created_at": moment(cart.created_at),
            "updated_at": moment(cart.updated_at),
            "lines": lines.iter().map(|line| names.line(line)).collect::<Vec<_>>(),
        })
    };
    Ok(carts.iter().map(cart).collect())
}

async fn saved(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let lines = cart::list_saved_lines(ctx, Saver::Customer(id)).await?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let names = Names::load(ctx, &[], &variants).await?;
    Ok(lines.iter().map(|line| names.line(line)).collect())
}

async fn wishlist(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let products = customers::list_wishes(ctx, id).await?;
    let names = Names::load(ctx, &products, &[]).await?;
    Ok(products.iter().map(|product| names.product(*product)).collect())
}

async fn reviews(ctx: &mut Ctx, customer: &Customer, verified: bool) -> Result<Value, CustomerDataError> {
    let author = Author {
        email: customer.email.clone(),
        email_is_theirs: verified,
        customer: Some(customer.id),
        order: None,
    };
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let request = PageRequest::first(PAGE).after(cursor);
        let page = reviews::list_own(ctx, &author, &request).await.map_err(of_reviews)?;
        let products: Vec<ProductId> = page.items.iter().map(|review| review.product_id).collect();
        let names = Names::load(ctx, &products, &[]).await?;
        all.extend(page.items.iter().map(|review| {
            json!({
                "product": names.product(review.product_id),
                "author": review.author,
                "stars": review.stars,
                "title": review.title,
                "body": review.body,
                "photos": review.photos,
                "state": review.state.as_str(),
                "reason": review.reason,
                "reply": review.reply,
                "created_at": moment(review.created_at),
                "updated_at": moment(review.updated_at),
            })
        }));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(all.into());
        }
    }
}

fn of_reviews(error: reviews::ListError) -> CustomerDataError {
    match error {
        reviews::ListError::Internal(error) => error.into(),
        other => Error::corrupt("reviews", other.to_string()).into(),
    }
}

async fn cards(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
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

async fn exemptions(ctx: &mut Ctx, id: CustomerId) -> Result<Value, Error> {
    let (exemptions, _) = tax::list_exemptions(ctx, Some(&[id])).await?;
    let exemption =
        |exemption: &tax::Exemption| json!({"certificate": exemption.certificate, "reason": exemption.reason.as_str()});
    Ok(exemptions.iter().map(exemption).collect())
}

async fn mails(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
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

async fn consents(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
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

async fn alerts(ctx: &mut Ctx, email: &EmailAddress) -> Result<Value, Error> {
    let alerts = notifications::list_alerts_of(ctx, email).await?;
    let variants: Vec<VariantId> = alerts.iter().map(|alert| alert.variant_id).collect();
    let names = Names::load(ctx, &[], &variants).await?;
    let alert = |alert: &notifications::StockAlert| {
        json!({
            "variant": names.variant(alert.variant_id),
            "state": alert.state.as_str(),
            "asked_at": moment(alert.asked_at),
        })
    };
    Ok(alerts.iter().map(alert).collect())
}

/// What products and variants are called.
struct Names(Vec<catalog::Label>);

impl Names {
    async fn load(ctx: &mut Ctx, products: &[ProductId], variants: &[VariantId]) -> Result<Self, Error> {
        Ok(Self(catalog::labels(ctx, products, variants).await?))
    }

    fn product(&self, id: ProductId) -> Value {
        let label = self.0.iter().find(|label| label.product_id == id);
        json!({"id": id.to_string(), "title": label.map(|label| &label.title)})
    }

    fn variant(&self, id: VariantId) -> Value {
        let label = self.0.iter().find(|label| label.variant_id == Some(id));
        json!({"id": id.to_string(), "title": label.map(|label| &label.title)})
    }

    fn line(&self, line: &cart::CartLine) -> Value {
        json!({
            "variant": self.variant(line.variant_id),
            "quantity": line.quantity.get(),
            "properties": line.properties.as_map(),
        })
    }
}
