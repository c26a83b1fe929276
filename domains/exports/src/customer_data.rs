//! Everything a store holds on a customer, for the customer, as one JSON document.

mod short;

use std::collections::HashMap;

use customers::Customer;
use database::{Ctx, Error, Work};
use futures_util::{Stream, stream};
use invoices::Document;
use kernel::{
    CartId, Cursor, CustomerId, EmailAddress, Forbidden, OrderId, PageRequest, Permission, ProductId, Time, VariantId,
};
use orders::{ListError, OrderFilter};
use reviews::Author;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    json_pieces::{List, begin, close, end_and_begin, open},
    names::Names,
    order_line,
    sheet::moment,
};

use short::{
    addresses, alerts, cards, consents, exemptions, mails, profile, push_browsers, pushes, saved, sign_in, text_wishes,
    texts, wishlist,
};

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

/// Everything the store holds on a customer, in the making: a JSON document, piece by piece, each read in a transaction of its
/// own. What is kept under an e-mail address alone, such as mails and stock alerts, is theirs only once they proved to read
/// it. Passwords and other secrets are kept as hashes and are left out, and so are the names that gateways have for cards.
#[derive(Debug)]
pub struct CustomerData {
    work: Work,
    customer: Customer,
    store_url: String,
    stage: Stage,
}

/// What is written next.
#[derive(Debug)]
enum Stage {
    Head,
    Orders(Option<Cursor>),
    Carts(Option<(Time, CartId)>),
    Reviews(Option<Cursor>),
    Rest,
    End,
}

impl CustomerData {
    /// Finds the customer; nothing else is read yet. The address of the store, such as `https://shop.example`, stands before
    /// that of a wishlist.
    pub async fn start(work: &Work, id: CustomerId, store_url: String) -> Result<Self, CustomerDataError> {
        let mut ctx = work.read();
        if ctx.actor().customer() != Some(id) {
            ctx.require(Permission::ManageSettings)?;
        }
        let customer = customers::find(&mut ctx, id)
            .await?
            .ok_or(CustomerDataError::NotFound)?;
        ctx.rollback().await;
        Ok(Self {
            work: work.clone(),
            customer,
            store_url,
            stage: Stage::Head,
        })
    }

    /// The pieces as a stream, for whoever sends them on.
    pub fn into_pieces(self) -> impl Stream<Item = Result<Vec<u8>, CustomerDataError>> + Send + 'static {
        stream::try_unfold(self, |mut data| async move {
            let piece = data.next().await?;
            Ok(piece.map(|piece| (piece, data)))
        })
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, CustomerDataError> {
        let mut ctx = self.work.read();
        let stage = std::mem::replace(&mut self.stage, Stage::End);
        let mut out = Vec::new();
        let next = match stage {
            Stage::Head => {
                let head = self.head(&mut ctx).await?;
                open(&mut out, &head)?;
                begin(&mut out, "orders");
                Stage::Orders(None)
            }
            Stage::Orders(cursor) => {
                let filter = OrderFilter {
                    customer_id: Some(self.customer.id),
                    or_bought_with: self.is_verified(&mut ctx).await?.then(|| self.customer.email.clone()),
                    ..OrderFilter::default()
                };
                let mut list = List::new(&mut out, cursor.is_none());
                match orders(&mut ctx, &filter, cursor, &mut list).await? {
                    None => {
                        end_and_begin(&mut out, "carts");
                        Stage::Carts(None)
                    }
                    more => Stage::Orders(more),
                }
            }
            Stage::Carts(after) => {
                let mut list = List::new(&mut out, after.is_none());
                match carts(&mut ctx, self.customer.id, after, &mut list).await? {
                    None => {
                        end_and_begin(&mut out, "reviews");
                        Stage::Reviews(None)
                    }
                    more => Stage::Carts(more),
                }
            }
            Stage::Reviews(cursor) => {
                let author = self.author(&mut ctx).await?;
                let mut list = List::new(&mut out, cursor.is_none());
                match reviews(&mut ctx, &author, cursor, &mut list).await? {
                    None => {
                        out.push(b']');
                        Stage::Rest
                    }
                    more => Stage::Reviews(more),
                }
            }
            Stage::Rest => {
                let rest = self.rest(&mut ctx).await?;
                close(&mut out, &rest)?;
                Stage::End
            }
            Stage::End => return Ok(None),
        };
        ctx.rollback().await;
        self.stage = next;
        Ok(Some(out))
    }

    async fn head(&self, ctx: &mut Ctx) -> Result<Value, Error> {
        let account = identity::find_account_by_id(ctx, self.customer.account_id).await?;
        Ok(json!({
            "store": ctx.store().name,
            "made_at": moment(ctx.now()),
            "profile": profile(&self.customer, account.as_ref()),
            "sign_in": sign_in(ctx, &self.customer).await?,
            "addresses": addresses(ctx, self.customer.id).await?,
        }))
    }

    async fn rest(&self, ctx: &mut Ctx) -> Result<Value, Error> {
        let id = self.customer.id;
        let shared = customers::find_shared_wishlist(ctx, id).await?;
        let mut rest = json!({
            "saved_for_later": saved(ctx, id).await?,
            "wishlist": wishlist(ctx, id).await?,
            "customer_groups": customers::groups_of(ctx, &[id]).await?.remove(&id).unwrap_or_default()
                .into_iter().map(|(_, name)| name).collect::<Vec<_>>(),
            "shared_wishlist_url": shared.map(|list| format!("{}/wishlists/{list}", self.store_url.trim_end_matches('/'))),
            "saved_cards": cards(ctx, id).await?,
            "tax_exemptions": exemptions(ctx, id).await?,
            "text_wishes": text_wishes(ctx, &[id.into()]).await?.remove(&id.into()).unwrap_or_default(),
            "push_browsers": push_browsers(ctx, &[id.into()]).await?.remove(&id.into()).unwrap_or_default(),
        });
        if self.is_verified(ctx).await?
            && let Some(all) = rest.as_object_mut()
        {
            let email = &self.customer.email;
            all.insert("mails".to_owned(), mails(ctx, email).await?);
            all.insert("consents".to_owned(), consents(ctx, email).await?);
            all.insert("stock_alerts".to_owned(), alerts(ctx, email).await?);
        }
        Ok(rest)
    }

    async fn author(&self, ctx: &mut Ctx) -> Result<Author, Error> {
        Ok(Author {
            email: self.customer.email.clone(),
            email_is_theirs: self.is_verified(ctx).await?,
            customer: Some(self.customer.id),
            order: None,
        })
    }

    async fn is_verified(&self, ctx: &mut Ctx) -> Result<bool, Error> {
        let account = identity::find_account_by_id(ctx, self.customer.account_id).await?;
        Ok(account.is_some_and(|account| account.verified_at.is_some()))
    }
}

/// A page of orders, with their invoices and credit notes; the answer is where the next begins.
async fn orders(
    ctx: &mut Ctx,
    filter: &OrderFilter,
    cursor: Option<Cursor>,
    list: &mut List<'_>,
) -> Result<Option<Cursor>, CustomerDataError> {
    let request = PageRequest::first(PAGE).after(cursor);
    let page = orders::list(ctx, filter, &request).await.map_err(of_list)?;
    let ids: Vec<_> = page.items.iter().map(|order| order.id).collect();
    let mut whole = orders::get_all(ctx, &ids).await?;
    let mut documents: HashMap<OrderId, Vec<Document>> = HashMap::new();
    for document in invoices::list_of_orders(ctx, &ids).await? {
        documents.entry(document.order_id).or_default().push(document);
    }
    let mut texts = texts(ctx, &ids).await?;
    let mut pushes = pushes(ctx, &ids).await?;
    let orders: Vec<_> = ids.iter().map(|id| (*id).into()).collect();
    let mut browsers = push_browsers(ctx, &orders).await?;
    let carts: Vec<_> = whole
        .values()
        .filter_map(|order| order.order.cart_id.map(Into::into))
        .collect();
    let mut wishes = text_wishes(ctx, &carts).await?;
    for order in ids.iter().filter_map(|id| whole.remove(id)) {
        let own = documents.remove(&order.order.id).unwrap_or_default();
        list.push(&OrderOfCustomer {
            order: order_line::of_shopper(&order),
            invoices: own.iter().map(Document::sheet).collect(),
            texts: texts.remove(&order.order.id).unwrap_or_default(),
            pushes: pushes.remove(&order.order.id).unwrap_or_default(),
            push_browsers: browsers.remove(&order.order.id.into()).unwrap_or_default(),
            text_wishes: order
                .order
                .cart_id
                .and_then(|cart| wishes.remove(&cart.into()))
                .unwrap_or_default(),
        })?;
    }
    Ok(page.next_cursor)
}

#[derive(Serialize)]
struct OrderOfCustomer<'a> {
    order: order_line::Line<'a>,
    invoices: Vec<invoices::Sheet<'a>>,
    texts: Vec<Value>,
    pushes: Vec<Value>,
    push_browsers: Vec<Value>,
    text_wishes: Vec<Value>,
}

fn of_list(error: ListError) -> CustomerDataError {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Internal(error) => error.into(),
        ListError::Invalid(error) => Error::corrupt("cursor", error.to_string()).into(),
    }
}

/// A page of carts; the answer is where the next begins.
async fn carts(
    ctx: &mut Ctx,
    id: CustomerId,
    after: Option<(Time, CartId)>,
    list: &mut List<'_>,
) -> Result<Option<(Time, CartId)>, Error> {
    let carts = cart::list_of_customer(ctx, id, after, PAGE).await?;
    let lines = || carts.iter().flat_map(|(_, lines)| lines);
    let variants: Vec<VariantId> = lines().map(|line| line.variant_id).collect();
    let names = Names::load(ctx, &[], &variants).await?;
    for (cart, lines) in &carts {
        list.push(&json!({
            "state": cart.state.as_str(),
            "email": cart.email.as_ref().map(EmailAddress::as_str),
            "shipping_address": cart.shipping_address,
            "billing_address": cart.billing_address,
            "coupons": cart.coupon_codes,
            "note": cart.customer_note,
            "created_at": moment(cart.created_at),
            "updated_at": moment(cart.updated_at),
            "lines": lines.iter().map(|line| names.line(line)).collect::<Vec<_>>(),
        }))?;
    }
    let last = carts.last().filter(|_| carts.len() >= usize::from(PAGE));
    Ok(last.map(|(cart, _)| (cart.created_at, cart.id)))
}

/// A page of reviews; the answer is where the next begins.
async fn reviews(
    ctx: &mut Ctx,
    author: &Author,
    cursor: Option<Cursor>,
    list: &mut List<'_>,
) -> Result<Option<Cursor>, CustomerDataError> {
    let request = PageRequest::first(PAGE).after(cursor);
    let page = reviews::list_own(ctx, author, &request).await.map_err(of_reviews)?;
    let products: Vec<ProductId> = page.items.iter().map(|review| review.product_id).collect();
    let names = Names::load(ctx, &products, &[]).await?;
    for review in &page.items {
        list.push(&json!({
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
        }))?;
    }
    Ok(page.next_cursor)
}

fn of_reviews(error: reviews::ListError) -> CustomerDataError {
    match error {
        reviews::ListError::Internal(error) => error.into(),
        other => Error::corrupt("reviews", other.to_string()).into(),
    }
}
