//! Which browsers asked for pushes, and about what.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{CustomerId, Locale, OrderId, PushSubscriptionId, SessionId, Time};
use orders::Order;
use uuid::Uuid;

use crate::store;

/// What pushes are about: an order, behind which a customer may be, or every order of a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushesAbout {
    /// The order.
    pub order: Option<OrderId>,
    /// The customer, who is told about all of theirs.
    pub customer: Option<CustomerId>,
}

/// A browser that asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSubscription {
    /// Its id.
    pub id: PushSubscriptionId,
    /// The host of its push service, which tells whose browser it is.
    pub service: String,
    /// The language in which it asked, and is told.
    pub locale: Locale,
    /// As which session it asked; nothing where a guest did.
    pub session: Option<SessionId>,
    /// When it asked about this.
    pub said_at: Time,
    /// When it got a push last, or asked.
    pub used_at: Time,
}

impl PushesAbout {
    /// Those about an order.
    pub(super) fn of(order: &Order) -> Self {
        Self {
            order: Some(order.id),
            customer: order.customer_id,
        }
    }

    pub(super) fn ids(self) -> impl Iterator<Item = Uuid> {
        let customer = self.customer.map(Uuid::from);
        customer.into_iter().chain(self.order.map(Uuid::from))
    }
}

/// Whether the browser with that endpoint is told about one of these, as far as a session of this moment or a guest asked.
pub async fn wants_pushes(
    ctx: &mut Ctx,
    about: PushesAbout,
    session: Option<SessionId>,
    endpoint: &str,
) -> Result<bool, Error> {
    let about: Vec<Uuid> = about.ids().collect();
    store::push_subscriptions::is_wanted(ctx, &about, session, endpoint).await
}

/// The browser with that endpoint is told about these no more.
pub async fn unsubscribe(ctx: &mut Ctx, about: PushesAbout, endpoint: &str) -> Result<(), Error> {
    let about: Vec<Uuid> = about.ids().collect();
    store::push_subscriptions::delete_wishes(ctx, &about, Some(endpoint)).await
}

/// No browser is told about these any more.
pub async fn stop_pushes(ctx: &mut Ctx, about: PushesAbout) -> Result<(), Error> {
    let about: Vec<Uuid> = about.ids().collect();
    store::push_subscriptions::delete_wishes(ctx, &about, None).await
}

/// The browsers that are told about each of these, for whoever it is about. A browser that was signed out is told nothing.
pub async fn list_push_subscriptions(
    ctx: &mut Ctx,
    about: &[Uuid],
) -> Result<HashMap<Uuid, Vec<PushSubscription>>, Error> {
    let found = store::push_subscriptions::list(ctx, about).await?;
    let sessions: Vec<SessionId> = found.iter().filter_map(|(_, browser)| browser.session).collect();
    let open: HashSet<SessionId> = if sessions.is_empty() {
        HashSet::new()
    } else {
        identity::list_open_sessions(ctx, &sessions).await?
    };
    let mut by_thing: HashMap<Uuid, Vec<PushSubscription>> = HashMap::new();
    for (about, browser) in found {
        if browser.session.is_none_or(|session| open.contains(&session)) {
            by_thing.entry(about).or_default().push(browser);
        }
    }
    Ok(by_thing)
}

/// The browsers that are told about each of these orders, each once.
pub(super) async fn find_takers(
    ctx: &mut Ctx,
    orders: &[(OrderId, PushesAbout)],
) -> Result<HashMap<OrderId, Vec<PushSubscription>>, Error> {
    let ids: Vec<Uuid> = orders.iter().flat_map(|(_, about)| about.ids()).collect();
    let told = list_push_subscriptions(ctx, &ids).await?;
    let takers = |(order, about): &(OrderId, PushesAbout)| {
        let mut takers: Vec<PushSubscription> = about.ids().filter_map(|id| told.get(&id)).flatten().cloned().collect();
        takers.sort_by_key(|browser| browser.id);
        takers.dedup_by_key(|browser| browser.id);
        (*order, takers)
    };
    Ok(orders.iter().map(takers).collect())
}
