//! Writing to somebody who left a cart behind: once about each cart, once a day to each address, and never about what was
//! bought meanwhile. The mail's link names the cart by an id of its own: whoever got the mail by a mistyped address sees what was
//! in the cart, as the mail tells it, and nothing of who filled it.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use cart::{Cart, CartState, LeftCart, LineView, Notice, RemindedCart};
use chrono::TimeDelta;
use database::{
    Ctx, Error, Work,
    jobs::{Job, NewJob},
    worker::{Failure, Handler},
};
use kernel::{CartId, CartReminderId, EmailAddress, Locale, Time};
use serde::{Deserialize, Serialize};

use crate::{Content, Mails, OrderLineText, Topic, mails::NewMail, signed_link, store::cart_reminders, wants};

/// What links are signed for.
const PURPOSE: &str = "souk left cart";
/// How many carts a round takes at most; what is left waits for the next.
const MOST: u16 = 500;
/// About carts whose moment is longer ago nobody is written to any more: no worker ran, or the store waited longer before.
const LATE_HOURS: i64 = 24;
/// How long an address gets no second mail of the kind, however many carts are left with it.
const PAUSE_HOURS: i64 = 24;

#[derive(Serialize, Deserialize)]
struct Payload {
    cart_id: CartId,
    version: i64,
    touched_at: Time,
}

/// A link as it is followed.
#[derive(Debug, Clone, Copy)]
pub struct LeftCartLink<'l> {
    /// What links are signed with.
    pub key: &'l [u8; 32],
    /// What the mail names the cart by.
    pub reminder_id: CartReminderId,
    /// Its signature.
    pub token: &'l str,
}

/// Where a mail's link leads, in the store.
pub fn left_cart_path(key: &[u8; 32], id: CartReminderId) -> String {
    format!("/cart/left/{id}?token={}", signed_link::sign(key, PURPOSE, id.into()))
}

/// The cart that a genuine link is about, as long as it is kept; it may have become an order, or be another by now.
pub async fn find_left_cart(ctx: &mut Ctx, link: LeftCartLink<'_>) -> Result<Option<RemindedCart>, Error> {
    if !signed_link::is_genuine(link.key, PURPOSE, link.reminder_id.into(), link.token) {
        return Ok(None);
    }
    cart::find_reminded(ctx, link.reminder_id).await
}

/// Has everybody written to whose cart was left for as long as the store waits, each cart looked at once for each time that it
/// is left.
pub async fn start_cart_reminders(ctx: &mut Ctx) -> Result<(), Error> {
    let Some(looked) = cart_reminders::lock(ctx).await? else {
        return Ok(());
    };
    let until = ctx.now() - TimeDelta::hours(looked.hours.into());
    let earliest = until - TimeDelta::hours(LATE_HOURS);
    let from = if looked.until < earliest {
        (earliest, None)
    } else {
        (looked.until, looked.cart)
    };
    if from.0 >= until {
        return Ok(());
    }
    let left = cart::list_left(ctx, from, until, MOST).await?;
    let is_more = left.len() >= usize::from(MOST);
    let last = left.last().filter(|_| is_more);
    let last = last.map(|last| (last.touched_at, Some(last.id)));
    let jobs = left.into_iter().map(RemindOfCart::about).collect::<Result<_, _>>()?;
    ctx.enqueue_all(jobs).await?;
    cart_reminders::update_looked(ctx, last.unwrap_or((until, None))).await
}

/// Writes about one cart.
pub struct RemindOfCart {
    mails: Arc<Mails>,
}

impl RemindOfCart {
    /// The kind of job it handles.
    pub const KIND: &'static str = "remind_of_cart";

    /// Writes with those mails.
    pub fn new(mails: Arc<Mails>) -> Self {
        Self { mails }
    }

    fn about(left: LeftCart) -> Result<NewJob, Error> {
        let payload = Payload {
            cart_id: left.id,
            version: left.version,
            touched_at: left.touched_at,
        };
        NewJob::new(Self::KIND, &payload)
    }
}

#[async_trait]
impl Handler for RemindOfCart {
    async fn run(&self, work: &Work, job: &Job) -> Result<(), Failure> {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::from)?;
        let left = LeftCart {
            id: payload.cart_id,
            version: payload.version,
            touched_at: payload.touched_at,
        };
        let mut ctx = work.write();
        if let Some(mail) = write(&self.mails, &mut ctx, left).await? {
            self.mails
                .queue(&mut ctx, uuid::Uuid::from(job.id).into(), mail)
                .await?;
        }
        ctx.commit().await?;
        Ok(())
    }
}

/// The mail; nothing when the cart was touched or bought since, when its shopper wants no such mail or got one today, or when nothing
/// that is in it can be bought.
async fn write(mails: &Mails, ctx: &mut Ctx, left: LeftCart) -> Result<Option<NewMail>, Failure> {
    let is_left = |cart: &Cart| cart.state == CartState::Open && cart.version == left.version;
    let cart = cart::find(ctx, left.id).await.map_err(retry)?;
    let Some(cart) = cart.filter(is_left) else {
        return Ok(None);
    };
    let Some(to) = reader(ctx, &cart).await? else {
        return Ok(None);
    };
    let pause = ctx.now() - TimeDelta::hours(PAUSE_HOURS);
    if !wants(ctx, &to, Topic::Carts).await?
        || orders::has_bought_since(ctx, &to, left.touched_at).await?
        || cart_reminders::was_reminded(ctx, &to, pause).await?
    {
        return Ok(None);
    }
    let view = cart::view(ctx, left.id).await.map_err(retry)?;
    let lines: Vec<OrderLineText> = view
        .lines
        .iter()
        .filter_map(|line| line_text(line, cart.locale))
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let Some(reminder) = cart::mark_reminded(ctx, left).await? else {
        return Ok(None);
    };
    Ok(Some(NewMail {
        to,
        locale: cart.locale,
        content: Content::CartLeft {
            lines,
            link: mails.link(ctx.store(), &left_cart_path(mails.key(), reminder)),
        },
        order_id: None,
    }))
}

/// Who is written to: the address that was typed, or that of whose cart it is.
async fn reader(ctx: &mut Ctx, cart: &Cart) -> Result<Option<EmailAddress>, Error> {
    let typed = cart.email.clone();
    let email = match (typed, cart.customer_id) {
        (Some(email), _) => Some(email),
        (None, Some(customer)) => customers::find(ctx, customer).await?.map(|customer| customer.email),
        (None, None) => None,
    };
    Ok(email.filter(|email| *email != EmailAddress::nobody()))
}

/// A line with what it costs now, as the cart shows it; nothing when it cannot be bought.
fn line_text(line: &LineView, locale: Locale) -> Option<OrderLineText> {
    let (variant, quote) = (line.variant.as_ref()?, line.quote.as_ref()?);
    if line.notices.iter().any(Notice::blocks) {
        return None;
    }
    Some(OrderLineText {
        title: variant.product_title.clone(),
        variant: Some(variant.variant_title.clone())
            .filter(|title| *title != variant.product_title)
            .unwrap_or_default(),
        // What a shopper typed is not for an address that may be another's.
        properties: BTreeMap::new(),
        quantity: line.line.quantity.get(),
        total: quote.subtotal.format(locale),
    })
}

fn retry(error: cart::CartError) -> Failure {
    Failure::Retry(error.to_string())
}
