//! Looks at a cart: every price, stock level, tax and delivery is asked anew, and what changed is told.

use std::collections::{BTreeMap, HashMap};

use catalog::SellableVariant;
use chrono::NaiveDate;
use inventory::{Availability, Holder};
use kernel::{Address, CartId, Money, Time, VariantId};
use pricing::{Quote, QuoteLine};
use shipping::ShippingOption;
use tax::Exemption;

use crate::{Cart, CartError, CartLine, price, store};

/// What a shopper should know of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It can no longer be bought and is not part of the total.
    Unavailable,
    /// Fewer are in stock than the cart wants.
    OnlyLeft {
        /// How many could be bought.
        available: i64,
    },
    /// It may not be sent to the address.
    CannotShip,
    /// The price changed since the shopper last touched the line.
    PriceChanged {
        /// What it was.
        from: Money,
        /// What it is.
        to: Money,
    },
}

impl Notice {
    /// Whether the cart cannot be bought as long as this holds.
    pub fn blocks(&self) -> bool {
        match self {
            Self::Unavailable | Self::OnlyLeft { .. } => true,
            // The address may change; whoever goes on with this one is refused.
            Self::CannotShip | Self::PriceChanged { .. } => false,
        }
    }
}

/// A line with what it is and costs now.
#[derive(Debug, Clone)]
pub struct LineView {
    /// The line.
    pub line: CartLine,
    /// The variant, as long as it is for sale.
    pub variant: Option<SellableVariant>,
    /// Its part of the quote, as long as it is for sale.
    pub quote: Option<QuoteLine>,
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
    /// What it costs, and why.
    pub quote: Quote,
    /// The deliveries on offer at its address, or in the store's country as long as there is none.
    pub shipping_options: Vec<ShippingOption>,
    /// The delivery that is chosen and on offer.
    pub shipping: Option<ShippingOption>,
    /// Why no tax is charged, when the customer is exempt at the address.
    pub exemption: Option<Exemption>,
    /// For how many seconds its stock is still set aside; zero when that time has run out.
    pub held_seconds: Option<i64>,
    loaded: price::Loaded,
}

impl CartView {
    /// How many pieces the cart holds.
    pub fn item_count(&self) -> i64 {
        self.lines.iter().map(|line| line.line.quantity.get()).sum()
    }

    /// Whether something in it has to be delivered.
    pub fn needs_shipping(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.variant.as_ref().is_some_and(|variant| variant.requires_shipping))
    }

    /// Whether a line keeps the cart from being bought.
    pub fn is_blocked(&self) -> bool {
        self.lines.iter().any(|line| line.notices.iter().any(Notice::blocks))
    }

    /// The day of delivery that was chosen, as long as the delivery offers it.
    pub fn delivery_date(&self) -> Option<NaiveDate> {
        let dates = self
            .shipping
            .as_ref()
            .map(|option| option.dates.as_slice())
            .unwrap_or_default();
        self.cart.delivery_date.filter(|date| dates.contains(date))
    }

    /// Whether a day was chosen that the delivery offered once and does not any more.
    pub fn delivery_date_is_gone(&self) -> bool {
        let has_choice = self.shipping.as_ref().is_some_and(|option| !option.dates.is_empty());
        has_choice && self.cart.delivery_date.is_some() && self.delivery_date().is_none()
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
        let known = self
            .lines
            .iter()
            .filter_map(|line| Some((line.line.variant_id, line.availability?)));
        let availability = known.collect();
        let lines = self.lines.into_iter().map(|line| line.line).collect();
        assemble(ctx, self.cart, lines, self.loaded, &availability).await
    }
}

/// A cart, priced.
pub async fn view(ctx: &mut database::Ctx, id: CartId) -> Result<CartView, CartError> {
    let cart = store::find_cart(ctx, id).await?.ok_or(CartError::NotFound)?;
    load(ctx, cart).await
}

/// The same as [`view`], with the cart locked until the end of the transaction: for checkout.
pub async fn lock_view(ctx: &mut database::Ctx, id: CartId) -> Result<CartView, CartError> {
    let cart = store::lock_cart(ctx, id).await?.ok_or(CartError::NotFound)?;
    load(ctx, cart).await
}

/// A cart without its lines; nothing is priced.
pub async fn find(ctx: &mut database::Ctx, id: CartId) -> Result<Option<Cart>, CartError> {
    Ok(store::find_cart(ctx, id).await?)
}

/// How many pieces an open cart holds; zero for one that is closed or unknown.
pub async fn count(ctx: &mut database::Ctx, id: CartId) -> Result<i64, CartError> {
    Ok(store::count_items(ctx, id).await?)
}

async fn load(ctx: &mut database::Ctx, cart: Cart) -> Result<CartView, CartError> {
    let lines = store::list_lines(ctx, cart.id).await?;
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let (sellable, availability) = if variants.is_empty() {
        (Vec::new(), HashMap::new())
    } else {
        (
            catalog::sellable(ctx, &variants).await?,
            inventory::availability_for(ctx, &variants, Holder::Cart(cart.id)).await?,
        )
    };
    let products: Vec<_> = sellable.iter().map(|variant| variant.product_id).collect();
    let shipping = shipping::load(ctx, &products).await?;
    let destination = price::taxed_destination(cart.shipping_address.as_ref(), ctx.store());
    let loaded = price::Loaded {
        sellable: sellable
            .into_iter()
            .map(|variant| (variant.variant_id, variant))
            .collect(),
        tax: tax::load(ctx, destination.as_ref(), cart.customer_id).await?,
        shipping,
    };
    assemble(ctx, cart, lines, loaded, &availability).await
}

async fn assemble(
    ctx: &mut database::Ctx,
    cart: Cart,
    lines: Vec<CartLine>,
    loaded: price::Loaded,
    availability: &HashMap<VariantId, Availability>,
) -> Result<CartView, CartError> {
    let coupons = pricing::load_coupons(ctx, &cart.coupon_codes, cart.email.as_ref()).await?;
    let priced = price::price(&cart, &lines, &loaded, coupons, ctx.store(), ctx.now())?;
    let mut lines = line_views(lines, &loaded, &priced.quote, availability, ctx.now());
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
        quote,
        shipping_options: offer.options,
        shipping,
        exemption,
        loaded,
    })
}

fn line_views(
    lines: Vec<CartLine>,
    loaded: &price::Loaded,
    quote: &Quote,
    availability: &HashMap<VariantId, Availability>,
    now: Time,
) -> Vec<LineView> {
    let mut wanted: BTreeMap<VariantId, i64> = BTreeMap::new();
    for line in &lines {
        *wanted.entry(line.variant_id).or_default() += line.quantity.get();
    }
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
            let availability = availability.get(&line.variant_id).cloned();
            let mut notices = Vec::new();
            match variant.as_ref().and_then(|variant| variant.price_at(now)) {
                None => notices.push(Notice::Unavailable),
                Some(price) if price != line.price_seen => {
                    notices.push(Notice::PriceChanged {
                        from: line.price_seen,
                        to: price,
                    });
                }
                Some(_) => {}
            }
            if let (Some(_), Some(availability), Some(wanted)) = (&quote, &availability, wanted.get(&line.variant_id))
                && !availability.can_sell(*wanted)
            {
                notices.push(Notice::OnlyLeft {
                    available: availability.available,
                });
            }
            LineView {
                line,
                variant,
                quote,
                availability,
                notices,
            }
        })
        .collect()
}
