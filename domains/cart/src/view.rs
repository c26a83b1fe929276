//! Looks at a cart: every price, stock level, tax and delivery is asked anew, and what changed is told.

use std::collections::{BTreeMap, HashMap};

use catalog::{Buyer, ListName, SellableVariant};
use chrono::NaiveDate;
use inventory::{Availability, Holder, QuotaDemand};
use kernel::{Address, CartId, CartLineId, CustomerId, EmailAddress, Store, Time, VariantId};
use pricing::{CouponFacts, Quote, QuoteLine};
use shipping::ShippingOption;
use tax::Exemption;

use crate::{
    Cart, CartError, CartLine, CartState, Notice, SavedView,
    add_lines::by_id,
    buyer::{buyer_of, price_change, quantities_of, unit_prices},
    price, quota,
    store::{self, looks::Look},
};

/// A line with what it is and costs now.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: CartLine,
    /// The variant, as long as it is for sale.
    pub variant: Option<SellableVariant>,
    /// Its part of the quote, as long as it is for sale.
    pub quote: Option<QuoteLine>,
    /// The price list that says what one costs, where it is not what everybody pays.
    pub price_list: Option<ListName>,
    /// How much is in stock.
    pub availability: Option<Availability>,
    /// What changed.
    pub notices: Vec<Notice>,
}

/// A cart, priced.
#[derive(Debug, Clone)]
pub struct CartView {
    /// The cart.
    pub cart: Cart,
    /// Its lines, in the order they were added.
    pub lines: Vec<LineView>,
    /// What its shopper put aside for another time. It is no part of the cart.
    pub saved: Vec<SavedView>,
    /// What tells the customer from others where one customer gets only so many, as far as it is known and matters.
    pub customer_key: Option<EmailAddress>,
    /// What it costs, and why.
    pub quote: Quote,
    /// The deliveries on offer at its address, or in the store's country as long as there is none.
    pub shipping_options: Vec<ShippingOption>,
    /// The delivery that is chosen and on offer.
    pub shipping: Option<ShippingOption>,
    /// Why no tax is charged, when the customer is exempt at the address.
    pub exemption: Option<Exemption>,
    /// What is known of its coupons.
    pub coupons: Vec<CouponFacts>,
    /// For how many seconds its stock is still set aside; zero when that time has run out.
    pub held_seconds: Option<i64>,
    loaded: price::Loaded,
}

impl CartView {
    /// How many pieces the cart holds.
    pub fn item_count(&self) -> i64 {
        self.lines.iter().map(|line| line.line.quantity.get()).sum()
    }

    /// What the cart has of variants of which one customer gets only so many.
    pub fn quota_demands(&self) -> Vec<QuotaDemand> {
        let mut wanted: BTreeMap<VariantId, QuotaDemand> = BTreeMap::new();
        for line in &self.lines {
            let rule = line.variant.as_ref().map(|variant| variant.quantity_rule);
            if let Some(maximum) = rule.and_then(|rule| rule.customer_maximum) {
                let demand = wanted.entry(line.line.variant_id).or_insert(QuotaDemand {
                    variant_id: line.line.variant_id,
                    quantity: 0,
                    maximum,
                });
                demand.quantity += line.line.quantity.get();
            }
        }
        wanted.into_values().collect()
    }

    /// Whether something in it has to be delivered.
    pub fn needs_shipping(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.variant.as_ref().is_some_and(|variant| variant.requires_shipping))
    }

    /// Whether nobody can say what tax is due on top of the prices, because neither is known where it goes nor where the bill
    /// goes.
    pub fn needs_tax_address(&self, store: &Store) -> bool {
        let mut variants = self.lines.iter().filter_map(|line| line.variant.as_ref());
        price::taxed_destination(&self.cart, store).is_none()
            && variants.any(|variant| price::may_be_taxed(variant, &self.loaded))
    }

    /// Whether a line keeps the cart from being bought.
    pub fn is_blocked(&self) -> bool {
        self.lines.iter().any(|line| line.notices.iter().any(Notice::blocks))
    }

    /// Whether something that was in stock is not any more, or not as much as the cart wants.
    pub fn is_short(&self) -> bool {
        let gone = |notice: &Notice| matches!(notice, Notice::Unavailable | Notice::OnlyLeft { .. });
        self.lines.iter().any(|line| line.notices.iter().any(gone))
    }

    /// The day of delivery that was chosen, as long as the delivery offers it.
    pub fn delivery_date(&self) -> Option<NaiveDate> {
        self.cart
            .delivery_date
            .filter(|date| self.offered_dates().contains(date))
    }

    /// The day that was chosen and that the delivery, which offers others, does not offer any more.
    pub fn delivery_date_gone(&self) -> Option<NaiveDate> {
        let has_choice = !self.offered_dates().is_empty();
        let gone = self.cart.delivery_date.filter(|_| self.delivery_date().is_none());
        gone.filter(|_| has_choice)
    }

    /// The days that the chosen delivery offers.
    pub fn offered_dates(&self) -> &[NaiveDate] {
        let option = self.shipping.as_ref();
        option.map(|option| option.dates.as_slice()).unwrap_or_default()
    }

    /// What may not be sent to the address, by the products' names.
    pub fn refused_titles(&self) -> Vec<String> {
        let refused = self
            .lines
            .iter()
            .filter(|line| line.notices.contains(&Notice::CannotShip));
        let mut titles: Vec<String> = refused
            .filter_map(|line| line.variant.as_ref().map(|variant| variant.product_title.clone()))
            .collect();
        titles.dedup();
        titles
    }

    /// What the cart would cost at another address or with another delivery; nothing is stored. For a form that is being
    /// filled in, so the address may be incomplete, and as long as no delivery on offer is chosen the first one counts.
    pub async fn sketch(
        mut self,
        ctx: &mut database::Ctx,
        address: Option<Address>,
        shipping_option: Option<String>,
    ) -> Result<Self, CartError> {
        self.cart.shipping_address = address.or(self.cart.shipping_address);
        self.cart.shipping_option = shipping_option.or(self.cart.shipping_option);
        let mut sketched = self.priced_anew(ctx).await?;
        if sketched.shipping.is_none()
            && let Some(first) = sketched.shipping_options.first()
        {
            sketched.cart.shipping_option = Some(first.code.clone());
            sketched = sketched.priced_anew(ctx).await?;
        }
        Ok(sketched)
    }

    /// The same cart with other codes.
    pub(crate) async fn with_codes(mut self, ctx: &mut database::Ctx, codes: Vec<String>) -> Result<Self, CartError> {
        self.cart.coupon_codes = codes;
        self.priced_anew(ctx).await
    }

    /// Prices from what is loaded already; only coupons are loaded anew.
    async fn priced_anew(self, ctx: &mut database::Ctx) -> Result<Self, CartError> {
        let lines = self.lines.into_iter().map(|line| line.line).collect();
        let priced = assemble(ctx, self.cart, lines, self.loaded).await?;
        Ok(Self {
            saved: self.saved,
            ..priced
        })
    }
}

/// A cart, priced.
pub async fn view(ctx: &mut database::Ctx, id: CartId) -> Result<CartView, CartError> {
    let signed_in = ctx.actor().customer();
    view_for(ctx, id, signed_in).await
}

/// The same where the transaction does not say who is signed in.
async fn view_for(ctx: &mut database::Ctx, id: CartId, signed_in: Option<CustomerId>) -> Result<CartView, CartError> {
    let mut found = store::looks::look_at(ctx, &[id]).await?;
    let look = found.remove(&id).ok_or(CartError::NotFound)?;
    load(ctx, look, signed_in).await
}

/// The same for the answer to a change, which decides nothing: what is known of deliveries and taxes is not asked anew.
pub async fn show(ctx: &mut database::Ctx, id: CartId) -> Result<CartView, CartError> {
    let signed_in = ctx.actor().customer();
    show_to(ctx, id, signed_in).await
}

/// The same where the transaction does not say who is signed in.
pub(crate) async fn show_to(
    ctx: &mut database::Ctx,
    id: CartId,
    signed_in: Option<CustomerId>,
) -> Result<CartView, CartError> {
    ctx.only_shows();
    view_for(ctx, id, signed_in).await
}

/// A cart without its lines; nothing is priced.
pub async fn find(ctx: &mut database::Ctx, id: CartId) -> Result<Option<Cart>, CartError> {
    Ok(store::find_cart(ctx, id).await?)
}

/// Where a cart is in its life, and its version.
pub async fn state_of(ctx: &mut database::Ctx, id: CartId) -> Result<Option<(CartState, i64)>, database::Error> {
    let found = store::find_cart(ctx, id).await?;
    Ok(found.map(|cart| (cart.state, cart.version)))
}

/// A line of a cart.
pub async fn find_line(
    ctx: &mut database::Ctx,
    cart: CartId,
    line: CartLineId,
) -> Result<Option<CartLine>, database::Error> {
    store::find_line(ctx, cart, line).await
}

/// What lies in a cart; nothing in one that is unknown.
pub async fn list_variants(ctx: &mut database::Ctx, id: CartId) -> Result<Vec<VariantId>, database::Error> {
    let lines = store::list_lines(ctx, id).await?.into_iter();
    Ok(lines.map(|line| line.variant_id).collect())
}

/// How many pieces an open cart holds; zero for one that is closed or unknown.
pub async fn count(ctx: &mut database::Ctx, id: CartId) -> Result<i64, database::Error> {
    store::count_items(ctx, id).await
}

async fn load(
    ctx: &mut database::Ctx,
    Look { cart, lines, saved }: Look,
    signed_in: Option<CustomerId>,
) -> Result<CartView, CartError> {
    let variants: Vec<VariantId> = lines.iter().chain(&saved).map(|line| line.variant_id).collect();
    let buyer = buyer_of(&cart, signed_in);
    let sellable = by_id(catalog::sellable_to(ctx, &variants, buyer.customer).await?);
    let availability = inventory::availability_for(ctx, &variants, Holder::Cart(cart.id)).await?;
    let in_cart = |variant: &&SellableVariant| lines.iter().any(|line| line.variant_id == variant.variant_id);
    let products: Vec<_> = sellable
        .values()
        .filter(in_cart)
        .map(|variant| variant.product_id)
        .collect();
    let destination = price::taxed_destination(&cart, ctx.store());
    let now = ctx.now();
    let saved = saved.into_iter().map(|line| {
        let (variant, stock) = (sellable.get(&line.variant_id), availability.get(&line.variant_id));
        SavedView::new(line, (variant, stock.copied()), &buyer, now)
    });
    let saved = saved.collect();
    let bought: HashMap<VariantId, SellableVariant> = sellable
        .values()
        .filter(in_cart)
        .map(|variant| (variant.variant_id, variant.clone()))
        .collect();
    let (customer_key, had) = quota::known(ctx, &cart, &bought).await?;
    let loaded = price::Loaded {
        signed_in,
        had,
        customer_key,
        sellable,
        availability,
        shipping: shipping::load(ctx, &products).await?,
        tax: tax::load(ctx, destination.as_ref(), cart.customer_id).await?,
    };
    let view = assemble(ctx, cart, lines, loaded).await?;
    Ok(CartView { saved, ..view })
}

async fn assemble(
    ctx: &mut database::Ctx,
    cart: Cart,
    lines: Vec<CartLine>,
    loaded: price::Loaded,
) -> Result<CartView, CartError> {
    let coupons = pricing::load_coupons(ctx, &cart.coupon_codes, cart.email.as_ref()).await?;
    priced(ctx, cart, lines, loaded, coupons)
}

/// A view from what is loaded.
pub(crate) fn priced(
    ctx: &database::Ctx,
    cart: Cart,
    lines: Vec<CartLine>,
    loaded: price::Loaded,
    coupons: Vec<CouponFacts>,
) -> Result<CartView, CartError> {
    let priced = price::price(&cart, &lines, &loaded, coupons.clone(), ctx.store(), ctx.now())?;
    let mut lines = line_views(
        lines,
        &loaded,
        &priced.quote,
        (&buyer_of(&cart, loaded.signed_in), ctx.now()),
    );
    let price::Priced {
        quote,
        offer,
        shipping,
        exemption,
    } = priced;
    for line in lines
        .iter_mut()
        .filter(|line| offer.refused.contains(&line.line.variant_id))
    {
        line.notices.push(Notice::CannotShip);
    }
    let now = ctx.now();
    let held_seconds = cart.held_until.map(|until| (until - now).num_seconds().max(0));
    Ok(CartView {
        held_seconds,
        cart,
        lines,
        saved: Vec::new(),
        customer_key: loaded.customer_key.clone(),
        quote,
        shipping_options: offer.options,
        shipping,
        exemption,
        coupons,
        loaded,
    })
}

fn line_views(
    lines: Vec<CartLine>,
    loaded: &price::Loaded,
    quote: &Quote,
    (buyer, now): (&Buyer, Time),
) -> Vec<LineView> {
    let wanted = quantities_of(&lines);
    let units = unit_prices(buyer, &lines, &loaded.sellable, now);
    let mut quoted = quote.lines.iter();
    lines
        .into_iter()
        .map(|line| {
            let variant = loaded
                .sellable
                .get(&line.variant_id)
                .filter(|variant| variant.price_at(now).is_some())
                .cloned();
            let quote = variant.as_ref().and_then(|_| quoted.next()).cloned();
            let availability = loaded.availability.get(&line.variant_id).copied();
            let wanted = wanted.get(&line.variant_id).copied().unwrap_or_default();
            let had = loaded.had.get(&line.variant_id).copied().unwrap_or_default();
            let unit = units.get(&line.variant_id).cloned();
            let mut told = match &variant {
                Some(variant) => notices(&line, variant, (wanted, had, availability)),
                None => vec![Notice::Unavailable],
            };
            if let (Some(variant), Some(unit)) = (&variant, &unit) {
                told.splice(..0, price_change(&line, variant, unit, (buyer, now)));
            }
            LineView {
                line,
                variant,
                quote,
                availability,
                price_list: unit.and_then(|unit| unit.list),
                notices: told,
            }
        })
        .collect()
}

/// What a shopper should know of a line that is for sale: how many the cart wants of its variant, how many the customer had
/// before, and how many there are.
fn notices(
    line: &CartLine,
    variant: &SellableVariant,
    (wanted, had, availability): (i64, i64, Option<Availability>),
) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Err(refusal) = variant.quantity_rule.check(line.quantity.get(), wanted, had) {
        notices.push(Notice::Quantity(refusal));
    }
    if !line.fits(variant) {
        notices.push(Notice::OtherFields);
    }
    if let Some(short) = availability.filter(|availability| !availability.can_sell(wanted)) {
        notices.push(Notice::OnlyLeft {
            available: short.available,
        });
    }
    notices
}
