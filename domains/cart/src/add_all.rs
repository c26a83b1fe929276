//! Adds to the carts of several shoppers with one statement of a kind. Everything is decided on carts as they were seen and
//! written only where they are still the same, so that nobody waits for anybody and one who is refused keeps no other from
//! adding.

use std::collections::{BTreeSet, HashMap, HashSet};

use catalog::SellableVariant;
use database::{Ctx, Error};
use kernel::{CartId, CartLineId, CustomerId, HoldStock, Quantity, VariantId};

use crate::{
    AddLine, Cart, CartError, CartLine, CartState, CartView, SavedView,
    add_lines::{above_a_line, add_lines_for, by_id, priced, require_line_count},
    buyer::{buyer_of, quantities_of, unit_prices},
    change::require_version,
    create_all::refusal,
    store::{
        PricedLine,
        adding::{self, Put},
        looks::{self, Look},
    },
    view::show_to,
    view_all::{Goods, view_all},
};

/// What somebody wants to have more of in their cart.
#[derive(Debug, Clone)]
pub struct Addition {
    /// The cart.
    pub cart: CartId,
    /// The customer who is signed in: a batch acts as nobody in particular.
    pub signed_in: Option<CustomerId>,
    /// What is added, as by [`crate::add_lines`].
    pub lines: Vec<AddLine>,
    /// The version that the caller read, if nobody else may have changed it since.
    pub version: Option<i64>,
}

/// Adds to the carts and shows them, with seven statements however many they are, four for a single one; carts with coupons or
/// with variants of which one customer gets only so many take some more. No cart is among them twice. The answers are in the
/// order of the additions, and who is refused has nothing more than before. Of several carts those are answered with
/// [`Error::apart`] that somebody else changes at the moment, that hold stock, or whose stock seems short; and all of them where
/// carts hold stock. A single one that is refused may have left traces: whoever asks rolls them back.
pub async fn add_all(ctx: &mut Ctx, additions: &[Addition]) -> Result<Vec<Result<CartView, CartError>>, Error> {
    if ctx.store().hold_stock == HoldStock::InCart {
        return Ok(all_apart(ctx, additions).await);
    }
    let ids: Vec<CartId> = additions.iter().map(|addition| addition.cart).collect();
    let seen = looks::look_at(ctx, &ids).await?;
    let goods = load_goods(ctx, additions, &seen).await?;
    let mut drafts: Vec<Result<Draft, Refused>> = additions
        .iter()
        .map(|addition| draft(ctx, addition, seen.get(&addition.cart), &goods.sellable))
        .collect();
    // Deliveries and taxes decide nothing here. What many carts have in common nobody asks for again.
    if additions.len() == 1 {
        ctx.only_shows();
    }
    show_all(ctx, &mut drafts, &goods).await?;
    let drawn = drafts.iter().filter_map(|draft| draft.as_ref().ok());
    let puts: Vec<Put<'_>> = drawn.filter_map(Draft::put).collect();
    let put = adding::put_all(ctx, &puts).await?;
    let mut answers = Vec::with_capacity(drafts.len());
    for (draft, addition) in drafts.into_iter().zip(additions) {
        answers.push(match draft {
            Ok(draft) if put.contains(&addition.cart) => {
                metrics::counter!("cart_operations_total", "operation" => "add").increment(1);
                draft
                    .view
                    .ok_or_else(|| Error::corrupt("batch", "a view is missing").into())
            }
            Err(Refused::For(error)) => Err(error),
            Ok(_) | Err(Refused::Here) => apart(ctx, addition, additions.len() == 1).await,
        });
    }
    Ok(answers)
}

/// The same for a single cart by the way that waits for others who change it, and knows what it holds.
async fn apart(ctx: &mut Ctx, addition: &Addition, is_single: bool) -> Result<CartView, CartError> {
    if !is_single {
        return Err(Error::apart().into());
    }
    if let Some(version) = addition.version {
        require_version(ctx, addition.cart, version).await?;
    }
    add_lines_for(ctx, addition.cart, addition.lines.clone(), addition.signed_in).await?;
    show_to(ctx, addition.cart, addition.signed_in).await
}

async fn all_apart(ctx: &mut Ctx, additions: &[Addition]) -> Vec<Result<CartView, CartError>> {
    let mut answers = Vec::with_capacity(additions.len());
    for addition in additions {
        answers.push(apart(ctx, addition, additions.len() == 1).await);
    }
    answers
}

/// What can be bought and is in stock of everything that is in the carts, beside them or to be added.
async fn load_goods(ctx: &mut Ctx, additions: &[Addition], seen: &HashMap<CartId, Look>) -> Result<Goods, Error> {
    let added = additions.iter().flat_map(|addition| &addition.lines);
    let there = seen.values().flat_map(|look| look.lines.iter().chain(&look.saved));
    let variants: BTreeSet<VariantId> = added
        .map(|line| line.variant_id)
        .chain(there.map(|line| line.variant_id))
        .collect();
    let variants: Vec<VariantId> = variants.into_iter().collect();
    let wanted: BTreeSet<_> = additions
        .iter()
        .flat_map(|addition| wanted_by(addition, seen))
        .collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    Ok(Goods {
        sellable: by_id(catalog::sellable_to_each(ctx, &variants, &wanted).await?),
        availability: inventory::availability(ctx, &variants).await?,
    })
}

/// What a customer has in the cart, beside it or adds to it, by whom; nothing of anybody else.
fn wanted_by(addition: &Addition, seen: &HashMap<CartId, Look>) -> Vec<(CustomerId, VariantId)> {
    let Some(customer) = addition.signed_in else {
        return Vec::new();
    };
    let look = seen.get(&addition.cart);
    let there = look.into_iter().flat_map(|look| look.lines.iter().chain(&look.saved));
    let added = addition.lines.iter().map(|line| line.variant_id);
    let variants = added.chain(there.map(|line| line.variant_id));
    variants.map(|variant| (customer, variant)).collect()
}

/// A cart as it is to be.
struct Draft {
    cart: Cart,
    signed_in: Option<CustomerId>,
    lines: Vec<CartLine>,
    saved: Vec<CartLine>,
    /// Those of the lines that are new or become more.
    changed: HashSet<CartLineId>,
    /// The version it was seen in.
    version: i64,
    view: Option<CartView>,
}

impl Draft {
    /// What is to be written, once it is decided.
    fn put(&self) -> Option<Put<'_>> {
        let view = self.view.as_ref()?;
        let lines = view.lines.iter().map(|line| &line.line);
        Some(Put {
            cart: self.cart.id,
            version: self.version,
            lines: lines.filter(|line| self.changed.contains(&line.id)).collect(),
        })
    }
}

/// Why nothing is drawn.
enum Refused {
    /// The shopper hears of it.
    For(CartError),
    /// Only the other way can tell.
    Here,
}

impl<E: Into<CartError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::For(error.into())
    }
}

fn draft(
    ctx: &Ctx,
    addition: &Addition,
    seen: Option<&Look>,
    sellable: &HashMap<VariantId, SellableVariant>,
) -> Result<Draft, Refused> {
    let Look { cart, lines, saved } = seen.cloned().ok_or(CartError::NotFound)?;
    let version = cart.version;
    if cart.state != CartState::Open {
        return Err(CartError::Closed.into());
    }
    if addition.version.is_some_and(|expected| expected != version) {
        return Err(CartError::VersionConflict { current: version }.into());
    }
    if cart.held_until.is_some() {
        return Err(Refused::Here);
    }
    let mut draft = Draft {
        cart: Cart {
            version: version + 1,
            updated_at: ctx.now(),
            ..cart
        },
        signed_in: addition.signed_in,
        lines,
        saved,
        changed: HashSet::new(),
        version,
        view: None,
    };
    let buyer = buyer_of(&draft.cart, draft.signed_in);
    for new in priced(ctx, addition.lines.clone(), sellable, &buyer)? {
        let line = with(&mut draft.lines, new)?;
        draft.changed.insert(line);
    }
    let units = unit_prices(&buyer, &draft.lines, sellable, ctx.now());
    let quantities = quantities_of(&draft.lines);
    for line in draft.lines.iter_mut().filter(|line| draft.changed.contains(&line.id)) {
        let seen = units.get(&line.variant_id).zip(quantities.get(&line.variant_id));
        if let Some((unit, quantity)) = seen {
            (line.price_seen, line.quantity_seen) = (unit.price, *quantity);
        }
    }
    require_line_count(draft.lines.len())?;
    Ok(draft)
}

/// The line that is new, or has more. What one costs with all that the cart has of it is for whoever knows them all.
fn with(lines: &mut Vec<CartLine>, new: PricedLine) -> Result<CartLineId, CartError> {
    let PricedLine {
        id,
        line,
        price,
        quantity_seen,
    } = new;
    let same = |there: &&mut CartLine| there.variant_id == line.variant_id && there.properties == line.properties;
    if let Some(there) = lines.iter_mut().find(same) {
        let quantity = Quantity::new(there.quantity.get() + line.quantity.get());
        there.quantity = quantity.map_err(|_above| above_a_line(line.variant_id))?;
        return Ok(there.id);
    }
    lines.push(CartLine {
        id,
        variant_id: line.variant_id,
        quantity: line.quantity,
        properties: line.properties,
        price_seen: price,
        quantity_seen,
    });
    Ok(id)
}

/// Prices the drafts, and refuses those whose added lines cannot be bought.
async fn show_all(ctx: &mut Ctx, drafts: &mut [Result<Draft, Refused>], goods: &Goods) -> Result<(), Error> {
    let carts = drafts.iter_mut().filter_map(|draft| draft.as_mut().ok());
    let carts = carts.map(|draft| (draft.cart.clone(), std::mem::take(&mut draft.lines), draft.signed_in));
    let carts: Vec<_> = carts.collect();
    if carts.is_empty() {
        return Ok(());
    }
    let views = view_all(ctx, carts, goods).await?;
    let now = ctx.now();
    let drawn = drafts.iter_mut().filter(|draft| draft.is_ok());
    for (place, view) in drawn.zip(views) {
        let Ok(draft) = place else { continue };
        let buyer = buyer_of(&draft.cart, draft.signed_in);
        let saved = std::mem::take(&mut draft.saved).into_iter().map(|line| {
            let (variant, stock) = (
                goods.sellable.get(&line.variant_id),
                goods.availability.get(&line.variant_id),
            );
            SavedView::new(line, (variant, stock.copied()), &buyer, now)
        });
        let refused = match view {
            Ok(view) => {
                let view = draft.view.insert(view);
                view.saved = saved.collect();
                refusal(view, |line| draft.changed.contains(&line.line.id)).map(|why| match why {
                    CartError::InsufficientStock { .. } => Refused::Here,
                    why => Refused::For(why),
                })
            }
            Err(error) => Some(Refused::For(error)),
        };
        if let Some(refused) = refused {
            *place = Err(refused);
        }
    }
    Ok(())
}
