//! Who wants texts, at which number, and what they said about it.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CartId, CustomerId, OrderId, Time};
use orders::Order;
use uuid::Uuid;

use super::PhoneNumber;
use crate::store::{self, text_wishes::NewWish};

/// How much of the history a page shows at most.
const MOST_SHOWN: i64 = 100;

/// What somebody said about texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextWish {
    /// The number; nothing where a customer refuses texts to whatever number.
    pub phone: Option<PhoneNumber>,
    /// Whether they are wanted there.
    pub wanted: bool,
    /// When it was said.
    pub said_at: Time,
    /// Who said so, such as `customer cus_…`.
    pub said_by: String,
    /// From which address of the internet.
    pub client: String,
    /// Whether the number answered last that it wants none; nothing goes there then.
    pub stopped: bool,
}

/// What texts are about: the order of a cart, behind which a customer may be, or every order of a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextsAbout {
    /// The cart.
    pub cart: Option<CartId>,
    /// The customer, whose wish counts for a cart unless it has one of its own.
    pub customer: Option<CustomerId>,
}

/// What somebody says.
#[derive(Debug, Clone)]
pub struct WishTexts<'w> {
    /// About the cart's order where there is a cart, otherwise about all of the customer's.
    pub about: TextsAbout,
    /// The number that is to get them; nothing refuses them.
    pub phone: Option<&'w PhoneNumber>,
    /// From which address of the internet it is said.
    pub client: &'w str,
}

impl TextsAbout {
    /// Those about an order.
    pub(super) fn of(order: &Order) -> Self {
        Self {
            cart: order.cart_id,
            customer: order.customer_id,
        }
    }

    fn ids(self) -> impl Iterator<Item = Uuid> {
        let cart = self.cart.map(Uuid::from);
        cart.into_iter().chain(self.customer.map(Uuid::from))
    }

    /// What counts of all that was said: the newest, but no wish of a customer ends what was refused for one order.
    fn counting(self, said: &HashMap<Uuid, TextWish>) -> Option<&TextWish> {
        let of_cart = self.cart.and_then(|id| said.get(&id.into()));
        if of_cart.is_some_and(|wish| !wish.wanted) {
            return of_cart;
        }
        let of_customer = self.customer.and_then(|id| said.get(&id.into()));
        of_cart.into_iter().chain(of_customer).max_by_key(|wish| wish.said_at)
    }
}

/// Notes what the actor says. What is so already is not noted again, and nobody has to refuse for one order what they never asked
/// for. A customer refuses for every order of theirs, also those that they asked for one by one.
pub async fn wish_texts(ctx: &mut Ctx, wish: WishTexts<'_>) -> Result<(), Error> {
    let before = find_text_wish(ctx, wish.about).await?.filter(|before| before.wanted);
    let is_so = |before: &TextWish| wish.phone.is_some() && before.phone.as_ref() == wish.phone;
    let is_noted = match (&before, wish.phone) {
        (Some(before), _) => !is_so(before),
        (None, Some(_)) => true,
        (None, None) => wish.about.cart.is_none(),
    };
    if let Some(about) = wish.about.ids().next()
        && is_noted
    {
        // Who refuses does so for the number that got them.
        let refused = before.as_ref().and_then(|before| before.phone.as_ref());
        let said = NewWish {
            about: Some(about),
            phone: wish.phone.or(refused),
            wanted: wish.phone.is_some(),
            client: wish.client,
            reference: None,
        };
        store::text_wishes::insert(ctx, said).await?;
    }
    // The network may have told long ago that a number takes no texts; only an answer of the number itself outlasts this.
    match wish.phone {
        Some(phone) if is_noted || before.is_some_and(|before| before.stopped) => {
            store::text_wishes::lift_stop(ctx, phone).await
        }
        _ => Ok(()),
    }
}

/// What counts of all that was said about a cart and a customer.
pub async fn find_text_wish(ctx: &mut Ctx, about: TextsAbout) -> Result<Option<TextWish>, Error> {
    let ids: Vec<Uuid> = about.ids().collect();
    let said = store::text_wishes::find_newest_of_each(ctx, &ids).await?;
    Ok(about.counting(&said).cloned())
}

/// What was said about this one, the newest first.
pub async fn list_text_wishes(ctx: &mut Ctx, about: Uuid) -> Result<Vec<TextWish>, Error> {
    let said = store::text_wishes::list(ctx, &[about], MOST_SHOWN).await?;
    Ok(said.into_iter().map(|(_, wish)| wish).collect())
}

/// Everything that was ever said about these carts and customers, each with which one, the newest first; for whoever said it.
pub async fn list_every_text_wish(ctx: &mut Ctx, about: &[Uuid]) -> Result<Vec<(Uuid, TextWish)>, Error> {
    store::text_wishes::list(ctx, about, i64::MAX).await
}

/// The number that takes texts about each of these orders: it was asked for, and did not answer since that it wants none.
pub(super) async fn find_takers(
    ctx: &mut Ctx,
    orders: &[(OrderId, TextsAbout)],
) -> Result<HashMap<OrderId, PhoneNumber>, Error> {
    let ids: Vec<Uuid> = orders.iter().flat_map(|(_, about)| about.ids()).collect();
    let said = store::text_wishes::find_newest_of_each(ctx, &ids).await?;
    let taker = |(order, about): &(OrderId, TextsAbout)| {
        let wish = about.counting(&said).filter(|wish| wish.wanted && !wish.stopped)?;
        Some((*order, wish.phone.clone()?))
    };
    Ok(orders.iter().filter_map(taker).collect())
}
