//! Who wants texts, at which number, and what they said about it.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{OrderId, Time};
use uuid::Uuid;

use super::PhoneNumber;
use crate::store::{self, text_wishes::NewWish};

/// How much of the history a page shows at most.
const MOST_SHOWN: i64 = 100;

/// What somebody said about texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextWish {
    /// The number.
    pub phone: PhoneNumber,
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

/// What somebody says.
#[derive(Debug, Clone)]
pub struct WishTexts<'w> {
    /// The cart whose order, or the customer whose orders, the texts are about.
    pub about: Uuid,
    /// Behind a cart the customer, whose wish counts for it unless it has one of its own.
    pub customer: Option<Uuid>,
    /// The number that is to get them; nothing refuses them.
    pub phone: Option<&'w PhoneNumber>,
    /// From which address of the internet it is said.
    pub client: &'w str,
}

/// Notes what the actor says. What is so already is not noted again, and nobody has to refuse what they never asked for.
pub async fn wish_texts(ctx: &mut Ctx, wish: WishTexts<'_>) -> Result<(), Error> {
    let about: Vec<Uuid> = std::iter::once(wish.about).chain(wish.customer).collect();
    let before = store::text_wishes::find_newest(ctx, &about).await?;
    let before = before.filter(|before| before.wanted).map(|before| before.phone);
    let (phone, wanted) = match (&before, wish.phone) {
        (before, Some(phone)) if before.as_ref() != Some(phone) => (phone, true),
        // Who refuses does so for the number that got them.
        (Some(before), None) => (before, false),
        (_, _) => return Ok(()),
    };
    let said = NewWish {
        about: Some(wish.about),
        phone,
        wanted,
        client: wish.client,
        reference: None,
    };
    store::text_wishes::insert(ctx, said).await
}

/// What was said last about any of these: a cart, a customer.
pub async fn find_text_wish(ctx: &mut Ctx, about: &[Uuid]) -> Result<Option<TextWish>, Error> {
    store::text_wishes::find_newest(ctx, about).await
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

/// The number that takes texts about each of these orders, by cart and customer: it was asked for there, and did not answer
/// since that it wants none.
pub(super) async fn find_takers(
    ctx: &mut Ctx,
    orders: &[(OrderId, Vec<Uuid>)],
) -> Result<HashMap<OrderId, PhoneNumber>, Error> {
    let about: Vec<Uuid> = orders.iter().flat_map(|(_, about)| about).copied().collect();
    let newest = store::text_wishes::find_newest_of_each(ctx, &about).await?;
    let taker = |(order, about): &(OrderId, Vec<Uuid>)| {
        let said = about.iter().filter_map(|about| newest.get(about));
        let wish = said.max_by_key(|wish| wish.said_at)?;
        (wish.wanted && !wish.stopped).then(|| (*order, wish.phone.clone()))
    };
    Ok(orders.iter().filter_map(taker).collect())
}
